"""Forms for members: inviting somebody, and a change of status."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from marketplace.domain.members import STEPS
from marketplace.web.forms.fields import choices_of
from marketplace.web.messages.statements import STATUSES


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Who becomes a member, and which municipality pays the benefit."""

    name = StringField(
        _l("Voornaam"),
        [InputRequired(_l("Vul een voornaam in.")), Length(max=80)],
        description=_l("Zo ziet iedereen op de markt dit lid"),
    )
    trade_name = StringField(
        _l("Naam van de onderneming"),
        [InputRequired(_l("Vul de naam van de onderneming in.")), Length(max=80)],
        description=_l("Bijvoorbeeld: Achtertuin opnieuw"),
    )
    email = StringField(
        _l("E-mailadres"),
        [
            InputRequired(_l("Vul een e-mailadres in.")),
            Length(max=254),
            Email(_l("Dit is geen e-mailadres. Bijvoorbeeld naam@voorbeeld.nl.")),
        ],
        description=_l("Daar gaat de uitnodiging heen"),
    )
    municipality = SelectField(
        _l("Gemeente"),
        [InputRequired(_l("Kies een gemeente."))],
        choices=[],
        description=_l("De gemeente die de uitkering betaalt"),
    )

    def offer(self, municipalities: Any) -> None:
        """Offer the municipalities that take part."""
        named = [(one.public_id, one.name) for one in municipalities]
        self.municipality.choices = choices_of([("", _l("Kies een gemeente")), *named])


class StatusForm(FlaskForm):  # type: ignore[misc]
    """The next status of a member."""

    status = SelectField(_l("Nieuwe status"), [InputRequired(_l("Kies een status."))], choices=[])
    reason = StringField(
        _l("Waarom?"),
        [Length(max=200)],
        description=_l("In één zin, zonder namen. Dit staat in het logboek."),
    )

    def offer(self, now: str) -> None:
        """Offer the steps that can be made from the status of now."""
        steps = [(code, name) for code, name in STATUSES.items() if code in STEPS.get(now, ())]
        self.status.choices = choices_of([("", _l("Kies een status")), *steps])
