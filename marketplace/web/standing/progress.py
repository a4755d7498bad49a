"""Where an order stands, in words: steps, the next thing that happens, and a short status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.orders import ENDED, LineState, PaymentState
from marketplace.web.formats import clock, day, quantity, weekday


class OrderSeen(Protocol):
    """What this file reads of an order."""

    @property
    def payment_state(self) -> str: ...  # noqa: D102


class LineSeen(Protocol):
    """What this file reads of a line."""

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def state(self) -> str: ...  # noqa: D102

    @property
    def unit(self) -> str: ...  # noqa: D102

    @property
    def quantity_hundredths(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of the way; `state` is done, now or next."""

    label: str
    state: str
    note: str | None = None


SERVICE_WAY = (
    _l("Vraag"),
    _l("Antwoord"),
    _l("Betaling"),
    _l("Levering"),
    _l("Bevestiging"),
)
GOODS_WAY = (_l("Bestelling"), _l("Betaling"), _l("Levering"), _l("Bevestiging"))

STATUS: dict[str, LazyString] = {
    "requested": _l("Wacht op antwoord"),
    "offered": _l("Offerte"),
    "waits_for_others": _l("Ja gezegd"),
    "to_pay": _l("Wacht op betaling"),
    "paid": _l("Betaald"),
    "in_progress": _l("Begonnen"),
    "delivered": _l("Geleverd"),
    "confirmed": _l("Klaar"),
    "disputed": _l("Betaling betwist"),
    "refunded": _l("Geld terug"),
    "declined": _l("Kan niet"),
    "cancelled": _l("Gaat niet door"),
    "expired": _l("Verlopen"),
}
KIND_OF_TAG = {
    "to_pay": "plain",
    "paid": "mist",
    "in_progress": "mist",
    "disputed": "brick",
    "delivered": "mist",
    "confirmed": "mist",
}


def standing(line: LineSeen, order: OrderSeen) -> str:
    """Give one word for where a line stands, a key of STATUS."""
    if line.state in {LineState.ACCEPTED, LineState.ORDERED}:
        if order.payment_state == PaymentState.PAID:
            return "paid"
        return "to_pay" if order.payment_state == PaymentState.AWAITING else "waits_for_others"
    return line.state


def way(line: LineSeen, order: OrderSeen) -> list[Mark]:
    """Give the steps of a line; one that ended has no steps left to come."""
    labels = GOODS_WAY if line.kind == "product" else SERVICE_WAY
    now_at = standing(line, order)
    if LineState(line.state) in ENDED | {LineState.REFUNDED, LineState.DISPUTED}:
        return [Mark(str(labels[0]), "done"), Mark(str(STATUS[now_at]), "now")]
    done = {
        "requested": 1,
        "offered": 1,
        "waits_for_others": len(labels) - 3,
        "to_pay": len(labels) - 3,
        "paid": len(labels) - 2,
        "in_progress": len(labels) - 2,
        "delivered": len(labels) - 1,
        "confirmed": len(labels),
    }[now_at]
    states = ["done"] * done + ["now"] + ["next"] * len(labels)
    return [Mark(str(label), state) for label, state in zip(labels, states, strict=False)]


def what_next(line: LineSeen, order: OrderSeen, *, who: str, due: object) -> str:
    """Say to the buyer what happens next."""
    facts = {"who": who, "day": day(due)}  # type: ignore[arg-type]
    return str(_NEXT[standing(line, order)]) % facts


_NEXT: dict[str, LazyString] = {
    "requested": _l(
        "%(who)s leest je aanvraag. Je krijgt een mail bij ja of nee, uiterlijk op %(day)s. "
        "Je betaalt nog niets."
    ),
    "offered": _l("Dit is een offerte van %(who)s. Zeg ja of nee. Je betaalt nog niets."),
    "waits_for_others": _l("Er is ja gezegd. We wachten nog op een ander antwoord."),
    "to_pay": _l("Betaal voor %(day)s. Daarna is het geregeld."),
    "paid": _l("Er is betaald. %(who)s gaat ermee aan de slag."),
    "in_progress": _l("%(who)s is begonnen. Je krijgt een bericht als het klaar is."),
    "disputed": _l(
        "Je bank heeft de betaling ter discussie gesteld. Tot er een besluit is, wacht alles even."
    ),
    "delivered": _l("%(who)s zegt dat het klaar is. Klopt dat? Bevestig het dan."),
    "confirmed": _l("Alles is klaar. Dank je wel!"),
    "refunded": _l("Dit is afgezegd of teruggedraaid. Je krijgt je geld terug."),
    "declined": _l("%(who)s kan deze keer niet. Je hoeft niets te betalen."),
    "expired": _l("De tijd is om. Dit gaat niet door. Je hoeft niets te betalen."),
    "cancelled": _l("Dit gaat niet door. Je hoeft niets te betalen."),
}


class OrderDated(Protocol):
    """What this file reads of an order to say when."""

    @property
    def wanted_on(self) -> dt.date | None: ...  # noqa: D102


class LineDated(Protocol):
    """What this file reads of a line to say when."""

    @property
    def starts_at(self) -> dt.datetime | None: ...  # noqa: D102

    @property
    def ends_at(self) -> dt.datetime | None: ...  # noqa: D102


def when(line: LineDated, order: OrderDated) -> str:
    """Say when: the appointment, the day that was asked for, or that it is still to be agreed."""
    if line.starts_at is not None and line.ends_at is not None:
        return str(
            gettext(
                "%(day)s, %(begin)s tot %(end)s uur",
                day=weekday(day_in_amsterdam(line.starts_at)),
                begin=clock(line.starts_at),
                end=clock(line.ends_at),
            )
        )
    return weekday(order.wanted_on) if order.wanted_on else str(gettext("dag in overleg"))


def how_much(line: LineSeen) -> str:
    """Give the quantity with its unit: 2,5 uur, 3 stuks."""
    return how_much_of(line.unit, line.quantity_hundredths)


def how_much_of(unit: str, hundredths: int) -> str:
    """Give a quantity of a unit: 2,5 uur, 3 stuks."""
    number = quantity(hundredths)
    one = 1 if hundredths == 100 else 2
    if unit == "hour":
        return str(gettext("%(number)s uur", number=number))
    if unit == "person":
        return str(ngettext("%(number)s persoon", "%(number)s personen", one, number=number))
    if unit == "piece":
        return str(ngettext("%(number)s stuk", "%(number)s stuks", one, number=number))
    return str(gettext("%(number)s keer", number=number))
