"""The forms of a municipality's decision on an exemption."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.services.membership.exemptions import Decided
from marketplace.web.forms.fields import MonthField, choices_of
from marketplace.web.messages.exemptions import GROUNDS

MOST_MONTHS = 600


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """What was decided, on which ground, and from when."""

    ground = RadioField(
        _l("Waarom?"),
        [InputRequired(_l("Kies waarom."))],
        choices=choices_of(GROUNDS.items()),
        description=_l("Alleen de deelnemer en jouw gemeente zien dit. Het staat op geen opgave."),
    )
    reference = StringField(
        _l("Kenmerk van het besluit"),
        [InputRequired(_l("Vul het kenmerk van het besluit in.")), Length(max=60)],
        description=_l("Dit staat op de opgave: vrijlating volgens besluit, met dit kenmerk."),
    )
    since = MonthField(
        _l("Vanaf welke maand?"),
        [InputRequired(_l("Vul een maand in."))],
        description=_l("Bijvoorbeeld 3-2026. Een maand waarvan de opgave er nog niet is."),
    )
    months_used = IntegerField(
        _l("Hoeveel maanden zijn er al gebruikt?"),
        [
            Optional(),
            NumberRange(0, MOST_MONTHS, _l("Schrijf een heel getal van 0 tot en met 600.")),
        ],
        description=_l("Alleen bij loonkostensubsidie: de maanden vóór deze. Leeg: nul."),
    )

    def decided(self) -> Decided:
        """Give what was filled in, once it is valid."""
        return Decided(
            self.ground.data,
            (self.reference.data or "").strip(),
            self.since.data,
            self.months_used.data or 0,
        )


class EndForm(FlaskForm):  # type: ignore[misc]
    """The last month of a decision."""

    last = MonthField(
        _l("Wat is de laatste maand?"),
        [InputRequired(_l("Vul een maand in."))],
        description=_l("Bijvoorbeeld 8-2026"),
    )
