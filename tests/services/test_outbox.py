"""The outbox: a mail leaves once, also when processes die half-way and the server is away for a day."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from marketplace.gateways.database import Database
from marketplace.gateways.mail import FileMail, MailAway
from marketplace.models.outbox import OutboxMessage
from marketplace.services import mailsending, outbox
from tests.books import factories

PATH = {"title": "Vogelhuis", "path": "/bestellingen/x"}
BASE = "https://markt.example.nl"


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def transaction(database):
    @contextmanager
    def begin():
        with database.session(writes=True) as session, session.begin():
            yield session

    return begin


class Server:
    """Takes mails, or is away."""

    def __init__(self) -> None:
        self.taken: list = []
        self.away = False

    def send(self, mail) -> None:
        if self.away:
            raise MailAway("refused")
        self.taken.append(mail)


@pytest.fixture
def server():
    return Server()


def queue(transaction, now, *, key="one", **values) -> None:
    with transaction() as session:
        queue_in(session, now, key=key, **values)


def queue_in(session, now, *, key="one", **values) -> None:
    defaults = {"kind": "order_delivered", "address": "karim@example.nl", "facts": PATH}
    outbox.queue_mail(session, dedupe_key=key, now=now, **defaults | values)


def rows(transaction) -> list[OutboxMessage]:
    with transaction() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def send(transaction, server, now) -> int:
    return mailsending.send_waiting(transaction, server, base_url=BASE, now=now)


def test_a_mail_leaves_once(transaction, server, now):
    queue(transaction, now)
    assert [send(transaction, server, now) for _ in range(2)] == [1, 0]
    assert [mail.to for mail in server.taken] == ["karim@example.nl"]
    assert f"{BASE}/bestellingen/x" in server.taken[0].text
    kept = rows(transaction)[0]
    assert (kept.state, kept.sent_at, kept.lease_until) == ("sent", now, None)


def test_the_same_key_is_the_same_mail(transaction, server, now):
    queue(transaction, now)
    queue(transaction, now)
    assert len(rows(transaction)) == 1


def test_what_is_undone_sends_nothing(transaction, server, now):
    def fail() -> None:
        with transaction() as session:
            queue_in(session, now)
            raise RuntimeError("the order was refused")

    with pytest.raises(RuntimeError):
        fail()
    assert send(transaction, server, now) == 0


@pytest.mark.parametrize("values", [{"kind": "no_such_kind"}, {"address": None}, {"person_id": 1}])
def test_a_mail_without_text_or_reader_is_refused_at_once(transaction, now, values):
    with pytest.raises(ValueError, match="mail"):
        queue(transaction, now, **values)


def test_a_person_reads_her_own_language_at_the_address_of_today(transaction, server, now):
    with transaction() as session:
        anouk = factories.make_person(session, name="Anouk Jansen", locale="nl")
        queue_to = anouk.id
    queue(transaction, now, address=None, person_id=queue_to)
    with transaction() as session:
        session.get(factories.Person, queue_to).email = "nieuw@example.nl"
    send(transaction, server, now)
    assert server.taken[0].to == "nieuw@example.nl"
    assert server.taken[0].text.startswith("Hallo Anouk,")


def test_a_worker_that_dies_before_sending_loses_its_lease(transaction, server, now):
    queue(transaction, now)
    with transaction() as session:
        assert len(mailsending.claim(session, now=now)) == 1
    assert send(transaction, server, now) == 0, "another worker may be sending it"
    assert send(transaction, server, now + mailsending.LEASE) == 1


def test_a_worker_that_dies_after_sending_sends_the_same_mail_again(transaction, now, tmp_path):
    folder = FileMail(tmp_path, "markt@example.nl")
    queue(transaction, now)

    def dying():
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return transaction()

    calls: list = []
    with pytest.raises(KeyboardInterrupt):
        mailsending.send_waiting(dying, folder, base_url=BASE, now=now)
    assert rows(transaction)[0].state == "waiting"
    assert send(transaction, folder, now + mailsending.LEASE) == 1
    assert len(folder.newest(10)) == 1, "the same id: one file"


def test_a_server_that_is_away_for_a_day_loses_nothing(transaction, server, now):
    queue(transaction, now)
    server.away = True
    moment, tries = now, 0
    while moment < now + dt.timedelta(days=1):
        send(transaction, server, moment)
        moment += dt.timedelta(minutes=5)
        tries += 1
    waiting = rows(transaction)[0]
    assert waiting.state == "waiting"
    assert waiting.attempts < 40 < tries, "it waits longer each time"
    server.away = False
    assert send(transaction, server, moment + mailsending.LONGEST_PAUSE) == 1


def test_after_many_attempts_a_mail_counts_as_failed(transaction, server, now):
    queue(transaction, now)
    server.away = True
    for attempt in range(mailsending.MOST_ATTEMPTS + 3):
        send(transaction, server, now + attempt * mailsending.LONGEST_PAUSE)
    kept = rows(transaction)[0]
    assert (kept.state, kept.attempts) == ("failed", mailsending.MOST_ATTEMPTS)
    assert kept.last_error == "refused"


def test_when_the_server_is_away_the_rest_of_the_batch_is_not_tried(transaction, server, now):
    for number in range(8):
        queue(transaction, now, key=str(number))
    server.away = True
    send(transaction, server, now)
    assert [row.attempts for row in rows(transaction)] == [1] * 3 + [0] * 5
    server.away = False
    assert send(transaction, server, now) == 5


def test_a_mail_that_cannot_be_made_stops_no_other(transaction, server, now):
    queue(transaction, now, key="bad", facts={"title": "no path"})
    queue(transaction, now, key="good")
    send(transaction, server, now)
    assert [row.state for row in rows(transaction)] == ["failed", "sent"]


def test_two_workers_at_once_send_each_mail_once(transaction, server, now):
    for number in range(12):
        queue(transaction, now, key=str(number))
    gate = threading.Barrier(3)

    def work():
        gate.wait()
        send(transaction, server, now)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ids = [mail.id for mail in server.taken]
    assert (len(ids), len(set(ids))) == (12, 12)


def test_mails_of_one_happening_go_in_together_and_each_once(transaction):
    with transaction() as session:
        person = factories.make_person(session)
        told = {
            "kind": "order_paid_buyer",
            "person_id": person.id,
            "facts": PATH,
            "now": factories.LONG_AGO,
        }
        outbox.queue_mail(session, **told, dedupe_key="a")
        with outbox.gathering(session):
            for key in ("a", "b", "b", "c"):
                outbox.queue_mail(session, **told, dedupe_key=key)
            assert keys_in(session) == ["a"]
        assert keys_in(session) == ["a", "b", "c"]
        facts = session.scalars(select(OutboxMessage.facts)).all()
        assert facts == [PATH] * 3


def test_mails_of_a_happening_that_failed_are_not_sent(transaction):
    with transaction() as session:
        person = factories.make_person(session)
        told = {
            "kind": "order_paid_buyer",
            "person_id": person.id,
            "facts": PATH,
            "now": factories.LONG_AGO,
        }
        with pytest.raises(RuntimeError):
            fail_half_way(session, told)
        assert keys_in(session) == []
        outbox.queue_mail(session, **told, dedupe_key="b")
        assert keys_in(session) == ["b"]


def fail_half_way(session, told) -> None:
    with outbox.gathering(session):
        outbox.queue_mail(session, **told, dedupe_key="a")
        raise RuntimeError


def keys_in(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.dedupe_key).order_by(OutboxMessage.id)))
