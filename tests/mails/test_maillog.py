"""The log of mails: what the operator and the desk see, trying again, and what is forgotten when."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.errors import NotFound
from marketplace.models.audit import AuditLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Grant
from marketplace.services import maillog, outbox
from tests.books import factories
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words


def queue(session, now, *, key="one", **values) -> OutboxMessage:
    state = values.pop("state", "waiting")
    defaults = {
        "kind": "reset",
        "address": "karim@example.nl",
        "facts": {"path": "/wachtwoord/geheim"},
    }
    outbox.queue_mail(session, dedupe_key=key, now=now, **defaults | values)
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == key)).one()
    mail.state = state
    session.flush()
    return mail


def test_the_list_is_paged_by_key_and_can_be_narrowed(session, now):
    for number in range(maillog.PAGE + 2):
        queue(session, now, key=str(number), state="failed" if number % 2 else "sent")
    first = maillog.page(session)
    assert len(first.rows) == maillog.PAGE
    second = maillog.page(session, before=first.next_before)
    assert (len(second.rows), second.next_before) == (2, None)
    assert first.rows[-1].id > second.rows[0].id
    failed = maillog.page(session, state="failed")
    assert {row.state for row in failed.rows} == {"failed"}
    assert all(row.may_try_again for row in failed.rows)


def test_a_failed_mail_is_tried_again_once_and_that_is_written_down(session, now):
    mail = queue(session, now, state="failed")
    mail.attempts = 40
    again = {"public_id": mail.public_id, "by_id": factories.make_person(session).id, "now": now}
    assert maillog.try_again(session, **again)
    assert not maillog.try_again(session, **again)
    assert (mail.state, mail.attempts, mail.not_before) == ("waiting", 0, now)
    (line,) = session.scalars(select(AuditLine).where(AuditLine.act == "mail.again"))
    assert "karim" not in str(line.after)
    with pytest.raises(NotFound):
        maillog.try_again(session, **again | {"public_id": "unknown"})


def test_a_mail_that_left_is_never_sent_again(session, now):
    mail = queue(session, now, state="sent")
    person = factories.make_person(session)
    assert not maillog.try_again(session, public_id=mail.public_id, by_id=person.id, now=now)
    assert mail.state == "sent"


def test_what_is_not_needed_is_forgotten_and_what_waits_stays(session, now):
    person = factories.make_person(session)
    for state in ("sent", "failed", "waiting"):
        queue(session, now, key=state, state=state)
        queue(session, now, key=f"{state}-person", state=state, address=None, person_id=person.id)
    assert maillog.forget(session, now=now + maillog.KEEP_FACTS) == 0
    after_a_month = now + maillog.KEEP_FACTS + dt.timedelta(hours=1)
    assert maillog.forget(session, now=after_a_month) == 4
    assert maillog.forget(session, now=after_a_month) == 0, "each is emptied once"
    kept = session.scalars(select(OutboxMessage).execution_options(populate_existing=True)).all()
    assert len(kept) == 6
    bare = {(mail.state, bool(mail.facts), mail.address is not None) for mail in kept}
    assert bare == {
        ("sent", False, False),
        ("failed", False, False),
        ("waiting", True, True),
        ("waiting", True, False),
    }
    failed = next(mail for mail in kept if mail.state == "failed")
    with pytest.raises(maillog.MailTooOld):
        maillog.try_again(session, public_id=failed.public_id, by_id=person.id, now=now)
    assert maillog.forget(session, now=now + maillog.KEEP_ROWS + dt.timedelta(hours=1)) == 4
    left = session.scalars(select(OutboxMessage.state)).all()
    assert set(left) == {"waiting"}


def test_what_left_is_forgotten_too(session, now):
    """A mail that was sent has no facts left: only its address is taken away."""
    mail = queue(session, now, state="sent")
    mail.facts = {}
    session.flush()
    later = now + maillog.KEEP_FACTS + dt.timedelta(hours=1)
    assert maillog.forget(session, now=later) == 1
    assert maillog.forget(session, now=later) == 0


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def operator(house):
    with house.writing() as session:
        person = factories.make_person(session, name="Bo")
        grant = Grant(person_id=person.id, role="operator", created_at=factories.LONG_AGO)
        factories.add(session, grant)
        return person


@pytest.mark.sqlite_only
def test_the_operator_sees_every_mail_without_addresses_and_sends_it_again(house, operator, now):
    with house.writing() as session:
        failed = queue(session, now, state="failed")
        failed.last_error, failed.attempts = "SMTPDataError 554", 40
    browser = house.browser(operator)
    page = browser.get("/beheer/post")
    assert "karim@example.nl" not in page.text
    assert "geheim" not in page.text
    for said in ("Kies een nieuw wachtwoord", "k•••@e•••.nl", "SMTPDataError 554", "40"):
        assert said in words(page)
    again = f"/beheer/post/{failed.public_id}/opnieuw"
    assert f'action="{again}"' in page.text
    assert send(browser, again, seen_at="/beheer/post").status_code == 303
    shown = words(browser.get("/beheer/post?stand=waiting"))
    assert "Kies een nieuw wachtwoord" in shown
    assert "Probeer opnieuw" not in shown
    assert browser.get("/beheer/post?voor=x").status_code == 404
    assert house.browser(house.coordinator).get("/beheer/post").status_code == 404


@pytest.mark.sqlite_only
def test_an_old_mail_says_why_it_cannot_be_sent(house, operator, now):
    with house.writing() as session:
        old = queue(session, now, state="failed", facts={})
        fresh = queue(session, now, key="two", state="failed")
    browser = house.browser(operator)
    page = browser.get("/beheer/post?stand=failed")
    assert words(page).count("Te oud om opnieuw te sturen.") == 1
    assert fresh.public_id in page.text
    answer = send(browser, f"/beheer/post/{old.public_id}/opnieuw", seen_at="/beheer/post")
    assert "te oud" in words(browser.get(answer.location))


@pytest.mark.sqlite_only
def test_the_list_asks_little_however_much_there_is(house, operator, now):
    def more():
        with house.writing() as session:
            for number in range(maillog.PAGE):
                queue(session, now, key=str(number), state="failed")

    asks_little(house, operator, "/beheer/post", more)


@pytest.mark.sqlite_only
def test_the_desk_sees_an_orders_mails_as_kinds_and_times(house, now):
    with house.writing() as session:
        order = markets.paid(session, house.market, now=now)
        other = markets.accepted(session, house.market, now=now)
    page = house.browser(house.treasurer).get(f"/balie/bestellingen/{order.public_id}")
    shown = words(page)
    kinds = (
        "je aanvraag is verstuurd",
        "een nieuwe aanvraag",
        "het gaat door",
        "we hebben je betaling",
        "er is betaald",
    )
    places = [shown.index(kind) for kind in kinds]
    assert places == sorted(places)
    assert house.market.seller.email not in page.text
    assert "we hebben je betaling" not in words(
        house.browser(house.treasurer).get(f"/balie/bestellingen/{other.public_id}")
    )
