"""A fresh sign-in: after an hour, what moves money or changes rights asks for the password once more."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import url_for
from sqlalchemy import select

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.gateways.passwords import Passwords
from marketplace.models.people import Grant
from marketplace.services.membership import members
from tests.statements import pages
from tests.web.people_pages import (
    PASSWORD,
    add_operator,
    add_person,
    link_in,
    mails,
    send,
    sign_in,
    words,
)
from tests.web.query_count import MOST, counted
from tests.web.route_objects import BODIES, OBJECTS
from tests.web.route_world import make_world

ACTS = {
    Permission.PAYOUTS_BOOK,
    Permission.PAYOUTS_RELEASE,
    Permission.REFUNDS_MAKE,
    Permission.ORDERS_STEP,
    Permission.DISPUTES_ANSWER,
    Permission.BANK_READ,
    Permission.INVOICES_FACTS,
    Permission.KOR_CONFIRM,
    Permission.EXEMPTIONS_DECIDE,
    Permission.COSTS_DECIDE,
    Permission.AGREEMENTS_MAKE,
    Permission.MEMBERS_INVITE,
    Permission.OPERATE,
    Permission.STATEMENTS_SIGN_OFF,
}
FORM = "/beheer/gemeenten/nieuw"
HOUR = dt.timedelta(minutes=60)
LATE = dt.timedelta(minutes=61)


def asks(answer) -> bool:
    return answer.status_code == 303 and answer.location.startswith("/bevestig")


@pytest.fixture
def operator(app, client):
    """A browser in which the operator just signed in."""
    add_operator(app)
    assert sign_in(client, "beheer@example.nl").status_code == 303
    return client


def confirm(client, password=PASSWORD, **fields):
    return send(client, "/bevestig", password=password, **fields)


def test_within_the_hour_nobody_is_asked(operator, clock):
    clock.shift(HOUR)
    assert operator.get(FORM).status_code == 200
    answer = send(operator, FORM, name="Wilgendam", contact_email="post@wilgendam.example")
    assert answer.status_code == 303
    assert "/gemeenten/" in answer.location


def test_after_an_hour_the_form_asks_first_and_opens_after_the_password(operator, clock):
    clock.shift(LATE)
    asked = operator.get(f"{FORM}?x=1")
    assert asked.status_code == 303
    assert asked.location == f"/bevestig?next={FORM}?x%3D1"
    page = operator.get(asked.location)
    assert "Je bent ingelogd als Bo (beheer@example.nl)." in words(page)
    answer = send(operator, asked.location, password=PASSWORD, next=f"{FORM}?x=1")
    assert (answer.status_code, answer.location) == (303, f"{FORM}?x=1")
    assert operator.get(FORM).status_code == 200
    clock.shift(LATE)
    assert asks(operator.get(FORM))


@pytest.mark.sqlite_only
def test_the_page_carries_where_to_go(operator, clock):
    clock.shift(LATE)
    page = operator.get(operator.get(FORM).location).get_data(as_text=True)
    assert re.search(rf'name="next" value="{FORM}"', page)


@pytest.mark.sqlite_only
def test_pages_that_only_show_never_ask(operator, clock):
    clock.shift(LATE)
    assert operator.get("/beheer/").status_code == 200
    assert operator.get("/account").status_code == 200


def test_a_form_that_waited_too_long_is_not_done_and_leads_back_to_its_page(operator, clock):
    page = operator.get(FORM).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    clock.shift(LATE)
    answer = operator.post(
        FORM,
        data={"csrf_token": token, "name": "Wilgendam"},
        headers={"Referer": f"http://localhost{FORM}"},
    )
    assert answer.location == f"/bevestig?next={FORM}"
    assert "nog niet gedaan" in words(operator.get(answer.location))
    assert "Wilgendam" not in words(operator.get("/beheer/"))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "came_from",
    [
        None,
        "https://evil.example/beheer/",
        "http://localhost.evil.example/beheer/",
        "http://localhost/is-er-niet",
        "http://localhost/uitloggen",  # takes forms only
    ],
)
def test_without_a_page_of_ours_the_way_leads_to_the_first_page_of_the_role(
    app, operator, clock, came_from
):
    app.config["WTF_CSRF_ENABLED"] = False
    clock.shift(LATE)
    answer = operator.post(FORM, headers={"Referer": came_from} if came_from else {})
    assert answer.location == "/bevestig"
    done = operator.post("/bevestig", data={"password": PASSWORD})
    assert (done.status_code, done.location) == (303, "/beheer/")


@pytest.mark.sqlite_only
def test_nobody_is_sent_to_another_site(operator):
    assert confirm(operator, next="//evil.example").location == "/beheer/"


def test_a_wrong_password_is_said_beside_the_field_and_opens_nothing(operator, clock):
    clock.shift(LATE)
    answer = confirm(operator, "not this one", next=FORM)
    assert answer.status_code == 422
    assert "Dit wachtwoord klopt niet." in words(answer)
    assert f'name="next" value="{FORM}"' in answer.get_data(as_text=True)
    assert confirm(operator, "").status_code == 422
    assert asks(operator.get(FORM))


def test_somebody_elses_password_is_a_wrong_one(app, operator):
    add_person(app, password="andere-laarzen-93")
    assert confirm(operator, "andere-laarzen-93").status_code == 422


def test_guessing_is_throttled_together_with_signing_in(app, operator, clock, monkeypatch):
    clock.shift(LATE)
    for _ in range(5):
        assert confirm(operator, "guess").status_code == 422
        assert sign_in(app.test_client(), "beheer@example.nl", "guess").status_code == 422
    with monkeypatch.context() as patched:
        patched.setattr(Passwords, "matches", lambda *_: pytest.fail("hashed"))
        late = confirm(operator)
    assert late.status_code == 429
    assert "Wacht even" in words(late)
    assert sign_in(app.test_client(), "beheer@example.nl").status_code == 429
    assert asks(operator.get(FORM))
    clock.shift(dt.timedelta(minutes=16))
    assert confirm(operator).status_code == 303


def test_the_right_password_forgets_the_tries(operator):
    for _ in range(9):
        assert confirm(operator, "guess").status_code == 422
    assert confirm(operator).status_code == 303
    assert confirm(operator, "guess").status_code == 422


@pytest.mark.sqlite_only
def test_who_is_not_signed_in_is_sent_to_sign_in(client):
    assert "/inloggen" in client.get("/bevestig").location


@pytest.mark.sqlite_only
def test_who_may_not_is_told_so_before_any_password(app, client, clock):
    add_person(app)
    sign_in(client)
    clock.shift(LATE)
    assert client.get(FORM).status_code == 404


def test_taking_up_an_invitation_with_one_button_is_no_password(app, client, clock, now):
    world = pages.make_world(app)
    coordinator = world.client("coordinator")
    path = f"/balie/leden/{world.membership}/afspraak"
    with app.app_context(), context.transaction() as session:
        staff = select(Grant.person_id).where(Grant.cooperative_id == world.cooperative_id)
        inviter = session.scalars(staff.where(Grant.role == "coordinator")).one()
        members.invite(
            session,
            cooperative_id=world.cooperative_id,
            municipality_id=world.municipality_id,
            name="Ilse",
            trade_name="Ilse",
            email="coordinator@example.nl",
            invited_by_id=inviter,
            now=now,
        )
    link = link_in(mails(app)[0], "/uitnodiging/")
    clock.shift(LATE)
    assert send(coordinator, link).status_code == 303
    assert asks(coordinator.get(path))


@pytest.mark.sqlite_only
def test_a_session_of_before_counts_from_its_start(app, operator, clock, now):
    with operator.session_transaction() as cookie:
        del cookie["confirmed"]
    clock.shift(HOUR)
    assert operator.get(FORM).status_code == 200
    clock.shift(LATE - HOUR)
    assert asks(operator.get(FORM))


def test_the_page_asks_little_of_the_database(app, operator):
    with counted(app) as queries:
        operator.get("/bevestig")
    assert len(queries) <= MOST, str(queries)


def acts(app) -> dict[str, list[str]]:
    """Give the endpoints that move money or change rights, with their methods."""
    return {
        rule.endpoint: sorted(rule.methods & {"GET", "POST"})
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and (
            getattr(app.view_functions[rule.endpoint], "access", None) in ACTS
            or rule.endpoint in {"statements.confirm", "transfer.account", "deskcomplaints.decide"}
        )
    }


@pytest.mark.sqlite_only
def test_every_act_with_money_or_rights_is_fresh_and_no_other(app):
    fresh = {name for name, view in app.view_functions.items() if getattr(view, "fresh", False)}
    # the page of a receipt holds the form that says no, that of a law to come the form that confirms, and
    # the pages of a bank line and of a batch the forms that book and release; the file moves money
    shown = {"costs.page", "rules.page", "bank.line", "batches.page", "batches.file"}
    assert fresh == {*acts(app), *shown}


def test_every_such_act_asks_after_an_hour_and_never_within(app, session, now):
    app.config["WTF_CSRF_ENABLED"] = False
    world = make_world(session, app.extensions["marketplace"].gateways.storage, now=now)
    roles = {
        "payouts": "treasurer",
        "bank": "treasurer",
        "batches": "treasurer",
        "cash": "treasurer",
        "maillog": "operator",
        "transfer": "buyer",
        "exemptions": "officer",
        "invoices": "treasurer",
        "kor": "treasurer",
        "operator": "operator",
        "officer": "officer",
        "statements": "member",
        "rules": "operator",
        "settlements": "officer",
    }
    wrong = {}
    for endpoint, methods in acts(app).items():
        person = world.own[roles.get(endpoint.partition(".")[0], "coordinator")]
        names = OBJECTS.get(endpoint, {})
        values = {k: v[1:] if v[0] == "=" else getattr(world, v) for k, v in names.items()}
        with app.test_request_context():
            path = url_for(endpoint, **values)
        for method in methods:
            for age, expected in ((LATE, True), (HOUR, False)):
                client = app.test_client()
                with client.session_transaction() as cookie:
                    stamp = int(now.timestamp())
                    cookie.update({"person": person, "epoch": 0, "since": stamp, "seen": stamp})
                    cookie["confirmed"] = stamp - int(age.total_seconds())
                answer = client.open(path, method=method, data=BODIES.get(endpoint, {}))
                if asks(answer) is not expected or answer.status_code in {403, 404}:
                    wrong[f"{method} {endpoint} after {age}"] = answer.status_code
    assert wrong == {}
