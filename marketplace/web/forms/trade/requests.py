"""The forms to ask for a quote and to post what is wanted. They check shape only."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from marketplace.domain.asking import LONGEST_OPEN, WrongLastDay, check_last_day
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services.asking.requests import Asked
from marketplace.web.forms.fields import DayField, MoneyField, choices_of, one_line
from marketplace.web.forms.listings import plain_text
from marketplace.web.messages import sentence
from marketplace.web.requestwords import REASON_WORDS

# Four digits, with or without the two letters; only the digits are kept.
_POSTCODE = re.compile(r"([1-9]\d{3})\s*(?:[A-Za-z]{2})?")
USUAL_OPEN = dt.timedelta(days=14)


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class QuoteForm(FlaskForm):  # type: ignore[misc]
    """What the job is, where and when. `key` makes a double click one request."""

    key: Any = HiddenField(default=_new_key, validators=[DataRequired(), Length(max=64)])
    body = TextAreaField(
        _l("Wat is de klus?"),
        [
            DataRequired(_l("Vertel wat er moet gebeuren.")),
            Length(max=2000, message=_l("Neem hoogstens 2000 tekens.")),
        ],
        filters=[plain_text],
        description=_l("Hoe groot is het, wat is er al, wat wil je dat er klaar is?"),
    )
    place = StringField(
        _l("In welke plaats?"),
        [
            DataRequired(_l("Vul een plaats in.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
        description=_l("Alleen de naam van de plaats. Je adres geef je pas als je ja zegt."),
    )
    postcode = StringField(
        _l("Cijfers van de postcode"),
        [Optional(), Length(max=8, message=_l("Schrijf de vier cijfers. Bijvoorbeeld 4811."))],
        filters=[one_line],
        description=_l("Bijvoorbeeld 4811. Dan weet een maker hoe ver het is."),
    )
    wanted_on: Any = DayField(_l("Wanneer?"), [Optional()], render_kw={"type": "date"})

    def __init__(self, *, now: dt.datetime, **options: Any) -> None:
        super().__init__(**options)
        self._today = day_in_amsterdam(now)

    def validate_postcode(self, field: Any) -> None:
        """Take four digits, with the letters or without."""
        if field.data and _POSTCODE.fullmatch(field.data) is None:
            raise ValidationError(_l("Schrijf de vier cijfers. Bijvoorbeeld 4811."))

    def validate_wanted_on(self, field: Any) -> None:
        """Refuse a day that is over or more than a year away."""
        if field.data is None:
            return
        if not self._today <= field.data <= self._today + dt.timedelta(days=365):
            raise ValidationError(_l("Kies een dag die nog komt."))

    def asked(self) -> Asked:
        """Give what was filled in, once it is valid."""
        match = _POSTCODE.fullmatch(self.postcode.data or "")
        budget = getattr(self, "budget", None)
        return Asked(
            body=self.body.data or "",
            place=self.place.data or "",
            postcode_area=match[1] if match else None,
            wanted_on=self.wanted_on.data,
            budget_cents=budget.data if budget is not None else None,
        )


class MakerQuoteForm(QuoteForm):
    """A quote for what stands in no listing: the buyer gives it a name."""

    title = StringField(
        _l("Waar gaat het om?"),
        [
            DataRequired(_l("Schrijf kort wat je wilt.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
        description=_l("Bijvoorbeeld: een tafelkleed op maat."),
    )


class WantedForm(QuoteForm):
    """What is wanted, for how much, and until when it stands."""

    title = StringField(
        _l("Wat zoek je?"),
        [
            DataRequired(_l("Schrijf kort wat je zoekt.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
        description=_l("Bijvoorbeeld: iemand die mijn schutting verft."),
    )
    budget: Any = MoneyField(
        _l("Hoeveel wil je er hoogstens voor betalen?"),
        [Optional()],
        smallest=100,
        description=_l("Met btw. Bijvoorbeeld 150."),
    )
    closes_on: Any = DayField(
        _l("Tot en met wanneer mag men antwoorden?"),
        [InputRequired(_l("Kies een dag."))],
        render_kw={"type": "date"},
    )

    def validate_closes_on(self, field: Any) -> None:
        """Say at the field how far ahead the last day may lie."""
        if field.data is None:
            return  # what could not be read was said already
        try:
            check_last_day(field.data, self._today, LONGEST_OPEN)
        except WrongLastDay as fault:
            raise ValidationError(sentence(fault)) from fault


class AgreeForm(FlaskForm):  # type: ignore[misc]
    """The yes to an offer, with the address where the work is."""

    address = StringField(
        _l("Waar is het?"),
        [Optional(), Length(max=200, message=_l("Neem hoogstens 200 tekens."))],
        filters=[one_line],
        description=_l("Straat, huisnummer, postcode en plaats. Dit komt ook op de factuur."),
    )


class RemoveForm(FlaskForm):  # type: ignore[misc]
    """Why a request does not belong on the market."""

    reason = RadioField(
        _l("Waarom haal je dit weg?"),
        [InputRequired(_l("Kies een reden."))],
        choices=choices_of(REASON_WORDS.items()),
    )
