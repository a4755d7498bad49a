"""Every mail can be written in both languages, and no buyer's mail hints at a seller's benefit."""

from __future__ import annotations

import re

import pytest

from marketplace.gateways.mailhtml import page_of
from marketplace.gateways.mailtexts import TEXTS, asking, base, complaints, orders, render
from marketplace.gateways.mailtexts.base import MailText, compose

FACTS = {
    "title": "Heg knippen",
    "total_cents": 12_150,
    "due_on": "2026-01-29",
    "moved_on": "2026-01-20",
    "at": "09:00",
    "month": "2026-01",
    "quantity_hundredths": 250,
    "closes_on": "2026-01-29",
    "valid_on": "2026-01-29",
    "path": "/bestellingen/x",
    "pay_path": "/betalen/x",
    "wanted_on": "2026-02-12",
    "wanted_path": "/werk/aanvragen?lijst=wanted",
    "name": "Anouk",
}


class English:
    """Stands for the English catalogue."""

    def gettext(self, msgid: str) -> str:
        return {
            "Betaal %(total_cents)s voor %(due_on)s.": "Pay %(total_cents)s before %(due_on)s.",
            base.GREETING: "Hello %(name)s,",
        }.get(msgid, msgid)


ABOUT_ORDERS = orders.TEXTS | complaints.TEXTS


@pytest.mark.parametrize("kind", sorted(ABOUT_ORDERS))
@pytest.mark.parametrize("locale", ["nl", "en", "tlh"])
def test_every_mail_about_orders_has_all_its_facts(kind, locale):
    subject, body = render(kind, locale, FACTS, "https://markt.example.nl")
    assert "Heg knippen" in subject
    assert "https://markt.example.nl/bestellingen/x" in body
    assert "%(" not in subject + body


@pytest.mark.parametrize("kind", sorted(asking.TEXTS))
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_every_mail_about_requests_has_all_its_facts(kind, locale):
    subject, body = render(kind, locale, FACTS, "https://markt.example.nl")
    assert "Heg knippen" in subject
    assert "https://markt.example.nl/" in body
    assert "%(" not in subject + body


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_every_mail_that_asks_for_money_leads_to_a_page_that_needs_no_sign_in(locale):
    asks = {kind for kind, text in TEXTS.items() if "%(pay_path)s" in text.body}
    assert asks == {
        "offer_agreed_buyer",
        "order_accepted",
        "order_placed_buyer",
        "phone_to_pay_buyer",
        "series_order",
    }
    for kind in asks:
        subject, body = render(kind, locale, FACTS, "https://markt.example.nl")
        assert "\nhttps://markt.example.nl/betalen/x\n" in body
        assert "\nhttps://markt.example.nl/bestellingen/x\n" in body
        html = page_of(subject, body, locale=locale)
        assert '<a href="https://markt.example.nl/betalen/x">' in html


def test_no_mail_about_orders_hints_at_a_benefit():
    words = re.compile(r"uitkering|bijstand|gemeente|thermometer|regime|inkomen", re.IGNORECASE)
    texts = ABOUT_ORDERS | asking.TEXTS
    found = [kind for kind, text in texts.items() if words.search(text.subject + text.body)]
    assert found == []


def test_facts_are_written_as_the_reader_writes_them(monkeypatch):
    text = MailText("x", "Betaal %(total_cents)s voor %(due_on)s.")
    _, dutch = compose(text, locale="nl", facts=FACTS, base_url="")
    assert "Hallo Anouk," in dutch
    assert "€\xa0121,50 voor 29 januari 2026." in dutch
    monkeypatch.setattr(base, "_translations", lambda _locale: English())
    _, english = compose(text, locale="en", facts=FACTS, base_url="")
    assert english.startswith("Hello Anouk,\n\nPay €121.50 before 29 January 2026.")


def test_months_and_quantities_are_written_too():
    text = MailText("x", "%(month)s %(quantity_hundredths)s")
    assert "januari 2026 2,5" in compose(text, locale="nl", facts=FACTS, base_url="")[1]


def test_a_title_with_a_line_break_makes_no_header_of_its_own():
    facts = FACTS | {"title": "Heg\r\nBcc: all@example.nl"}
    subject, _ = render("order_delivered", "nl", facts, "")
    assert "\n" not in subject
    assert "\r" not in subject


def test_a_title_with_a_percent_sign_stays_as_it_is():
    subject, _ = render("order_delivered", "nl", FACTS | {"title": "50% %(path)s"}, "")
    assert "50% %(path)s" in subject


def test_every_kind_has_a_text_of_both_parts():
    assert all(text.subject and text.body for text in TEXTS.values())
