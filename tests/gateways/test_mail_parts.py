"""What leaves: plain text and HTML with the same words, and the files that go with it."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

from marketplace.gateways.mail import Attachment, FileMail, Mail
from marketplace.gateways.mailhtml import page_of

TEXT = "Hallo <b>Anouk</b>,\n\nLees het hier:\nhttps://markt.example.nl/x?a=1&b=2\n"


def test_html_says_the_same_and_nothing_in_it_is_markup_of_somebody_else():
    page = page_of("Bericht <x>", TEXT, locale="nl")
    assert '<html lang="nl">' in page
    assert "<title>Bericht &lt;x&gt;</title>" in page
    assert "<p>Hallo &lt;b&gt;Anouk&lt;/b&gt;,</p>" in page
    address = "https://markt.example.nl/x?a=1&amp;b=2"
    assert f'<a href="{address}">{address}</a>' in page


def test_a_mail_carries_text_html_and_files(tmp_path):
    file = Attachment("afspraak.ics", "text/calendar", b"BEGIN:VCALENDAR")
    mail = Mail("m1", "a@example.nl", "Dag", TEXT, page_of("Dag", TEXT, locale="nl"), (file,))
    box = FileMail(tmp_path, "markt@example.nl")
    box.send(mail)
    message = BytesParser(policy=policy.default).parsebytes((tmp_path / "m1.eml").read_bytes())
    assert message.get_body(("plain",)).get_content().split() == TEXT.split()
    assert "&lt;b&gt;" in message.get_body(("html",)).get_content()
    sent = next(iter(message.iter_attachments()))
    assert (sent.get_content_type(), sent.get_filename()) == ("text/calendar", "afspraak.ics")
    assert box.newest(1)[0].text.split() == TEXT.split()
