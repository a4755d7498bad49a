"""An installation without demo data: one command makes the operator, the rest happens in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.municipalities import Municipality
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent
from marketplace.models.people import Grant, Person
from tests.web.people_pages import PASSWORD, add_operator, link_in, mails, send, sign_in, words
from tests.web.query_count import MOST, counted

COOPERATIVE = {
    "name": "Coöperatie De Test U.A.",
    "place": "Wilgendam",
    "email": "Post@Test.example",
    "kvk_number": "12345678",
    "vat_number": "",
    "scheme": "charges",
    "training_share": "5",
    "reserve_share": "10 %",
    "threshold": "1.200,00",
    "period": "calendar_year",
    "municipality_share": "50",
    "valid_from": "1-1-2026",
    "resolution": "ALV 1, punt 2",
}
MUNICIPALITY = {
    "name": "Wilgendam",
    "profile_code": "",
    "contact_email": "werk@wilgendam.example",
    "contact_phone": "",
}


@pytest.fixture
def operator(app, client):
    add_operator(app)
    sign_in(client, "beheer@example.nl")
    return client


def command(app, *extra, password="drie-natte-honden\n"):
    arguments = ["people", "create-operator", "--email", "Bo@Example.nl", "--name", "Bo", *extra]
    return app.test_cli_runner().invoke(args=arguments, input=password)


def test_from_an_empty_database_to_people_in_every_role(app, client, session):
    made = command(app, "--password-stdin")
    assert made.exit_code == 0, made.output
    sign_in(client, "bo@example.nl", "drie-natte-honden")
    to_cooperative = send(client, "/beheer/cooperaties/nieuw", **COOPERATIVE).location
    to_municipality = send(client, "/beheer/gemeenten/nieuw", **MUNICIPALITY).location
    for role in ("coordinator", "treasurer"):
        invited = {"role": role, "name": role.title(), "email": f"{role}@example.nl"}
        assert send(client, to_cooperative, **invited).status_code == 303
    invited = {"role": "officer", "name": "Rob", "email": "rob@wilgendam.example"}
    assert send(client, to_municipality, **invited).status_code == 303
    overview = words(client.get("/beheer/"))
    assert all(name in overview for name in ("De Test", "Wilgendam", "Coordinator", "Rob"))
    for mail in mails(app):
        newcomer = app.test_client()
        link = link_in(mail, "/uitnodiging/")
        answer = send(newcomer, link, name="Nieuw", password=PASSWORD)
        assert answer.status_code == 303, words(answer)
        assert newcomer.get("/account").status_code == 200
    roles = session.execute(
        select(Grant.role, Cooperative.name, Municipality.name)
        .outerjoin(Cooperative, Cooperative.id == Grant.cooperative_id)
        .outerjoin(Municipality, Municipality.id == Grant.municipality_id)
    ).all()
    assert {tuple(row) for row in roles} == {
        ("operator", None, None),
        ("coordinator", "Coöperatie De Test U.A.", None),
        ("treasurer", "Coöperatie De Test U.A.", None),
        ("officer", None, "Wilgendam"),
    }


def test_the_first_parameters_are_kept_as_they_were_decided(operator, session):
    send(operator, "/beheer/cooperaties/nieuw", **COOPERATIVE)
    row = session.scalars(select(CooperativeParameters)).one()
    assert (row.training_share, row.reserve_share, row.municipality_share) == (500, 1000, 5000)
    assert (row.threshold_cents, row.period) == (120_000, "calendar_year")
    assert (row.valid_from, row.resolution) == (dt.date(2026, 1, 1), "ALV 1, punt 2")
    assert session.scalars(select(VatScheme.scheme)).one() == "charges"
    assert session.scalars(select(Cooperative.email)).one() == "post@test.example"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Vul de naam in."),
        ({"training_share": "60", "reserve_share": "41"}, "samen hoogstens 100 procent"),
        ({"training_share": "101"}, "percentage van 0 tot 100"),
        ({"threshold": "veel"}, "Schrijf een bedrag"),
        ({"kvk_number": "123"}, "8 cijfers"),
        ({"valid_from": "31-2-2026"}, "een dag die bestaat"),
        ({"scheme": ""}, "Kies hoe het met de btw zit."),
    ],
)
def test_a_wrong_field_of_a_cooperative_is_told_and_nothing_is_made(
    operator, session, wrong, sentence
):
    answer = send(operator, "/beheer/cooperaties/nieuw", **COOPERATIVE | wrong)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "ALV 1, punt 2" in answer.get_data(as_text=True)
    assert session.scalars(select(Cooperative)).all() == []


def test_a_name_can_be_used_once(operator):
    for path, fields in (
        ("/beheer/cooperaties/nieuw", COOPERATIVE),
        ("/beheer/gemeenten/nieuw", MUNICIPALITY),
    ):
        assert send(operator, path, **fields).status_code == 303
        again = send(operator, path, **fields)
        assert again.status_code == 422
        assert "Deze naam bestaat al." in words(again)


def test_an_unknown_cooperative_is_not_found(operator):
    assert operator.get("/beheer/cooperaties/unknown/uitnodigen").status_code == 404


@pytest.mark.parametrize("password", ["kort\n", "wachtwoord123\n", "\n"])
def test_the_command_refuses_a_weak_password(app, session, password):
    refused = command(app, "--password-stdin", password=password)
    assert refused.exit_code == 1
    assert "wachtwoord" in refused.output
    assert session.scalars(select(Person)).all() == []


def test_the_command_says_when_somebody_is_operator_already(app):
    assert command(app, "--password-stdin").exit_code == 0
    again = command(app, "--password-stdin")
    assert again.exit_code == 1
    assert "al beheerder" in again.output


def test_refused_events_are_shown_page_by_page(operator, session, now):
    for number in range(65):
        session.add(
            PaymentEvent(
                provider="testbank",
                event_id=f"event-{number:03}",
                kind="paid",
                payload_sha256="0" * 64,
                amount_cents=1250,
                outcome="refused" if number % 2 == 0 or number > 4 else "booked",
                reason="wrong_amount",
                received_at=now,
            )
        )
        session.flush()
    session.commit()
    first = operator.get("/beheer/geweigerd")
    page = words(first)
    assert "event-064" in page
    assert "event-034" not in page
    assert "€ 12,50" in page.replace("\u00a0", " ")
    second = operator.get("/beheer/geweigerd?before=36")
    assert "event-034" in words(second)
    assert "event-003" not in words(operator.get("/beheer/geweigerd?before=10"))


@pytest.mark.parametrize("key", ["x", "-1", "9" * 19, "9" * 40, "١٢"])
def test_a_key_that_no_page_gave_is_not_found(operator, key):
    assert operator.get(f"/beheer/geweigerd?before={key}").status_code == 404


def test_mails_that_do_not_leave_are_shown(operator, session, now):
    for number, (state, age) in enumerate((("failed", 1), ("waiting", 11), ("waiting", 9))):
        session.add(
            OutboxMessage(
                dedupe_key=str(number),
                kind=f"kind_{number}",
                address="x@example.nl",
                facts={},
                state=state,
                not_before=now,
                created_at=now - dt.timedelta(minutes=age),
            )
        )
    session.commit()
    page = words(operator.get("/beheer/"))
    assert "kind_0" in page
    assert "kind_1" in page
    assert "kind_2" not in page


def test_the_operators_pages_ask_little_of_the_database(app, operator):
    for path in ("/beheer/", "/beheer/geweigerd"):
        with counted(app) as queries:
            assert operator.get(path).status_code == 200
        assert len(queries) <= MOST, str(queries)
