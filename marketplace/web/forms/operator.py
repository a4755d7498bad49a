"""Forms of the operator: a cooperative with its first parameters, a municipality, an invitation."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from marketplace.domain.access import Role
from marketplace.domain.waterfall import Parameters
from marketplace.services.people.operators import NewCooperative
from marketplace.web.forms.fields import (
    DayField,
    MoneyField,
    QuantityField,
    choices_of,
    read_hundredths,
)
from marketplace.web.forms.people import email_field, is_a_name, name_field, tidy

ROLE_LABELS = {
    Role.MEMBER: _l("Lid"),
    Role.COORDINATOR: _l("Coördinator"),
    Role.TREASURER: _l("Penningmeester"),
    Role.OFFICER: _l("Gemeente"),
    Role.OPERATOR: _l("Beheerder"),
}


_SHARES = ("training_share", "reserve_share", "municipality_share", "period")
_FACTS = (
    "name",
    "place",
    "email",
    "kvk_number",
    "vat_number",
    "scheme",
    "valid_from",
    "resolution",
)


class PercentField(QuantityField):
    """A percentage; `data` is hundredths of a percent, from 0 to 10000."""

    def _read(self, typed: str) -> int:
        found = read_hundredths(typed.replace("%", "").strip())
        if found is None or found > 10_000:
            raise ValueError(_("Schrijf een percentage van 0 tot 100. Bijvoorbeeld 5 of 7,5."))
        return found


def _text(label: Any, longest: int, missing: Any) -> StringField:
    return StringField(
        label,
        [DataRequired(missing), Length(max=longest, message=_l("Deze tekst is te lang."))],
        filters=[tidy],
    )


class CooperativeForm(FlaskForm):  # type: ignore[misc]
    """A new cooperative, with what its general meeting decided for the start."""

    name = _text(_l("Naam van de coöperatie"), 120, _l("Vul de naam in."))
    place = _text(_l("Plaats"), 80, _l("Vul de plaats in."))
    email = email_field(_l("E-mailadres van de coöperatie"))
    kvk_number = StringField(
        _l("KVK-nummer"),
        [Optional(), Regexp(r"^\d{8}$", message=_l("Een KVK-nummer heeft 8 cijfers."))],
        filters=[tidy],
    )
    vat_number = StringField(
        _l("Btw-nummer"),
        [
            Optional(),
            Regexp(
                r"^NL\d{9}B\d{2}$", message=_l("Schrijf het zo: NL, 9 cijfers, B en 2 cijfers.")
            ),
        ],
        filters=[tidy],
    )
    scheme = RadioField(
        _l("Btw"),
        [InputRequired(_l("Kies hoe het met de btw zit."))],
        choices=choices_of(
            [
                ("charges", _l("De coöperatie rekent btw")),
                (
                    "kor",
                    _l("De coöperatie doet mee met de KOR, de regeling voor kleine ondernemers"),
                ),
            ]
        ),
    )
    training_share = PercentField(
        _l("Naar het opleidingspotje (%)"), [InputRequired(_l("Vul een percentage in."))]
    )
    reserve_share = PercentField(
        _l("Naar de reserve (%)"), [InputRequired(_l("Vul een percentage in."))]
    )
    threshold = MoneyField(
        _l("Grens van de thermometer"), [InputRequired(_l("Vul een bedrag in."))], smallest=0
    )
    period = SelectField(
        _l("De grens geldt per"),
        [InputRequired(_l("Kies een periode."))],
        choices=choices_of(
            [("calendar_year", _l("kalenderjaar")), ("calendar_month", _l("kalendermaand"))]
        ),
    )
    municipality_share = PercentField(
        _l("Boven de grens naar de gemeente (%)"), [InputRequired(_l("Vul een percentage in."))]
    )
    valid_from = DayField(_l("Geldt vanaf"), [InputRequired(_l("Vul een dag in."))])
    resolution = _text(
        _l("Besluit van de algemene vergadering"), 120, _l("Vul in welk besluit dit is.")
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Check that training and reserve leave something: together at most 100 %."""
        good = bool(super().validate(extra_validators=extra_validators))
        filled = self.data
        if (filled["training_share"] or 0) + (filled["reserve_share"] or 0) > 10_000:
            self.reserve_share.errors = [
                *self.reserve_share.errors,
                _("Opleiding en reserve zijn samen hoogstens 100 procent."),
            ]
            return False
        return good

    def wanted(self) -> NewCooperative:
        """Give the cooperative as it was filled in."""
        filled = self.data
        return NewCooperative(
            parameters=Parameters(
                threshold_cents=filled["threshold"],
                **{key: filled[key] for key in _SHARES},
            ),
            **{key: filled[key] for key in _FACTS},
        )


class MunicipalityForm(FlaskForm):  # type: ignore[misc]
    """A municipality that takes part; `profile_code` gets its choices from the rule files."""

    name = StringField(
        _l("Naam van de gemeente"),
        [
            DataRequired(_l("Vul de naam in.")),
            Length(max=80, message=_l("Deze tekst is te lang.")),
            is_a_name,
        ],
        filters=[tidy],
    )
    profile_code = SelectField(_l("Eigen regels"), [Optional()])
    contact_email = email_field(_l("E-mailadres voor vragen en bezwaar"))
    contact_phone = StringField(
        _l("Telefoon"),
        [Optional(), Regexp(r"^[0-9+() -]{6,20}$", message=_l("Bijvoorbeeld: 06-12345678"))],
        filters=[tidy],
    )


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """Who is invited, and as what."""

    role = RadioField(_l("Rol"), [InputRequired(_l("Kies een rol."))])
    name = name_field()
    email = email_field()

    def offer(self, roles: list[Role]) -> None:
        """Set the roles to choose from; one alone is chosen already."""
        self.role.choices = choices_of((role.value, ROLE_LABELS[role]) for role in roles)
        if len(roles) == 1 and self.role.data is None:
            self.role.data = roles[0].value
