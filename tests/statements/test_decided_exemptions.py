"""An exemption by decision: it acts, its months are counted, and its ground stands nowhere in the clear."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from marketplace.domain.calendar import Month
from marketplace.domain.exemptions import BeforeAgreement, EndsBeforeItBegins, MonthStatedBefore
from marketplace.gateways.database import Database
from marketplace.gateways.secretbox import NoKey
from marketplace.models.audit import AuditLine
from marketplace.models.memberships import Agreement
from marketplace.services.membership import agreements, exemptions
from marketplace.services.membership.exemptions import Decided
from marketplace.services.months import whatif
from marketplace.services.months.discretion import kept_exemption
from marketplace.web import explain
from tests.books.factories import at, make_person, sell
from tests.conftest import KEY
from tests.statements.months import close, confirm, member_in_set_off, statement_of, versions
from tests.statements.pages import make_world
from tests.web.people_pages import send
from tests.web.query_count import counted

SOLD = 72_600  # 600.00 net, 510.00 after training and reserve
INCOME = 51_000
FIFTEEN = 7_650
JANUARY = Month(2026, 1)


@pytest.fixture
def actor(session):
    return make_person(session).id


def decide(session, member, actor_id, *, ground="y", since=JANUARY, used=0, on=None) -> None:
    participant = exemptions.of_participant(
        session,
        municipality_id=member.municipality_id,
        reference=member.reference,
        on=on or dt.date(2026, 1, 5),
    )
    exemptions.decide(
        session,
        participant=participant,
        decided=Decided(ground, "BES-77", since, used),
        actor_id=actor_id,
        now=at("2026-01-05"),
    )
    session.commit()


def sold_and_closed(session, member, month: str, following: str) -> dict:
    sell(session, member, gross_cents=SOLD, now=at(f"{month}-10"))
    close(session, month, at(f"{following}-02"))
    return versions(session, member, month)[-1]


def test_after_the_months_of_n_the_decision_gives_fifteen_percent(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor)
    kept = sold_and_closed(session, member, "2026-01", "2026-02")
    assert (kept.income_cents, kept.exempt_cents) == (INCOME, FIFTEEN)
    assert kept.exemption == "decision"
    assert kept.inputs["decided_reference"] == "BES-77"


def test_the_months_of_n_go_first(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=5)
    decide(session, member, actor)
    assert sold_and_closed(session, member, "2026-01", "2026-02").exemption == "n"
    assert sold_and_closed(session, member, "2026-02", "2026-03").exemption == "decision"


@pytest.mark.parametrize("ground", ["y", "z"])
def test_the_ground_stands_nowhere_in_the_clear(session, actor, ground):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor, ground=ground)
    kept = sold_and_closed(session, member, "2026-01", "2026-02")
    told = repr((kept.inputs, kept.outcome))
    for telling in ("31.2.y", "31.2.z", "exempt_y", "exempt_z", "vrijlating.y", "vrijlating.z"):
        assert telling not in told
    stored = session.execute(text("SELECT decided_ground FROM agreements")).scalar_one()
    assert stored not in {"y", "z"}
    assert Fernet(KEY).decrypt(stored.encode()).decode() == ground
    line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line.after == {"reference": "BES-77", "from": "2026-01-01", "until": None}


def test_the_lines_of_what_is_kept_still_add_up_and_have_words(session, actor, app):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor, ground="z")
    sell(session, member, gross_cents=242_000, now=at("2026-01-10"))  # above the cap
    close(session, "2026-01", at("2026-02-02"))
    kept = versions(session, member, "2026-01")[-1]
    from marketplace.domain.earnings.assessment import from_dict

    answer = from_dict(kept.outcome["assessment"])
    assert sum(line.amount_cents for line in answer.group("exemption")) == answer.exempt_cents
    with app.test_request_context():
        said = [explain.line_text(line) for line in answer.group("exemption")]
        backed = {explain.basis_text(line) for line in answer.group("exemption")}
    assert said[0].startswith("Vrijlating volgens besluit")
    assert backed == {"besluit van de gemeente"}


def test_wage_subsidy_counts_twelve_months_and_then_goes_on_as_aa(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor, ground="z", used=11)
    for month, following in (("2026-01", "2026-02"), ("2026-02", "2026-03")):
        kept = sold_and_closed(session, member, month, following)
        assert (kept.exemption, kept.exempt_cents) == ("decision", FIFTEEN)
    assert kept.inputs["decided_months_used"] == 12


def test_what_if_knows_the_decision(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor)
    from fractions import Fraction

    found = whatif.for_amount(
        session,
        membership_id=member.id,
        cooperative_id=member.cooperative_id,
        gross_cents=SOLD,
        vat_rate=Fraction(21, 100),
        costs_cents=0,
        on=dt.date(2026, 1, 20),
    )
    assert found is not None
    assert found.exempt_cents == FIFTEEN


def test_it_begins_with_the_agreement_and_not_in_a_month_that_was_stated(session, actor):
    member = member_in_set_off(session)
    with pytest.raises(BeforeAgreement):
        decide(session, member, actor, since=Month(2025, 12))
    close(session, "2026-01", at("2026-02-02"))
    with pytest.raises(MonthStatedBefore):
        decide(session, member, actor, since=Month(2026, 1))
    decide(session, member, actor, since=Month(2026, 2))


def test_it_ends_with_a_month(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor)
    participant = exemptions.of_participant(
        session,
        municipality_id=member.municipality_id,
        reference=member.reference,
        on=dt.date(2026, 1, 5),
    )
    ending = {"participant": participant, "actor_id": actor, "now": at("2026-01-06")}
    with pytest.raises(EndsBeforeItBegins):
        exemptions.end(session, last=Month(2025, 12), **ending)
    exemptions.end(session, last=Month(2026, 1), **ending)
    assert sold_and_closed(session, member, "2026-01", "2026-02").exemption == "decision"
    assert sold_and_closed(session, member, "2026-02", "2026-03").exemption is None
    with pytest.raises(MonthStatedBefore):
        exemptions.end(session, last=Month(2026, 1), **ending)


def test_a_next_agreement_of_the_same_municipality_takes_it_over(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor)
    first = agreements.in_force(session, membership_id=member.id, on=dt.date(2026, 1, 5))
    names = {one.name for one in dataclasses.fields(agreements.Terms)}
    terms = {name: getattr(first, name) for name in names} | {"valid_from": dt.date(2026, 3, 1)}
    made = agreements.make(
        session,
        cooperative_id=member.cooperative_id,
        membership_id=member.id,
        terms=agreements.Terms(**terms),
        made_by_id=actor,
        now=at("2026-01-06"),
    )
    assert (made.decided_ground, made.decided_reference) == ("y", "BES-77")


def test_a_confirmed_statement_keeps_its_digest(session, actor):
    member = member_in_set_off(session, months_n_used_at_entry=6)
    decide(session, member, actor)
    sold_and_closed(session, member, "2026-01", "2026-02")
    confirm(session, member, "2026-01", at("2026-02-03"))
    assert statement_of(session, member, "2026-01").digest


def test_a_new_key_opens_what_the_old_one_wrote_until_all_is_written_anew(
    session, actor, database_url
):
    member = member_in_set_off(session)
    decide(session, member, actor)
    session.close()
    new = Fernet.generate_key().decode()
    for keys, opens in (([new, KEY], True), ([new], False)):
        database = Database(database_url, keys)
        with database.session(writes=True) as own, own.begin():
            if opens:
                assert own.scalars(select(Agreement.decided_ground)).all() == ["y"]
            else:
                with pytest.raises(NoKey):
                    own.scalars(select(Agreement.decided_ground)).all()
        database.engine.dispose()


def test_what_is_kept_of_other_exemptions_stays():
    assert [kept_exemption(one) for one in ("n", "r", None, "34a")] == ["n", "r", None, "34a"]
    assert {kept_exemption(one) for one in ("y", "z", "aa")} == {"decision"}


PAGE = "/gemeente/deelnemers/W-0001/vrijlating"
TYPED = {"ground": "y", "reference": "BES-9", "since": "2-2026", "months_used": ""}


def post_decision(world, **own):
    return send(world.client("officer"), PAGE, **TYPED | own)


def test_the_officer_decides_and_the_member_reads_why(app):
    world = make_world(app)
    assert post_decision(world).status_code == 303
    shown = world.client("officer").get(PAGE).text
    assert "medische beperking" in shown
    assert "BES-9" in shown
    mine = world.client("member").get("/werk/opgaven").text
    assert "vrijlating volgens besluit BES-9" in mine
    assert "medische beperking" in mine


def test_the_coordinator_reads_the_reference_and_no_ground(app):
    world = make_world(app)
    post_decision(world, since="1-2026")
    text_of_page = world.client("coordinator").get(f"/balie/leden/{world.membership}").text
    assert "medische" not in text_of_page


def test_another_municipality_finds_no_page(app):
    world = make_world(app)
    stranger = world.client("strange-officer")
    assert stranger.get(PAGE).status_code == 404
    assert send(stranger, PAGE, seen_at="/gemeente", **TYPED).status_code == 404
    ended = send(stranger, f"{PAGE}/stoppen", seen_at="/gemeente", last="5-2026")
    assert ended.status_code == 404


def test_a_stated_month_is_refused_in_words_and_what_was_typed_stays(app):
    world = make_world(app)
    answer = post_decision(world, since="12-2025")
    assert answer.status_code == 422
    assert "al een opgave" in answer.text
    assert 'value="BES-9"' in answer.text


def test_an_empty_form_says_what_is_missing(app):
    world = make_world(app)
    assert post_decision(world, ground="", reference="", since="").status_code == 422
    ended = send(world.client("officer"), f"{PAGE}/stoppen", seen_at=PAGE, last="")
    assert ended.status_code == 422


def test_the_page_takes_few_queries(app):
    world = make_world(app)
    post_decision(world)
    officer = world.client("officer")
    with counted(app) as count:
        assert officer.get(PAGE).status_code == 200
    assert len(count) <= 8
