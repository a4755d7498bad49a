"""Premium and experiment on pages: the form of the agreement, the statement, the workplace, the municipality."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from marketplace import context
from marketplace.domain.calendar import Month
from marketplace.models.memberships import Agreement, Membership
from marketplace.services.months.whatif import WhatIf
from tests.books.factories import at, sell
from tests.statements.months import close, confirm, statement_of
from tests.statements.pages import make_world
from tests.statements.test_members import FILLED_IN
from tests.web.people_pages import send, words

PREMIUM = {"regime": "premium", "exemption_n_granted": "y", "premium_percent": "30"}
EXPERIMENT = {
    "regime": "experiment",
    "exemption_n_granted": "y",
    "experiment_percent": "50",
    "experiment_cap": "200",
    "experiment_legal_basis": "PW artikel 83, besluit 12",
    "experiment_last_month": "6-2026",
}


@pytest.fixture
def world(app):
    return make_world(app)


def agree(world, **given):
    path = f"/balie/leden/{world.membership}/afspraak"
    return send(world.client("coordinator"), path, **FILLED_IN | given)


def newest(session, world) -> Agreement:
    return session.scalars(
        select(Agreement)
        .where(Agreement.membership_id == world.membership_id)
        .order_by(Agreement.valid_from.desc())
    ).first()


def earn_in_january(world, **agreed) -> None:
    """Nadia sells 726.00 in January under an agreement with these terms."""
    with world.app.app_context(), context.transaction() as session:
        session.execute(
            update(Agreement).where(Agreement.membership_id == world.membership_id).values(**agreed)
        )
        member = session.get_one(Membership, world.membership_id)
        sell(session, member, gross_cents=72_600, now=at("2026-01-10"))


def send_january(world) -> str:
    """Close and confirm January; gives the address of the statement."""
    with world.app.app_context(), context.transaction() as session:
        close(session, "2026-01", at("2026-02-01"))
        member = session.get_one(Membership, world.membership_id)
        confirm(session, member, "2026-01", at("2026-02-02"))
        return statement_of(session, member, "2026-01").public_id


def test_a_coordinator_agrees_on_a_premium(world):
    answer = agree(world, **PREMIUM, premium_cap="219,00", premium_less_exemption="y")
    assert answer.status_code == 303, words(answer)
    with world.app.app_context(), context.transaction() as session:
        made = newest(session, world)
        assert (made.regime, made.premium_share, made.premium_cap_month_cents) == (
            "premium",
            3_000,
            21_900,
        )
        assert made.premium_less_exemption


def test_a_coordinator_agrees_on_an_experiment_with_its_ground_and_end(world):
    typed_for_something_else = {"premium_percent": "30", "youngest_child_month": "3-2018"}
    answer = agree(world, **EXPERIMENT, **typed_for_something_else)
    assert answer.status_code == 303, words(answer)
    with world.app.app_context(), context.transaction() as session:
        made = newest(session, world)
        assert (made.experiment_share, made.experiment_cap_cents) == (5_000, 20_000)
        assert made.experiment_legal_basis == "PW artikel 83, besluit 12"
        assert made.experiment_ends_on == dt.date(2026, 6, 30)
        assert (made.premium_share, made.youngest_child_month) == (None, None)
    page = words(world.client("coordinator").get(f"/balie/leden/{world.membership}/afspraak"))
    assert "Experiment, vanaf" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (PREMIUM | {"premium_percent": ""}, "Vul in welk deel van de verdiensten de premie is"),
        (EXPERIMENT | {"experiment_percent": ""}, "Vul in welk deel van de verdiensten het lid"),
        (EXPERIMENT | {"experiment_legal_basis": " "}, "Vul in waarop het experiment rust"),
        (EXPERIMENT | {"experiment_last_month": ""}, "tot en met welke maand het experiment"),
        (EXPERIMENT | {"experiment_last_month": "13-2026"}, "Schrijf een maand die bestaat"),
        (EXPERIMENT | {"experiment_last_month": "1-2026"}, "tot en met welke maand het experiment"),
        (
            {"regime": "premium", "premium_percent": "30"},
            "Zonder besluit gaat de vrijlating uit de wet altijd voor",
        ),
    ],
)
@pytest.mark.sqlite_only
def test_what_a_regime_still_needs_is_told_beside_its_field(world, given, says):
    answer = agree(world, **given)
    assert answer.status_code == 422
    assert says in words(answer)


def test_a_premium_is_shown_as_later_and_not_now_to_member_and_municipality(world):
    earn_in_january(world, regime="premium", premium_share=3_000)
    member = world.client("member")
    assert "Premie, later van de gemeente" in words(member.get("/werk"))
    told = words(member.get("/werk/opgaven/deze-maand"))
    assert "Premie van de gemeente: later, niet nu" in told
    assert "De gemeente betaalt die later, niet nu" in told
    officer = words(world.client("officer").get(f"/gemeente/opgaven/{send_january(world)}"))
    assert "De gemeente betaalt over deze maand later" in officer


@pytest.mark.sqlite_only
def test_a_question_to_the_member_tells_premium_and_ground_apart_from_what_is_kept(app):
    told = app.jinja_env.get_template("parts/keep.html").module
    keep = WhatIf(
        regime="premium",
        month=Month(2026, 1),
        gross_cents=72_600,
        vat_cents=12_600,
        costs_cents=0,
        training_cents=0,
        reserve_cents=0,
        municipality_cents=0,
        member_cents=60_000,
        income_cents=60_000,
        exempt_cents=15_000,
        set_off_cents=45_000,
        gain_cents=15_000,
        month_number=1,
        premium_cents=3_000,
        legal_basis="besluit 12",
    )
    with app.test_request_context():
        page = str(told.keep_of(keep))
    assert "30,00 premie" in page
    assert "door het experiment: besluit 12" in page


def test_an_experiment_is_shown_with_what_it_rests_on(world):
    earn_in_january(
        world,
        regime="experiment",
        exemption_n_granted=False,
        no_exemption_reference="MIN-3",
        experiment_share=5_000,
        experiment_legal_basis="PW artikel 83, besluit 12",
        experiment_ends_on=dt.date(2026, 6, 30),
    )
    member = world.client("member")
    for path in ("/werk", "/werk/opgaven/deze-maand"):
        page = words(member.get(path))
        assert "PW artikel 83, besluit 12" in page, path
        assert "30 juni 2026" in page, path
    officer = words(world.client("officer").get(f"/gemeente/opgaven/{send_january(world)}"))
    assert "PW artikel 83, besluit 12" in officer
