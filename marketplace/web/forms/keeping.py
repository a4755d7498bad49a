"""The form of "Wat houd ik over?": price, costs and day; asked by address, for it changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from marketplace.web.forms.fields import DayField, MoneyField, choices_of

DAYS_AHEAD = 366


class KeepForm(FlaskForm):  # type: ignore[misc]
    """A job that is thought of; build it with the day of today."""

    class Meta:
        """Nothing is changed by asking, so an address that is shared works."""

        csrf = False

    prijs = MoneyField(
        _l("Prijs"),
        [InputRequired(_l("Vul in wat de koper betaalt."))],
        description=_l("Wat de koper betaalt, met btw"),
    )
    kosten = MoneyField(_l("Kosten"), smallest=0, description=_l("Wat jij ervoor koopt, met btw"))
    bonbtw = MoneyField(_l("Btw in die kosten"), smallest=0, description=_l("Dit staat op de bon"))
    dag = DayField(
        _l("Wanneer is het klaar?"),
        [InputRequired(_l("Vul een dag in."))],
        description=_l("Bijvoorbeeld 28-5-2026"),
    )
    btw = RadioField(
        _l("Welke btw hoort erbij?"),
        [InputRequired(_l("Kies een tarief."))],
        choices=choices_of([("standard", _l("Gewoon tarief")), ("reduced", _l("Laag tarief"))]),
    )

    def __init__(self, *args: Any, today: dt.date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def validate_dag(self, field: DayField) -> None:
        """Refuse a day that is over, and one too far ahead to know the rules of."""
        if field.data is None:
            return
        if field.data < self.today:
            raise ValidationError(_("Kies vandaag of een latere dag."))
        if field.data > self.today + dt.timedelta(days=DAYS_AHEAD):
            raise ValidationError(_("Kies een dag binnen een jaar."))

    def validate_bonbtw(self, field: MoneyField) -> None:
        """Refuse more VAT than is in the costs."""
        if field.data and field.data >= (self.kosten.data or 0):
            raise ValidationError(_("De btw is een deel van de kosten, en dus lager."))
