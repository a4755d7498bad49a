"""Forms of coming in and of the own account. They check shape only."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from marketplace.web.forms.fields import choices_of

_LINK = re.compile(r"[\x00-\x1f<>@]|://|www\.", re.IGNORECASE)


def tidy(text: str | None) -> str | None:
    """Take away the blanks around what was typed, and double ones inside."""
    return " ".join(text.split()) if text else text


def is_a_name(_form: Any, field: Field) -> None:
    """Refuse links and addresses: a name is written in mails."""
    if _LINK.search(field.data or ""):
        raise ValidationError(_l("Schrijf alleen een naam."))


def name_field(label: Any = None) -> StringField:
    """Give the field for how somebody wants to be called."""
    return StringField(
        label or _l("Naam"),
        [
            DataRequired(_l("Vul je naam in.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
            is_a_name,
        ],
        filters=[tidy],
    )


def email_field(label: Any = None) -> EmailField:
    """Give the field for an e-mail address that can get mail."""
    return EmailField(
        label or _l("E-mailadres"),
        [
            DataRequired(_l("Vul een e-mailadres in.")),
            Length(max=254, message=_l("Dit adres is te lang.")),
            Email(_l("Dit is geen e-mailadres. Bijvoorbeeld: naam@voorbeeld.nl")),
        ],
        filters=[tidy],
    )


def password_field(label: Any) -> PasswordField:
    """Give the field for a password; its length and its strength are rules, not shape."""
    return PasswordField(
        label,
        [
            DataRequired(_l("Vul je wachtwoord in.")),
            Length(max=1000, message=_l("Dit wachtwoord is te lang.")),
        ],
    )


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password. An odd address is simply nobody's."""

    email = EmailField(
        _l("E-mailadres"),
        [
            DataRequired(_l("Vul je e-mailadres in.")),
            Length(max=254, message=_l("Dit adres is te lang.")),
        ],
        filters=[tidy],
    )
    password = password_field(_l("Wachtwoord"))


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The own password once more, before an act that needs it fresh."""

    password = password_field(_l("Wachtwoord"))


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """Name and e-mail; the password is chosen by the link in the mail."""

    name = name_field(_l("Je naam"))
    email = email_field()


class ForgotForm(FlaskForm):  # type: ignore[misc]
    """Where the link for a new password goes."""

    email = email_field()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """One new password."""

    password = password_field(_l("Nieuw wachtwoord"))


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """Say yes to an invitation, signed in already."""


class AcceptKnownForm(FlaskForm):  # type: ignore[misc]
    """Say yes to an invitation with the password of the account."""

    password = password_field(_l("Wachtwoord"))


class AcceptNewForm(FlaskForm):  # type: ignore[misc]
    """Say yes to an invitation and make an account."""

    name = name_field(_l("Je naam"))
    password = password_field(_l("Kies een wachtwoord"))


class AccountForm(FlaskForm):  # type: ignore[misc]
    """The own name, and the language of pages and mails."""

    name = name_field(_l("Je naam"))
    locale = SelectField(
        _l("Taal"),
        [DataRequired(_l("Kies een taal."))],
        choices=choices_of([("nl", "Nederlands"), ("en", "English")]),
    )
