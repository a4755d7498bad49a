"""Forms of the operator about law to come: from when to look, confirming, and withdrawing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from marketplace.web.forms.fields import DayField

_TOO_LONG = _l("Deze tekst is te lang.")


class SinceForm(FlaskForm):  # type: ignore[misc]
    """From which day to suppose that the law held; sent with GET, so without a token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    since = DayField(_l("Stel dat de regel gold vanaf"), [InputRequired(_l("Kies een dag."))])


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The reference that shows that the law is in force, and from which day."""

    reference = StringField(
        _l("Waar staat het?"),
        [InputRequired(_l("Schrijf op waar dit staat.")), Length(max=200, message=_TOO_LONG)],
    )
    valid_from = DayField(_l("Geldt vanaf"), [InputRequired(_l("Vul de eerste dag in."))])


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Why the confirmation is taken back."""

    reason = StringField(
        _l("Waarom trek je dit in?"),
        [InputRequired(_l("Schrijf op waarom.")), Length(max=200, message=_TOO_LONG)],
    )
