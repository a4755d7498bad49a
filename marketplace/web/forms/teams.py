"""The form of a job that is shared: who joins, and which part each gets, by weight or in euros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from marketplace.domain.doors.teams import (
    MOST_MEMBERS,
    SharesDoNotAddUp,
    ShareTooSmall,
    WrongTeam,
    by_weight,
    checked,
)
from marketplace.web.formats import euro
from marketplace.web.forms.fields import choices_of, read_cents, read_hundredths
from marketplace.web.messages import sentence

OTHERS = MOST_MEMBERS - 1
MODES = {
    "weight": _l("Naar verhouding. Bijvoorbeeld naar uren."),
    "amount": _l("In euro's, met btw"),
}


class Colleague(Protocol):
    """What this file reads of a colleague."""

    @property
    def public_id(self) -> str: ...  # noqa: D102

    @property
    def trade_name(self) -> str: ...  # noqa: D102


class ShareForm(FlaskForm):  # type: ignore[misc]
    """What is the same for every cooperative; `of` adds the rows with its members."""

    mode = RadioField(
        _l("Hoe verdelen jullie de prijs?"), choices=choices_of(MODES.items()), default="weight"
    )
    own = StringField(_l("Jouw deel"), [Optional(), Length(max=12)])
    shown = HiddenField(default="1")

    shares: list[int]

    @classmethod
    def of(cls, colleagues: Sequence[Colleague], *, own_name: str | None = None) -> ShareForm:
        """Give the form with a row for each who could join; `own_name` is the first member's for the desk."""
        choices = [
            ("", _l("Kies iemand")),
            *((one.public_id, one.trade_name) for one in colleagues),
        ]
        fields: dict[str, Any] = {}
        for number in range(OTHERS):
            fields[f"who_{number}"] = SelectField(
                _l("Wie doet mee?"), [Optional()], choices=choices_of(choices)
            )
            fields[f"part_{number}"] = StringField(_l("Welk deel?"), [Optional(), Length(max=12)])
        form: ShareForm = type("ShareFormOfCooperative", (cls,), fields)()
        form.shares = []
        form.rows[0][0].flags.required = True
        if own_name is not None:
            form.own.label.text = _("Deel van %(name)s", name=own_name)
        return form

    @property
    def count(self) -> int:
        """How many rows are to be seen."""
        typed = self.shown.data or ""
        return int(typed) if typed in {str(number) for number in range(1, OTHERS + 1)} else 1

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The rows to be seen: who, and which part."""
        return [(self[f"who_{number}"], self[f"part_{number}"]) for number in range(self.count)]

    @property
    def chosen(self) -> list[tuple[Any, Any]]:
        """The rows in which somebody was chosen."""
        return [row for row in self.rows if row[0].data]

    def others(self) -> list[tuple[str, int]]:
        """Give who is asked, with cents; after `fits`."""
        names = [who.data for who, _part in self.chosen]
        return list(zip(names, self.shares[1:], strict=True))

    def fits(self, cents: int) -> bool:
        """Read the parts of a price of so many cents into `shares`; says at the field what is wrong."""
        if not self.validate():
            return False
        if not self.chosen:
            self.rows[0][0].errors = [_("Kies met wie je de klus deelt.")]
            return False
        try:
            weighed = self.mode.data == "weight"
            self.shares = self._by_weight(cents) if weighed else self._by_amount(cents)
        except SharesDoNotAddUp as fault:
            self.own.errors = [_not_the_price(cents, int(str(fault.facts["cents"])))]
        except (ShareTooSmall, WrongTeam) as fault:
            self.own.errors = [sentence(fault)]
        except _Unreadable:
            pass
        return bool(self.shares)

    def _by_weight(self, cents: int) -> list[int]:
        fields = [self.own, *(part for _who, part in self.chosen)]
        weights = [_read(field, read_hundredths, 100, _NUMBER) for field in fields]
        return by_weight(cents, weights)

    def _by_amount(self, cents: int) -> list[int]:
        parts = [_read(part, read_cents, None, _EUROS) for _who, part in self.chosen]
        # What the others do not get is the first member's, unless she says an amount.
        return checked(cents, [_read(self.own, read_cents, cents - sum(parts), _EUROS), *parts])


class _Unreadable(ValueError):
    """A part cannot be read; its field says so."""


_NUMBER = _l("Schrijf een getal. Bijvoorbeeld 2 of 2,5.")
_EUROS = _l("Schrijf een bedrag in euro's. Bijvoorbeeld 12,50.")


def _read(field: Any, read: Any, empty: int | None, words: Any) -> int:
    """Give the part that was typed, or what an empty field means; None is that it may not be empty."""
    typed = (field.data or "").strip()
    found = read(typed) if typed else empty
    if found is None:
        field.errors = [words]
        raise _Unreadable
    return int(found)


def _not_the_price(cents: int, missing: int) -> str:
    """Say how the parts and the price differ."""
    if missing > 0:
        return str(
            _(
                "De delen zijn samen %(missing)s te weinig. De prijs is %(price)s.",
                missing=euro(missing),
                price=euro(cents),
            )
        )
    return str(
        _(
            "De delen zijn samen %(over)s te veel. De prijs is %(price)s.",
            over=euro(-missing),
            price=euro(cents),
        )
    )
