"""What goes with a mail: the invoice as the page gives it, and an appointment through its whole life."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from icalendar import Calendar
from sqlalchemy import select

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.gateways.mail import Attachment
from marketplace.models.invoices import Invoice
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Person
from marketplace.services import mailsending
from marketplace.services.booking import appointments
from marketplace.services.invoices import seller
from marketplace.services.trade import deskorders, moving, orders, work
from marketplace.web import mailfiles
from tests.books.test_invoices import FACTS
from tests.doors.test_slots import HOUR, MONDAY_NINE, booking, open_week
from tests.services import market as markets
from tests.web.house import open_house


@pytest.fixture
def house(app):
    return open_house(app)


class Letters:
    """Takes the mails of a house, by kind."""

    def __init__(self, house, files=mailfiles.files_of) -> None:
        self.house, self.files, self.taken = house, files, []

    def send(self, mail) -> None:
        self.taken.append(mail)

    def leave(self, now: dt.datetime | None = None) -> Letters:
        with self.house.app.app_context():
            mailsending.send_waiting(
                context.transaction,
                self,
                base_url="",
                now=now or context.now(),
                files=self.files,
            )
        return self

    def to(self, person: Person, start: str) -> list:
        return [
            mail
            for mail in self.taken
            if mail.to == person.email and mail.subject.startswith(start)
        ]


def invoiced(house, now, *, address: str) -> Order:
    """A paid order of a cooperative whose invoices can be written; the buyer reads English."""
    with house.writing() as session:
        scope = {"cooperative_id": house.cooperative_id, "actor_id": None, "now": now}
        seller.keep(session, facts=FACTS, **scope)
        order = markets.accepted(session, house.market, now=now)
        order.address = address
        made = markets.wish(session, house.market, order, now=now)
        assert markets.receive(session, markets.word(made), now=now) == "booked"
        return order


def downloads(house, order: Order, person: Person) -> dict[str, bytes]:
    browser = house.browser(person)
    with browser.session_transaction() as cookie:
        cookie["lang"] = person.locale
    with house.writing() as session:
        label, public_id = session.execute(
            select(Invoice.label, Invoice.public_id).where(Invoice.order_id == order.id)
        ).one()
    made = {}
    for kind in ("pdf", "xml"):
        answer = browser.get(f"/facturen/{public_id}.{kind}")
        if answer.status_code == 200:
            made[f"{label}.{kind}"] = answer.data
    return made


@pytest.mark.parametrize(
    ("address", "kinds"),
    [("Dorpsstraat 1, 1234 AB Ons Dorp", ["pdf", "xml"]), ("achterom", ["pdf"])],
)
def test_the_invoice_goes_with_its_mail_byte_for_byte(house, now, address, kinds):
    order = invoiced(house, now, address=address)
    (mail,) = Letters(house).leave().to(house.market.buyer, "Your invoice")
    attached = {one.name: one.content for one in mail.attachments}
    assert [name.rpartition(".")[2] for name in attached] == kinds
    assert attached == downloads(house, order, house.market.buyer)
    assert next(iter(attached.values())).startswith(b"%PDF")


def test_the_credit_note_goes_with_its_mail(house, now):
    order = invoiced(house, now, address="Dorpsstraat 1, 1234 AB Ons Dorp")
    with house.writing() as session:
        orders.cancel(session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now)
    (mail,) = Letters(house).leave().to(house.market.buyer, "Your credit note")
    assert [one.kind for one in mail.attachments] == ["application/pdf", "application/xml"]


def test_what_is_too_large_stays_behind_and_the_mail_leaves(house, now):
    invoiced(house, now, address="achterom")

    def large(_letter):
        return [Attachment("a.pdf", "application/pdf", bytes(mailsending.MOST_ATTACHED_BYTES + 1))]

    letters = Letters(house, large).leave()
    (mail,) = letters.to(house.market.buyer, "Your invoice")
    assert mail.attachments == ()
    assert "/bestellingen/" in mail.text


def test_a_document_that_cannot_be_made_lets_only_its_own_mail_wait(house, now):
    invoiced(house, now, address="achterom")

    def broken(letter):
        if "invoice" in letter.facts:
            raise RuntimeError("no typst here")
        return ()

    letters = Letters(house, broken).leave()
    assert letters.taken
    assert letters.to(house.market.buyer, "Your invoice") == []
    with house.writing() as session:
        waits = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")).one()
        assert (waits.kind, waits.last_error) == ("invoice_issued", "files: RuntimeError")
        at = waits.not_before
    assert len(Letters(house).leave(at).to(house.market.buyer, "Your invoice")) == 1


def works(house, now) -> None:
    with house.app.app_context(), context.parts().database.session(writes=True) as session:
        open_week(session, house.market, now)


def booked(house, now) -> tuple[str, str]:
    """An appointment that the member said yes to: the public ids of order and line."""
    works(house, now)
    with house.writing() as session:
        order_id = booking(house.market, "booked", now)(session)
        order = session.get_one(Order, order_id)
        order.address = "Laan 1, Breda"
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).one()
        work.accept(session, **house.market.own, public_id=line.public_id, now=now)
        return order.public_id, line.public_id


def events(mails) -> list[tuple[str, int, str, dt.datetime]]:
    """Of each mail's only calendar file: method, sequence, status and when it begins."""
    found = []
    for mail in mails:
        (file,) = [one for one in mail.attachments if one.kind == "text/calendar"]
        calendar = Calendar.from_ical(file.content)
        (event,) = calendar.walk("VEVENT")
        assert dict(file.says)["method"] == calendar["method"]
        assert str(event["location"]) == "Laan 1, Breda"
        found.append(
            (
                str(calendar["method"]),
                int(event["sequence"]),
                str(event["status"]),
                event.decoded("dtstart"),
            )
        )
    return found


def uids(mails) -> set[str]:
    return {
        str(Calendar.from_ical(file.content).walk("VEVENT")[0]["uid"])
        for mail in mails
        for file in mail.attachments
    }


def test_an_appointment_is_put_in_moved_and_taken_out_in_both_calendars(house, now):
    order, line = booked(house, now)
    letters = Letters(house).leave()
    later = MONDAY_NINE + 2 * HOUR
    with house.writing() as session:
        moving.move(session, **house.market.own, public_id=line, starts_at=later, now=now)
    letters.leave()
    with house.writing() as session:
        orders.cancel(session, buyer_id=house.market.buyer.id, public_id=order, now=now)
    letters.leave()
    for person in (house.market.buyer, house.market.seller):
        mine = [mail for mail in letters.taken if mail.to == person.email and mail.attachments]
        assert events(mine) == [
            ("PUBLISH", 0, "CONFIRMED", MONDAY_NINE),
            ("PUBLISH", 1, "CONFIRMED", later),
            ("CANCEL", 2, "CANCELLED", later),
        ]
        assert uids(mine) == {f"{line}@scharrelmarkt"}


def test_a_mail_that_waited_says_in_its_file_what_it_says_in_its_text(house, now):
    _order, line = booked(house, now)
    with house.writing() as session:
        moving.move(
            session, **house.market.own, public_id=line, starts_at=MONDAY_NINE + HOUR, now=now
        )
    letters = Letters(house).leave()
    mine = [one for one in letters.taken if one.to == house.market.buyer.email and one.attachments]
    assert [event[3] for event in events(mine)] == [MONDAY_NINE, MONDAY_NINE + HOUR]


def test_what_was_never_agreed_is_in_no_calendar(house, now):
    works(house, now)
    with house.writing() as session:
        order = session.get_one(Order, booking(house.market, "asked", now)(session))
        orders.cancel(session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now)
    letters = Letters(house).leave()
    assert len(letters.taken) == 4
    assert [mail.subject for mail in letters.taken if mail.attachments] == []


@pytest.mark.parametrize("delivered", [False, True])
def test_money_back_by_hand_takes_it_out_only_where_the_work_is_off(house, now, delivered):
    order, line = booked(house, now)
    with house.writing() as session:
        found = session.scalars(select(Order).where(Order.public_id == order)).one()
        made = markets.wish(session, house.market, found, now=now)
        markets.receive(session, markets.word(made), now=now)
        if delivered:
            work.deliver(session, **house.market.own, public_id=line, now=now)
    letters = Letters(house).leave()
    letters.taken.clear()
    with house.writing() as session:
        deskorders.refund(
            session,
            cooperative_id=house.cooperative_id,
            public_id=order,
            cents={line: 12_100},
            seen_cents=0,
            reason="not_good",
            liable="cooperative",
            by_id=house.coordinator.id,
            now=now,
        )
    letters.leave()
    back = letters.to(house.market.buyer, "You get money back")
    back += letters.to(house.market.seller, "De koper krijgt geld terug")
    assert len(back) == 2
    if delivered:
        assert [mail.attachments for mail in back] == [(), ()]
    else:
        assert [event[:3] for event in events(back)] == [("CANCEL", 1, "CANCELLED")] * 2


def test_a_mail_that_left_keeps_nothing_of_an_appointment(house, now):
    booked(house, now)
    Letters(house).leave()
    with house.writing() as session:
        assert {str(facts) for facts in session.scalars(select(OutboxMessage.facts))} == {"{}"}


@pytest.mark.sqlite_only
def test_both_find_the_file_on_their_page_and_nobody_else_does(house, now):
    order, line = booked(house, now)
    for person, page, file in (
        (
            house.market.buyer,
            f"/bestellingen/{order}",
            f"/bestellingen/{order}/afspraak/{line}.ics",
        ),
        (house.market.seller, f"/werk/klussen/{line}", f"/werk/klussen/{line}/afspraak.ics"),
    ):
        browser = house.browser(person)
        assert f'href="{file}"' in browser.get(page).text
        answer = browser.get(file)
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert Calendar.from_ical(answer.data)["method"] == "PUBLISH"
        assert house.browser(house.stranger).get(file).status_code == 404


def test_a_file_is_there_from_the_yes_on_and_says_that_it_is_off(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    order = session.get_one(Order, booking(market, "asked", now)(session))
    line = session.scalars(select(OrderLine)).one()
    scope = {
        "buyer_id": market.buyer.id,
        "order": order.public_id,
        "line": line.public_id,
        "now": now,
    }
    with pytest.raises(NotFound):
        appointments.for_buyer(session, **scope)
    work.accept(session, **market.own, public_id=line.public_id, now=now)
    assert b"METHOD:PUBLISH" in appointments.for_buyer(session, **scope).content
    orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    off = appointments.for_buyer(session, **scope)
    assert b"METHOD:CANCEL" in off.content
    assert replace(off, content=b"").name == f"afspraak-{line.public_id}.ics"
