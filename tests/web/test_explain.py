"""Every code of the engine has a sentence, and the sentence can be filled."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import Babel, LazyString

from marketplace.domain.calendar import Month
from marketplace.domain.earnings import codes
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.assessment import Assessment, Line
from marketplace.domain.earnings.case import Case, Household, MonthsUsed, Partner, Person
from marketplace.domain.earnings.rulebook import CERTAINTIES
from marketplace.gateways.rulefiles import load_rulebook
from marketplace.web import explain
from marketplace.web.messages import earnings


@pytest.fixture(autouse=True)
def dutch() -> object:
    app = Flask(__name__)
    Babel(app, default_locale="nl")
    with app.app_context():
        yield


def outcome(
    person: Person, used: MonthsUsed | None = None, partner: Partner | None = None
) -> Assessment:
    case = Case(
        month=Month(2027, 1),
        person=person,
        household=Household("couple" if partner else "single"),
        regime="set_off",
        work_income_cents=44_200,
        months_used=used or MonthsUsed(),
        partner=partner,
    )
    return assess(case, load_rulebook())


def test_every_line_formula_warning_and_certainty_has_a_sentence() -> None:
    assert set(earnings.LINES) == codes.PERSON_LINES | codes.HOUSEHOLD_LINES
    assert set(earnings.PARTNER_LINES) == codes.PERSON_LINES
    assert set(earnings.FORMULAS) == codes.FORMULAS
    assert set(earnings.WARNINGS) == codes.WARNINGS
    assert set(earnings.CERTAINTIES) == set(CERTAINTIES)


@pytest.mark.parametrize(
    "table",
    [earnings.LINES, earnings.PARTNER_LINES, earnings.FORMULAS, earnings.WARNINGS, earnings.NAMES],
)
def test_every_sentence_can_be_filled(table: dict[str, LazyString]) -> None:
    for text in map(str, table.values()):
        named = dict.fromkeys(re.findall(r"%\((\w+)\)s", text), "x")
        assert "%(" not in text % named


def test_the_first_line_tells_the_share_and_the_month() -> None:
    line = outcome(Person(40)).lines[0]
    text = explain.line_text(line).replace("\u00a0", " ")
    assert text == "Je mag 25 % van wat je verdient houden. Dit is maand 1 van de 6"
    formula = explain.formula_text(line).replace("\u00a0", " ")
    assert formula == "25 % van € 442,00, afgerond op hele centen"
    assert explain.basis_text(line) == "PW 31.2.n and 31.5"


def test_the_partner_is_spoken_of_as_partner() -> None:
    lines = outcome(Person(40), partner=Partner(Person(38), 20_000)).lines
    assert explain.line_text(lines[1]).startswith("Je partner mag")


def test_the_medical_ground_is_never_named() -> None:
    found = outcome(Person(40, medically_limited=True), MonthsUsed(n=6))
    shown = [
        text for line in found.lines for text in (explain.line_text(line), explain.basis_text(line))
    ]
    assert "besluit van de gemeente" in shown
    assert not [text for text in shown if "31.2.y" in text or "medisch" in text.lower()]


def test_warnings_name_the_value_and_the_day() -> None:
    texts = [explain.warning_text(one) for one in outcome(Person(40)).warnings]
    assert any("31 december 2026" in text for text in texts)
    assert any("vrijlating van 25%" in text and "onzeker" in text for text in texts)


def test_what_is_no_article_is_not_shown_as_one() -> None:
    def line(article: str) -> Line:
        return Line(
            "to_spend", "spend_other", 1, "as_given", article, (), "high", {"id": "norm.21a"}
        )

    assert explain.basis_text(line("agreement")) == "afspraak met de gemeente"
    assert explain.basis_text(line("input")) == "zoals opgegeven"
