"""Cards and category eggs as the templates want them: ready words and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext as _n

from marketplace.domain.listings import CATEGORIES, PriceSplit
from marketplace.services.market.catalogue import Card
from marketplace.web.addresses import address_of
from marketplace.web.standing import handover
from marketplace.web.words import CATEGORY_WORDS, UNIT_WORDS, drawing_of

FEW = 5
NEXT_DOOR = 0.5  # kilometres; nearer than that is the place itself


class ShownCard(NamedTuple):
    """A listing in a grid; `maker` is the address of the page of who made it."""

    title: str
    href: str
    price_cents: int
    unit: str
    who: str
    place: str
    distance: str | None
    drawing: str
    photo: str | None
    tag: str | None
    handover: str | None = None
    maker: str | None = None


@dataclass(frozen=True, slots=True)
class Egg:
    """A category to choose."""

    name: LazyString
    href: str
    drawing: str
    count_text: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar that shows where a price goes."""

    code: str
    label: str
    note: str
    cents: int


def cards(found: Iterable[Card], *, of_one_maker: bool = False) -> list[ShownCard]:
    """Make cards ready for the grid; where all are of one maker, the cards do not repeat who she is."""
    units = {code: str(word) for code, word in UNIT_WORDS.items()}
    makers = url_for("makers.page", maker="_")[:-1]  # built once for the whole page
    return [
        ShownCard(
            title=card.title,
            href=address_of("catalogue.page", "listing", card.public_id),
            price_cents=card.price_cents,
            unit=units[card.unit],
            who="" if of_one_maker else f"{card.trade_name} · {card.name}",
            place=card.place,
            distance=distance(card.kilometres, card.place),
            drawing=drawing_of(card.category, card.kind, card.title),
            photo=address_of("catalogue.picture_small", "picture", card.picture)
            if card.picture
            else None,
            tag=stock_words(card.stock),
            handover=handover.in_short(pickup=card.pickup, delivery_km=card.delivery_km)
            if card.kind == "product"
            else None,
            maker=makers + card.maker,
        )
        for card in found
    ]


def distance(kilometres: float | None, place: str) -> str | None:
    """Give "Breda, 1,2 km"; None in the place itself, or when nobody asked how far."""
    if kilometres is None or kilometres < NEXT_DOOR:
        return None
    figure = format_decimal(round(kilometres, 1), "0.#")
    return str(_("%(place)s, %(distance)s km", place=place, distance=figure))


def stock_words(stock: int | None) -> str | None:
    """Say that there is none, or how few there are left; None for a service or plenty."""
    if stock is None or stock > FEW:
        return None
    if stock == 0:
        return str(_("Uitverkocht"))
    return str(_n("Nog %(num)d op voorraad", "Nog %(num)d op voorraad", stock))


def eggs(makers: dict[str, int] | None = None, current: str | None = None) -> list[Egg]:
    """Give the categories; with their numbers of makers where those are known."""
    return [
        Egg(
            name=CATEGORY_WORDS[code],
            href=url_for("catalogue.browse", soort=code),
            drawing=code,  # the eggs show the kind of work itself
            count_text=None if makers is None else makers_words(makers.get(code, 0)),
            current=code == current,
        )
        for code in CATEGORIES
    ]


def makers_words(number: int) -> str:
    """Give "14 makers"."""
    return str(_n("%(num)d maker", "%(num)d makers", number)) if number else _("nog geen maker")


def segments(split: PriceSplit, maker: str | None = None) -> list[Segment]:
    """Give the parts of a price in the same words for every seller; without a name for all makers."""
    builds = _("Bouwt %(name)s op", name=maker) if maker else _("Bouwt de maker op")
    return [
        Segment("kept", builds, _("voor gereedschap, lessen en verder komen"), split.maker),
        Segment(
            "coop", _("De coöperatie"), _("rekening, verzekering en begeleiding"), split.reserve
        ),
        Segment("training", _("Samen leren"), _("lessen voor alle makers"), split.training),
        Segment("vat", _("Btw"), _("naar de Belastingdienst"), split.vat),
    ]
