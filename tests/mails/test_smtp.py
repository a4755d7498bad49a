"""Through a real socket: a mail arrives whole, and a server that says no loses nothing."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser

import pytest
from icalendar import Calendar
from sqlalchemy import select

from marketplace.gateways import pdf
from marketplace.gateways.calendarfiles import calendar_of
from marketplace.gateways.database import Database
from marketplace.gateways.mail import Attachment, Mail, MailAway, SmtpMail
from marketplace.gateways.mailhtml import page_of
from marketplace.models.outbox import OutboxMessage
from marketplace.services import maillog, mailsending, outbox
from tests.mails.smtp import open_post

AT = dt.datetime(2026, 1, 19, 8, 0, tzinfo=dt.UTC)
SENDER = "markt@example.nl"
# Lines that a careless sender breaks: one that begins with a dot, a long one, signs of other languages.
TEXT = (
    "Hallo Zoë,\n\n.een punt vooraan\n"
    + "heg " * 400
    + "\n\nGroeten ☀\nhttps://markt.example.nl/x\n"
)


@pytest.fixture
def post():
    with open_post() as opened:
        yield opened


def files() -> tuple[Attachment, Attachment]:
    appointment = calendar_of(
        uid="x1", start=AT, end=AT + dt.timedelta(hours=1), title="Heg", place="Breda", made_at=AT
    )
    said = (("method", "PUBLISH"), ("charset", "utf-8"))
    document = pdf.render("invoice", INVOICE, made_at=AT)
    return (
        Attachment("afspraak.ics", "text/calendar", appointment, said),
        Attachment("2026-000001.pdf", "application/pdf", document),
    )


INVOICE = {
    "lang": "nl",
    "title": "Factuur 2026-000001",
    "author": "De Kluscoop",
    "footer": "De Kluscoop",
    "parties": [{"title": "Van", "lines": ["De Kluscoop"]}],
    "facts_title": "Gegevens",
    "facts_heads": ["Gegeven", "Inhoud"],
    "facts": [["Nummer", "2026-000001"]],
    "lines_title": "Wat je kocht",
    "lines_heads": ["Wat", "Aantal", "Prijs", "Btw", "Zonder btw", "Met btw"],
    "lines": [["Heg", "1", "100", "21%", "100", "121"]],
    "sums_title": "Samen",
    "sums_heads": ["Wat", "Bedrag"],
    "sums": [["Totaal", "121"]],
    "notes": [],
}


def test_text_html_calendar_and_pdf_arrive_whole(post):
    calendar, document = files()
    html = page_of("Afspraak ☀", TEXT, locale="nl")
    mail = Mail("m1", "zoe@example.nl", "Afspraak ☀", TEXT, html, (calendar, document))
    SmtpMail(post.url, SENDER).send(mail)
    (raw,) = post.taken
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert (message["From"], message["To"]) == (SENDER, "zoe@example.nl")
    assert (message["Subject"], message["Message-ID"]) == ("Afspraak ☀", "<m1@scharrelmarkt>")
    assert message.defects == []
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == TEXT
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == html
    first, second = message.iter_attachments()
    assert (first.get_content_type(), first.get_filename()) == ("text/calendar", "afspraak.ics")
    assert first["content-type"].params["method"] == "PUBLISH"
    assert first.get_payload(decode=True) == calendar.content
    assert Calendar.from_ical(first.get_payload(decode=True)).walk("VEVENT")[0]["uid"]
    assert (second.get_content_type(), second.get_filename()) == (
        "application/pdf",
        "2026-000001.pdf",
    )
    assert second.get_payload(decode=True) == document.content
    assert all(len(line) <= 998 for line in raw.splitlines())


@pytest.mark.parametrize(
    ("command", "answer", "told"),
    [
        ("MAIL", "451 try later", "SMTPSenderRefused 451"),
        ("RCPT", "450 zoe@example.nl is busy", "SMTPRecipientsRefused 450"),
        ("RCPT", "550 no zoe@example.nl here", "SMTPRecipientsRefused 550"),
        (".", "554 no", "SMTPDataError 554"),
    ],
)
def test_a_no_of_the_server_is_told_by_its_number_and_without_the_address(
    post, command, answer, told
):
    post.answers[command] = answer
    with pytest.raises(MailAway) as fault:
        SmtpMail(post.url, SENDER).send(Mail("m1", "zoe@example.nl", "x", "x"))
    assert str(fault.value) == told
    assert post.taken == []


@pytest.fixture
def transaction(database_url):
    opened = Database(database_url)

    @contextmanager
    def begin():
        with opened.session(writes=True) as session, session.begin():
            yield session

    yield begin
    opened.engine.dispose()


def test_a_mail_waits_longer_each_time_can_be_seen_and_leaves_in_the_end(post, transaction, now):
    with transaction() as session:
        facts = {"title": "Heg", "path": "/bestellingen/x"}
        outbox.queue_mail(
            session,
            kind="order_delivered",
            address="zoe@example.nl",
            facts=facts,
            dedupe_key="one",
            now=now,
        )

    def send(at) -> OutboxMessage:
        mailsending.send_waiting(transaction, SmtpMail(post.url, SENDER), base_url="", now=at)
        with transaction() as session:
            return session.scalars(select(OutboxMessage)).one()

    for command, answer in (("MAIL", "451 later"), ("RCPT", "550 no")):
        post.answers = {command: answer}
        seen = send(now)
        assert seen.state == "waiting"
        assert seen.not_before > now
        with transaction() as session:
            (shown,) = maillog.page(session, state="waiting").rows
        assert (shown.to, shown.attempts) == ("z•••@e•••.nl", seen.attempts)
        assert answer[:3] in shown.last_error
        now = seen.not_before
    assert seen.attempts == 2
    post.answers = {}
    assert send(now).state == "sent"
    assert b"Heg" in post.taken[0]


def test_a_server_that_is_not_there_loses_nothing(post, transaction, now):
    with transaction() as session:
        outbox.queue_mail(
            session,
            kind="reset",
            address="zoe@example.nl",
            facts={"path": "/wachtwoord/x"},
            dedupe_key="one",
            now=now,
        )
    nowhere = SmtpMail("smtp://127.0.0.1:1", SENDER)
    mailsending.send_waiting(transaction, nowhere, base_url="", now=now)
    with transaction() as session:
        (shown,) = maillog.page(session).rows
    assert (shown.state, shown.last_error) == ("waiting", "ConnectionRefusedError")
    later = now + mailsending.LONGEST_PAUSE
    mailsending.send_waiting(transaction, SmtpMail(post.url, SENDER), base_url="", now=later)
    assert len(post.taken) == 1
