"""The form of an offer: lines, until when it is valid, and a word with it. It checks shape only."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from marketplace.domain.asking import (
    LONGEST_VALID,
    MOST_LINES,
    USUAL_VALID,
    NoOfferLines,
    WrongLastDay,
    check_last_day,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.orders import WrongQuantity, check_quantity
from marketplace.services.asking.offers import OfferLine
from marketplace.web.forms.fields import DayField, MoneyField, QuantityField, choices_of, one_line
from marketplace.web.forms.listings import plain_text
from marketplace.web.messages import sentence


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class LineForm(Form):
    """One line. One that was left empty does not count."""

    title = StringField(
        _l("Wat?"),
        [
            DataRequired(_l("Schrijf wat je doet of levert.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
    )
    unit = SelectField(
        _l("Hoe reken je?"),
        [InputRequired(_l("Kies hoe je rekent."))],
        choices=choices_of(
            [
                ("hour", _l("Per uur")),
                ("job", _l("Vaste prijs")),
                ("piece", _l("Per stuk, zoals materiaal")),
            ]
        ),
    )
    quantity: Any = QuantityField(
        _l("Hoeveel?"), [InputRequired(_l("Vul in hoeveel."))], default=100
    )
    price: Any = MoneyField(
        _l("Prijs per keer, met btw"), [InputRequired(_l("Vul een prijs in."))], smallest=1
    )
    vat_category = SelectField(
        _l("Btw"),
        [InputRequired(_l("Kies een tarief."))],
        choices=choices_of(
            [
                ("standard", _l("Gewoon tarief")),
                ("reduced", _l("Laag tarief: eten, herstellen, schoonmaken")),
            ]
        ),
    )

    def is_empty(self) -> bool:
        """Tell whether nothing was written in this line."""
        return not (self.title.data or (self.price.raw_data and self.price.raw_data[0].strip()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check a line that was begun."""
        return self.is_empty() or bool(super().validate(extra_validators))

    def validate_quantity(self, field: Any) -> None:
        """Say at the field what the unit does not know."""
        if field.data is None:
            return  # what could not be read was said already
        try:
            check_quantity(self.unit.data, field.data)
        except WrongQuantity as fault:
            raise ValidationError(sentence(fault)) from fault

    def can_be_priced(self) -> bool:
        """Tell whether quantity, price and VAT are there, whatever is still missing."""
        fields = (self.unit, self.quantity, self.price, self.vat_category)
        return all(field.validate(self) for field in fields) and self._fits()

    def _fits(self) -> bool:
        try:
            check_quantity(self.unit.data, self.quantity.data)
        except WrongQuantity:
            return False
        return True

    def line(self) -> OfferLine:
        """Give what was filled in, once it is valid."""
        return OfferLine(
            title=self.title.data or "",
            unit=self.unit.data,
            quantity_hundredths=self.quantity.data,
            unit_price_cents=self.price.data,
            vat_category=self.vat_category.data,
        )


class OfferForm(FlaskForm):  # type: ignore[misc]
    """An offer. `key` makes a double click one offer."""

    key: Any = HiddenField(default=_new_key, validators=[DataRequired(), Length(max=64)])
    lines: Any = FieldList(FormField(LineForm), _l("Regels"), min_entries=1, max_entries=MOST_LINES)
    valid_until: Any = DayField(
        _l("Tot en met wanneer geldt je offerte?"),
        [InputRequired(_l("Kies een dag."))],
        render_kw={"type": "date"},
    )
    text = TextAreaField(
        _l("Wil je er iets bij zeggen?"),
        [Optional(), Length(max=1000, message=_l("Neem hoogstens 1000 tekens."))],
        filters=[plain_text],
    )

    def __init__(self, *, now: dt.datetime, **options: Any) -> None:
        today = day_in_amsterdam(now)
        super().__init__(data={"valid_until": today + USUAL_VALID}, **options)
        self._today = today

    def validate_lines(self, _field: Any) -> None:
        """Ask for one line at least."""
        if not self.filled():
            raise ValidationError(sentence(NoOfferLines(most=MOST_LINES)))

    def validate_valid_until(self, field: Any) -> None:
        """Say at the field how far ahead the last day may lie."""
        if field.data is None:
            return
        try:
            check_last_day(field.data, self._today, LONGEST_VALID)
        except WrongLastDay as fault:
            raise ValidationError(sentence(fault)) from fault

    def filled(self) -> list[OfferLine]:
        """Give the lines that were filled in, once they are valid."""
        return [entry.form.line() for entry in self.lines if not entry.form.is_empty()]

    def prices(self) -> list[tuple[int, str]]:
        """Give gross cents and VAT category of the lines that can be priced so far."""
        good = [entry.form.line() for entry in self.lines if entry.form.can_be_priced()]
        return [(one.gross_cents, one.vat_category) for one in good]

    def one_line_more(self) -> None:
        """Give room for one line more, as far as there is."""
        if len(self.lines) < MOST_LINES:
            self.lines.append_entry()
