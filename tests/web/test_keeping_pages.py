"""Wat houd ik over? What a price leaves, before saying yes, and afterwards the same to the cent."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.models.cooperatives import Cooperative
from marketplace.services.months import keeping, statements, whatif
from marketplace.services.months.plan import plan_of
from tests.books import factories
from tests.services import market as markets
from tests.statements.months import close, versions
from tests.web.house import asks_little, open_house
from tests.web.people_pages import words

PAGE = "/werk/wat-houd-ik-over"
IN_SET_OFF = {"regime": "set_off", "exemption_n_granted": True, "cost_sharers": 1}


def asked(house, day, **more):
    """The page for the worked example on a day: 726.00, with 96.80 of costs."""
    fields = {"prijs": "726", "kosten": "96,80", "bonbtw": "16,80", "dag": day.isoformat()} | more
    return house.browser(house.market.seller).get(PAGE, query_string=fields)


def kept(session, member, *, now, on, gross=72_600, costs=9_680, costs_vat=1_680):
    known = keeping.look(
        session, cooperative_id=member.cooperative_id, membership_id=member.id, on=on, now=now
    )
    plan = plan_of(
        known,
        line=None,
        gross_cents=gross,
        vat_category="standard",
        costs_cents=costs,
        costs_vat_cents=costs_vat,
        on=on,
    )
    return keeping.keep(known, plan)


@pytest.mark.sqlite_only
def test_the_thermometer_gets_the_worked_example_to_the_cent(app, now):
    house = open_house(app)
    with house.writing() as session:
        factories.sell(session, house.market.member, gross_cents=142_353, now=now)
    page = words(asked(house, day_in_amsterdam(now)))
    assert "Zo wordt € 726,00 verdeeld" in page
    for amount in ("€ 109,20", "€ 96,80", "€ 26,00", "€ 52,00", "€ 121,00", "€ 321,00"):
        assert amount in page, amount
    assert "in je thermometer: + € 321,00" in page
    assert "nog € 200,00 ruimte" in page
    assert "Van de € 242,00 daarboven gaat 50" in page
    assert "INDICATIE" in page
    assert "Zoals verwacht vanaf 2027" not in page


@pytest.mark.sqlite_only
def test_set_off_shows_three_months_and_what_each_row_rests_on(app, now):
    house = open_house(app, **IN_SET_OFF)
    page = words(asked(house, day_in_amsterdam(now)))
    assert "samen: + € 110,50" in page
    for amount in ("€ 442,00", "€ 110,50", "€ 1.070,00", "€ 1.512,00", "€ 1.401,50"):
        assert amount in page, amount
    assert "PW 31.2.n" in page
    assert "zekerheid:" in page
    assert "vakantietoeslag tot juni" in page
    assert "Zoals verwacht vanaf 2027" in page
    assert "Dit geldt nog niet" in page
    assert "€ 66,30" in page  # 15 % of 442.00


@pytest.mark.sqlite_only
def test_a_zero_is_said_as_large_as_a_gain(app, now):
    house = open_house(app, **IN_SET_OFF, months_n_used_at_entry=6)
    page = words(asked(house, day_in_amsterdam(now)))
    assert "€ 0,00 Eerlijk is eerlijk: aan deze klus houd je geen extra geld over." in page


@pytest.mark.sqlite_only
def test_the_seventh_month_is_told_in_the_sixth(app, now):
    house = open_house(app, **IN_SET_OFF, months_n_used_at_entry=5)
    page = words(asked(house, day_in_amsterdam(now)))
    assert "samen: + € 110,50" in page
    assert "€ 0,00 Eerlijk is eerlijk: aan nog zo'n klus in " in page


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("prijs", "veel", "Schrijf een bedrag in euro's."),
        ("prijs", "", "Vul in wat de koper betaalt."),
        ("dag", "31-2-2026", "Schrijf een dag die bestaat."),
        ("dag", "1-1-2020", "Kies vandaag of een latere dag."),
        ("dag", "1-1-2199", "Kies een dag binnen een jaar."),
        ("bonbtw", "96,80", "De btw is een deel van de kosten, en dus lager."),
        ("btw", "onzin", "Not a valid choice"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_stays(app, now, field, typed, sentence):
    house = open_house(app)
    answer = asked(house, day_in_amsterdam(now), **{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert field == "btw" or f'value="{typed}"' in answer.text
    assert field == "btw" or sentence in words(answer)
    assert "Zo wordt" not in answer.text


@pytest.mark.sqlite_only
def test_an_empty_page_asks_and_says_nothing_yet(app):
    house = open_house(app)
    answer = house.browser(house.market.seller).get(PAGE)
    assert answer.status_code == 200
    assert "Zo wordt" not in answer.text


@pytest.mark.sqlite_only
def test_without_vat_no_vat_is_asked(app, now):
    house = open_house(app)
    with house.writing() as session:
        cooperative = session.get_one(Cooperative, house.cooperative_id)
        factories.make_scheme(session, cooperative, "kor", "2024-01-01")
    page = asked(house, day_in_amsterdam(now))
    assert 'name="bonbtw"' not in page.text
    assert "Geen btw" in words(page)


@pytest.mark.sqlite_only
def test_a_question_opens_its_own_sum_and_another_member_s_is_no_page(app, now):
    house = open_house(app)
    with house.writing() as session:
        order = markets.place(session, house.market, house.market.service, now=now)
        line = markets.line_of(session, order)
    browser = house.browser(house.market.seller)
    assert f"{PAGE}?klus={line}" in browser.get("/werk").text
    assert f"{PAGE}?klus={line}" in browser.get(f"/werk/klussen/{line}").text
    page = browser.get(f"{PAGE}?klus={line}")
    assert page.status_code == 200
    assert f'name="klus" value="{line}"' in page.text
    assert "Met deze klus" in page.text
    assert browser.get(f"{PAGE}?klus=onbekend").status_code == 404


@pytest.mark.sqlite_only
def test_htmx_gets_the_part_that_changes_and_nothing_is_kept_for_the_other(app, now):
    house = open_house(app)
    fields = {"prijs": "100", "dag": day_in_amsterdam(now).isoformat()}
    answer = house.browser(house.market.seller).get(
        PAGE, query_string=fields, headers={"HX-Request": "true"}
    )
    assert "<html" not in answer.text
    assert "Zo wordt" in answer.text
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("agreement", [{}, IN_SET_OFF])
def test_the_page_asks_little_however_much_work_there_is(app, now, agreement):
    house = open_house(app, **agreement)
    with house.writing() as session:
        order = markets.place(session, house.market, house.market.service, now=now)
        line = markets.line_of(session, order)

    def more():
        with house.writing() as session:
            for _ in range(3):
                factories.sell(session, house.market.member, gross_cents=12_100, now=now)
                markets.accepted(session, house.market, now=now)

    asks_little(house, house.market.seller, f"{PAGE}?klus={line}", more)


AGREEMENTS = {
    "pot": {},
    "pot near the threshold": {"threshold_cents": 30_000},
    "set_off": {"regime": "set_off", "exemption_n_granted": True},
    "set_off, nothing accepted": {
        "regime": "set_off",
        "exemption_n_granted": True,
        "deductions_accepted": False,
        "costs_accepted": False,
    },
}


@pytest.mark.parametrize("agreement", AGREEMENTS)
@pytest.mark.parametrize(("gross", "costs", "costs_vat"), [(72_600, 9_680, 1_680), (12_345, 0, 0)])
def test_after_the_job_the_statement_says_the_same_to_the_cent(
    session, agreement, gross, costs, costs_vat
):
    now = factories.at("2026-01-20")
    member = factories.make_member(session, **AGREEMENTS[agreement])
    factories.sell(session, member, gross_cents=24_200, now=factories.at("2026-01-10"))
    told = kept(
        session, member, now=now, on=now.date(), gross=gross, costs=costs, costs_vat=costs_vat
    )
    promised = whatif.for_amount(
        session,
        membership_id=member.id,
        cooperative_id=member.cooperative_id,
        gross_cents=gross,
        vat_rate=Fraction(21, 100),
        costs_cents=costs - costs_vat,
        on=now.date(),
    )
    assert told.gain_cents == promised.gain_cents
    factories.sell(session, member, gross_cents=gross, now=now)
    if costs:
        factories.spend(session, member, now=now, gross_cents=costs, vat_cents=costs_vat)
    close(session, "2026-01", factories.at("2026-02-01"))
    statement = versions(session, member, "2026-01")[-1].outcome["figures"]
    division, answer = told.after.facts.division, told.after.answer
    assert statement["member_cents"] == division.member
    assert statement["municipality_cents"] == division.municipality
    assert (statement["training_cents"], statement["reserve_cents"]) == (
        division.training,
        division.reserve,
    )
    for name in ("income", "exempt", "set_off", "benefit", "benefit_reduction", "to_spend"):
        assert statement[f"{name}_cents"] == getattr(answer, f"{name}_cents"), name


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_the_parts_of_the_price_add_up_to_it(session, agreement):
    now = factories.at("2026-01-20")
    member = factories.make_member(session, **AGREEMENTS[agreement])
    told = kept(session, member, now=now, on=now.date())
    division = [step for step in told.steps if step.section == "division"]
    member_part = division[-1].amount_cents
    assert told.plan.gross_cents + sum(one.amount_cents for one in division[:-1]) == member_part


def test_one_more_a_month_later_is_what_comes_true(session):
    member = factories.make_member(session, threshold_cents=60_000)
    first, second = factories.at("2026-01-20"), factories.at("2026-02-20")
    told = kept(session, member, now=first, on=first.date())
    for when in (first, second):
        factories.sell(session, member, gross_cents=72_600, now=when)
        factories.spend(session, member, now=when)
    draft = statements.draft(
        session, membership_id=member.id, month=Month.parse("2026-02"), now=second
    )
    assert draft.figures["member_cents"] == told.again.facts.division.member
    assert draft.figures["municipality_cents"] == told.again.facts.division.municipality > 0


def test_a_job_for_next_month_counts_this_one_as_a_month_of_the_exemption(session):
    member = factories.make_member(session, **AGREEMENTS["set_off"], months_n_used_at_entry=5)
    now = factories.at("2026-01-20")
    factories.sell(session, member, gross_cents=24_200, now=now)
    told = kept(session, member, now=now, on=dt.date(2026, 2, 10))
    assert (told.after.answer.exemption, told.gain_cents) == (None, 0)


def test_where_no_agreement_holds_nothing_is_said(session):
    member = factories.make_member(session, valid_from=dt.date(2026, 3, 1))
    now = factories.at("2026-01-20")
    assert kept(session, member, now=now, on=now.date()) is None


@pytest.mark.sqlite_only
def test_the_thermometer_looks_ahead_in_words_and_promises_nothing(app, now):
    house = open_house(app)
    with house.writing() as session:
        for month in ("2025-10", "2025-11", "2025-12"):
            when = factories.at(f"{month}-10")
            factories.sell(session, house.market.member, gross_cents=24_200, now=when)
        markets.accepted(session, house.market, now=now)
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Met wat je al hebt aangenomen, is er nog € " in page
    # 242.00 is 200.00 without VAT, and 170.00 after 5 and 10 percent
    assert "De laatste 3 maanden kwam er per maand gemiddeld € 170,00 bij." in page
    assert "over ongeveer 7 maanden bij de grens" in page
    assert "Dit is een schatting." in page
    # The drawing says the same to who cannot see it.
    assert "Er komt nog € " in page
    assert "De grens is ongeveer 7 maanden weg." in page
    assert "Van wat boven de grens komt, gaat 50 % naar de gemeente." in page
    assert "Komt eraan + € " in page
    assert "Zo ver nog, geschat ongeveer 7 maanden" in page


@pytest.mark.sqlite_only
def test_accepted_work_that_passes_the_threshold_says_what_goes_to_the_municipality(app, now):
    house = open_house(app, threshold_cents=1_000)
    with house.writing() as session:
        markets.accepted(session, house.market, now=now)
        known = keeping.look(
            session,
            cooperative_id=house.cooperative_id,
            membership_id=house.membership_id,
            on=None,
            now=now,
        )
        ahead = known.outlook(day_in_amsterdam(now))
    assert ahead.left_cents == 0
    assert ahead.municipality_cents == (ahead.coming_cents - 1_000) // 2 > 0
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Met wat je al hebt aangenomen, kom je op of boven de grens." in page
    assert f"Daarvan gaat € {ahead.municipality_cents / 100:.2f}".replace(".", ",") in page


@pytest.mark.sqlite_only
def test_a_new_thermometer_has_nothing_to_go_by_and_says_nothing(app):
    house = open_house(app)
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Nog € 1.200,00 tot de grens" in page
    assert "schatting" not in page
