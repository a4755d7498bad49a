"""The form of money back by hand: an amount for each line, why, and who bears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from marketplace.web.forms.fields import MoneyField, choices_of

REASON_NAMES: dict[str, LazyString] = {
    "cancelled": _l("Het gaat niet door"),
    "not_delivered": _l("Niet geleverd"),
    "not_good": _l("Niet goed geleverd"),
    "price": _l("De prijs klopte niet"),
    "goodwill": _l("Uit coulance"),
}
LIABLE_NAMES: dict[str, LazyString] = {
    "cooperative": _l("De coöperatie. Wat het lid ervan kreeg, blijft."),
    "member": _l("Het lid. Het gaat van de opbrengst van het lid af."),
}


class LineLeft(Protocol):
    """What this file reads of a line."""

    @property
    def public_id(self) -> str: ...  # noqa: D102

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def gross_cents(self) -> int: ...  # noqa: D102

    @property
    def refunded_cents(self) -> int: ...  # noqa: D102


class RefundForm(FlaskForm):  # type: ignore[misc]
    """What is the same for every order; `of` adds an amount for each line that has something left."""

    seen = HiddenField(validators=[InputRequired(), Length(max=12), Regexp(r"[0-9]+\Z")])
    reason = SelectField(_l("Waarom"), [InputRequired()], choices=choices_of(REASON_NAMES.items()))
    liable = RadioField(
        _l("Voor wie is het, als er al geleverd is?"), choices=choices_of(LIABLE_NAMES.items())
    )

    names: dict[str, str]

    @classmethod
    def of(cls, lines: Sequence[LineLeft]) -> RefundForm:
        """Give the form for lines; nothing is filled in beforehand but who bears it."""
        amounts: dict[str, Any] = {}
        names = {}
        for number, line in enumerate(lines):
            left = line.gross_cents - line.refunded_cents
            if left > 0:
                names[f"amount_{number}"] = line.public_id
                amounts[f"amount_{number}"] = MoneyField(line.title, [Optional()], largest=left)
        form: RefundForm = type("RefundFormOfOrder", (cls,), {**amounts, "names": names})(
            seen=str(sum(line.refunded_cents for line in lines)), liable="cooperative"
        )
        return form

    @property
    def amounts(self) -> list[Any]:
        """The fields of the lines."""
        return [self[name] for name in self.names]

    def cents(self) -> dict[str, int]:
        """Give what was filled in, by public id of the line."""
        return {
            line: self[name].data
            for name, line in self.names.items()
            if self[name].data is not None
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a form without any amount."""
        good = bool(super().validate(extra_validators))
        if good and not self.cents():
            self.form_errors.append(_("Vul bij minstens één regel een bedrag in."))
            return False
        return good
