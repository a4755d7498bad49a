"""The form with which a treasurer books a payout that the bank made."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.web.forms.fields import DayField, MoneyField

KIND_NAMES: dict[str, LazyString] = {
    "earnings": _l("Verdiensten"),
    "receipts": _l("Bonnen terug"),
}


class PayoutForm(FlaskForm):  # type: ignore[misc]
    """What was sent, when, and under which reference."""

    key = HiddenField(validators=[InputRequired(), Length(max=40)])
    amount = MoneyField(_l("Bedrag"), [InputRequired(_l("Vul het bedrag in."))])
    paid_on = DayField(_l("Betaald op"), [InputRequired(_l("Vul de dag van de betaling in."))])
    reference = StringField(
        _l("Kenmerk bij de bank"),
        [InputRequired(_l("Vul het kenmerk van de overboeking in.")), Length(max=60)],
    )
