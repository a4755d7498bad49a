"""Law to come: confirmed with a reference and a date, withdrawn with a reason, and seen before it goes live."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from marketplace import context
from marketplace.domain.calendar import Month
from marketplace.domain.earnings.rulebook import Confirmation
from marketplace.domain.errors import NotFound
from marketplace.gateways.rulefiles import RULES, load_rulebook
from marketplace.models.audit import AuditLine
from marketplace.models.cooperatives import CooperativeParameters
from marketplace.models.rules import RuleConfirmation
from marketplace.services.months import rulebook, rulechanges
from tests.books.factories import at, make_person, sell
from tests.statements.months import close, member_in_set_off, versions
from tests.statements.pages import make_world
from tests.web.people_pages import add_operator, send, sign_in, words
from tests.web.query_count import MOST, counted

START = dt.date(2027, 1, 1)


def put_in_force(session, pending_id="p1", valid_from=START, reference="Stb. 2026, 999"):
    return rulebook.confirm(
        session,
        pending_id=pending_id,
        reference=reference,
        valid_from=valid_from,
        actor_id=make_person(session).id,
        now=at("2026-12-15"),
    )


def earn(session, month: str, gross: int = 242_000, **agreement):
    """A member who sold in one month, and that month closed: 2,000.00 without VAT, 1,700.00 counts."""
    member = member_in_set_off(session, **agreement)
    sell(session, member, gross_cents=gross, now=at(f"{month}-10"))
    close(session, month, at(str(Month.parse(month).shift(1).first)))
    return member


def told(session, member, month: str) -> tuple[str | None, int, int]:
    newest = versions(session, member, month)[-1]
    return newest.exemption, newest.income_cents, newest.exempt_cents


def test_without_confirmation_the_law_of_today_goes_on(session):
    member = earn(session, "2027-01")
    assert told(session, member, "2027-01")[0] == "n"
    assert rulebook.rulebook_in_force(session) is load_rulebook()


def test_once_confirmed_15_percent_is_exempt_without_a_cap(session):
    put_in_force(session)
    member = earn(session, "2027-01")
    assert told(session, member, "2027-01") == ("34a", 170_000, 25_500)
    kept = versions(session, member, "2027-01")[-1]
    value = kept.inputs["values"][-1]
    assert (value["id"], value["value"], value["reference"]) == ("p1", "0.15", "Stb. 2026, 999")
    assert value["article"] == "PW 34a.1.a"
    assert kept.rules_hash != load_rulebook().rules_hash
    assert kept.rules_hash == kept.outcome["assessment"]["rules_hash"]


def test_a_large_income_shows_that_there_is_no_cap(session):
    put_in_force(session)
    member = earn(session, "2027-01", gross=363_000)
    assert told(session, member, "2027-01") == ("34a", 255_000, 38_250)


def test_the_month_before_the_date_keeps_the_law_of_then(session):
    put_in_force(session, valid_from=dt.date(2027, 2, 1))
    member = earn(session, "2027-01")
    assert told(session, member, "2027-01")[0] == "n"


@pytest.mark.sqlite_only
def test_the_twelve_months_run_on_from_the_first_also_without_income(session):
    put_in_force(session)
    member = earn(session, "2027-01")
    for month in ("2027-02", "2027-12", "2028-01"):
        if month != "2027-02":
            sell(session, member, gross_cents=121_000, now=at(f"{month}-10"))
        close(session, month, at(str(Month.parse(month).shift(1).first)))
    assert told(session, member, "2027-02")[0] is None
    assert told(session, member, "2027-12")[0] == "34a"
    assert versions(session, member, "2027-12")[-1].inputs["months_34a_used"] == 11
    assert told(session, member, "2028-01")[::2] == (None, 0)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"reference": "  "}, rulebook.NeedsReference),
        ({"valid_from": dt.date(2026, 12, 1)}, rulebook.BeforeExpected),
        ({"valid_from": dt.date(2027, 1, 15)}, rulebook.InsideMonth),
        ({"pending_id": "p2"}, rulebook.NothingToCompute),
        ({"pending_id": "p99"}, NotFound),
    ],
)
@pytest.mark.sqlite_only
def test_a_confirmation_that_is_not_whole_is_refused(session, wrong, refusal):
    with pytest.raises(refusal):
        put_in_force(session, **wrong)
    assert session.scalars(select(RuleConfirmation)).all() == []


def test_withdrawing_is_a_new_row_with_a_reason_and_the_past_stays(session):
    put_in_force(session)
    with pytest.raises(rulebook.ConfirmedAlready):
        put_in_force(session, reference="Stb. 2026, 1000")
    member = earn(session, "2027-01")
    take_back = {
        "pending_id": "p1",
        "actor_id": make_person(session).id,
        "now": at("2027-02-02"),
    }
    with pytest.raises(rulebook.NeedsReference):
        rulebook.withdraw(session, reason=" ", **take_back)
    rulebook.withdraw(session, reason="Uitgesteld", **take_back)
    with pytest.raises(rulebook.NotConfirmed):
        rulebook.withdraw(session, reason="Uitgesteld", **take_back)
    assert rulebook.rulebook_in_force(session) is load_rulebook()
    assert told(session, member, "2027-01")[0] == "34a"
    rows = session.scalars(select(RuleConfirmation).order_by(RuleConfirmation.number)).all()
    assert [(row.number, row.reason) for row in rows] == [(1, None), (2, "Uitgesteld")]
    acts = session.execute(
        select(AuditLine.act, AuditLine.reason).where(AuditLine.thing == "rule:p1")
    ).all()
    assert [tuple(row) for row in acts] == [
        ("rule_confirmed", None),
        ("rule_withdrawn", "Uitgesteld"),
    ]
    assert put_in_force(session).number == 3


@pytest.mark.parametrize(
    "statement",
    ["UPDATE rule_confirmations SET reference = 'x'", "DELETE FROM rule_confirmations"],
)
def test_a_confirmation_is_never_changed(session, statement):
    put_in_force(session)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_two_operators_at_once_cannot_both_confirm(session):
    put_in_force(session)
    session.flush()
    late = RuleConfirmation(
        pending_id="p1",
        number=1,
        valid_from=START,
        reference="Stb.",
        confirmed_by_id=make_person(session).id,
        at=at("2026-12-15"),
    )
    with pytest.raises(rulebook.ConfirmedAlready):
        rulebook._append(session, late, rulebook.ConfirmedAlready())


def changes(session, since="2026-01-01", *, now="2026-03-15", **page):
    return rulechanges.if_confirmed(
        session, pending_id="p1", since=dt.date.fromisoformat(since), now=at(now), **page
    )


def test_who_would_notice_is_said_by_reference_month_and_amount(session):
    member = earn(session, "2026-01", gross=72_600)
    close(session, "2026-02", at("2026-03-01"))
    looked = changes(session)
    # 510.00 counts: a quarter is 127.50, fifteen percent is 76.50.
    assert looked.changed == (
        rulechanges.Changed(member.reference, Month(2026, 1), -5_100, 5_100, -5_100),
    )
    assert (looked.members, looked.months, looked.next_after) == (1, 2, None)
    assert changes(session, "2026-02-01").changed == ()
    assert len(versions(session, member, "2026-01")) == 1


@pytest.mark.sqlite_only
def test_a_law_that_is_in_force_is_compared_with_the_law_without_it(session):
    put_in_force(session)
    earn(session, "2027-01", gross=72_600)
    assert changes(session, "2027-01-01", now="2027-02-15").changed[0].exempt_cents == -5_100


@pytest.mark.sqlite_only
def test_members_come_page_by_page(session):
    for _ in range(3):
        earn(session, "2026-01", gross=72_600)
    seen, after = [], 0
    while after is not None:
        page = changes(session, after=after, limit=2)
        seen += [one.reference for one in page.changed]
        after = page.next_after
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.sqlite_only
def test_two_rulebooks_are_compared_page_by_page_whoever_lacks_parameters(session):
    one, undecided, three = (earn(session, "2026-01", gross=72_600) for _ in range(3))
    session.execute(
        delete(CooperativeParameters).where(
            CooperativeParameters.cooperative_id == undecided.cooperative_id
        )
    )
    for member in (one, three):
        sell(session, member, gross_cents=72_600, now=at("2026-02-03"))
    rules = load_rulebook()
    confirmed = rules.with_confirmations([Confirmation("p1", dt.date(2026, 2, 1), "Stb. 1")])
    seen, after = [], 0
    while after is not None:
        page = rulechanges.between(
            session, old=rules, new=confirmed, now=at("2026-02-10"), after=after, limit=1
        )
        seen += [(found.reference, str(found.month)) for found in page.changed]
        after = page.next_after
    assert seen == [(one.reference, "2026-02"), (three.reference, "2026-02")]


@pytest.fixture
def operator(app, client):
    add_operator(app)
    sign_in(client, "beheer@example.nl")
    return client


def test_the_operator_sees_confirms_and_withdraws(app, operator, session):
    make_world(app)
    overview = words(operator.get("/beheer/regels"))
    assert all(word in overview for word in ("PW 34a.1.a", "PW 34b", "redelijk zeker"))
    page = operator.get("/beheer/regels/p1?since=2025-12-01")
    assert "W-0001" in words(page)
    assert "Nadia" not in words(page)
    to = "/beheer/regels/p1/bevestigen"
    at_page = "/beheer/regels/p1"
    for wrong, said in (
        ({"reference": "", "valid_from": "1-1-2027"}, "Schrijf op waar dit staat."),
        ({"reference": "Stb. 1", "valid_from": ""}, "Vul de eerste dag in."),
        ({"reference": "Stb. 1", "valid_from": "1-12-2026"}, "op zijn vroegst op 1 januari 2027"),
        ({"reference": "Stb. 1", "valid_from": "2-1-2027"}, "eerste dag van een maand"),
    ):
        answer = send(operator, to, seen_at=at_page, **wrong)
        assert answer.status_code == 422
        assert said in words(answer)
    assert session.scalars(select(RuleConfirmation)).all() == []
    session.rollback()
    done = send(operator, to, seen_at=at_page, reference="Stb. 1", valid_from="1-1-2027")
    assert done.status_code == 303
    assert "Stb. 1" in words(operator.get("/beheer/regels"))
    back = "/beheer/regels/p1/intrekken"
    assert send(operator, back, seen_at=at_page, reason="").status_code == 422
    assert send(operator, back, seen_at=at_page, reason="Uitgesteld").status_code == 303
    assert "Stb. 1" not in words(operator.get("/beheer/regels"))


def test_whose_health_it_is_about_is_not_shown(app, operator):
    make_world(app)
    page = words(operator.get("/beheer/regels/p1b"))
    assert "Dit laten we niet zien" in page
    assert "W-0001" not in page


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("path", "status"),
    [("p1?since=nooit", 200), ("p1?after=-1", 404), ("p99", 404), ("p2", 409)],
)
def test_an_address_that_no_page_gave_is_answered_in_order(operator, path, status):
    assert operator.get(f"/beheer/regels/{path}").status_code == status


@pytest.mark.sqlite_only
def test_only_the_operator_finds_the_rules(app):
    world = make_world(app)
    for who in ("member", "officer", "coordinator"):
        for path in ("/beheer/regels", "/beheer/regels/p1"):
            assert world.client(who).get(path).status_code == 404


def test_the_pages_ask_little_of_the_database(app, operator, session):
    make_world(app)
    for path in ("/beheer/regels", "/beheer/regels/p1"):
        operator.get(path)
        with counted(app) as few:
            operator.get(path)
        for _ in range(3):
            earn(session, "2025-12", gross=72_600, valid_from=dt.date(2025, 12, 1))
        session.commit()
        with counted(app) as many:
            operator.get(path)
        assert len(few) == len(many) <= MOST, str(many)


def folder(tmp_path, old: str, new: str):
    """The rules of today with one text replaced."""
    made = tmp_path / "new"
    made.mkdir()
    for path in RULES.glob("*.toml"):
        shutil.copy(path, made)
    changed = made / "participatiewet.toml"
    whole = changed.read_text(encoding="utf-8")
    assert old in whole
    changed.write_text(whole.replace(old, new), encoding="utf-8")
    return made


def diff(app, *arguments):
    return app.test_cli_runner().invoke(args=["rules", "diff", *map(str, arguments)])


OLD_CAP = 'valid_to = 2025-12-31, value = "278.00"'
LOW_CAP = 'valid_to = 2025-12-31, value = "50.00"'


@pytest.mark.sqlite_only
def test_the_command_says_which_values_differ_and_when(app, tmp_path):
    made = folder(tmp_path, OLD_CAP, LOW_CAP)
    same = diff(app, RULES, RULES)
    assert (same.exit_code, same.output) == (0, "")
    found = diff(app, RULES, made)
    assert found.output == "vrijlating.n.max  2025-07-01..2025-12-31  278.00 -> 50.00\n"
    assert found.exit_code == 1


@pytest.mark.sqlite_only
def test_the_command_refuses_what_is_no_set_of_rules(app, tmp_path):
    (tmp_path / "wrong.toml").write_text("[unheard]\n", encoding="utf-8")
    refused = diff(app, RULES, tmp_path)
    assert refused.exit_code == 2
    assert "unknown table 'unheard'" in refused.output
    assert diff(app, RULES, tmp_path / "nowhere").exit_code == 2


def test_the_command_says_which_members_would_notice(app, tmp_path):
    make_world(app)
    made = folder(tmp_path, OLD_CAP, LOW_CAP)
    found = diff(app, RULES, made, "--members")
    lines = found.stdout.splitlines()
    assert lines[0].split() == ["reference", "month", "exempt", "set_off", "benefit"]
    reference, month, exempt, set_off, benefit = lines[1].split()
    assert (reference, month) == ("W-0001", "2025-12")
    assert (exempt, benefit) == ("-" + set_off[1:], exempt)
    assert len(lines) == 2
    assert found.exit_code == 1
    assert "2 members" not in found.stderr or "1 months change" in found.stderr
    assert "Nadia" not in found.output
    nobody = diff(app, RULES, RULES, "--members")
    assert (nobody.exit_code, nobody.stdout) == (0, "")


def test_the_month_that_runs_is_computed_too(app, tmp_path):
    world = make_world(app)
    with app.app_context(), context.transaction() as session:
        from marketplace.models.memberships import Membership

        member = session.get_one(Membership, world.membership_id)
        sell(session, member, gross_cents=72_600, now=at("2026-01-10"))
    january = 'valid_from = 2026-01-01, valid_to = 2026-06-30, value = "285.00"'
    made = folder(tmp_path, january, january.replace("285.00", "50.00"))
    found = diff(app, RULES, made, "--members")
    # 510.00 counts in January: 127.50 becomes 50.00.
    assert found.stdout.splitlines()[1].split() == [
        "W-0001",
        "2026-01",
        "-77.50",
        "+77.50",
        "-77.50",
    ]


@pytest.mark.sqlite_only
def test_a_month_without_outcome_under_one_of_the_rulebooks_is_named(app, tmp_path):
    make_world(app)
    made = folder(tmp_path, "[[parameters]]", "[[parameters]]")
    for path in made.glob("*.toml"):
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole.replace("covers_from = 2023-01-01", "covers_from = 2026-01-01"))
    found = diff(app, RULES, made, "--members")
    assert "W-0001" in found.stdout
    assert "refused: rule_before_first" in found.stdout
