"""Forms of the treasurer: a file of the bank, the place of a line, account numbers, cash."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.services.banking.byhand import OTHER_CODES
from marketplace.web.forms.fields import choices_of

CODE_NAMES: dict[str, LazyString] = {
    "receivable": _l("Nog te ontvangen"),
    "payable_to_municipality": _l("Gemeente"),
    "output_vat": _l("Belastingdienst: btw"),
    "reserve": _l("Reserve"),
    "training_pot": _l("Opleidingspot"),
    "provider_fees": _l("Kosten van de betaaldienst"),
    "losses": _l("Bankkosten en verlies"),
    "cash": _l("Kas: contant geld van of naar de bank"),
}


class FileForm(FlaskForm):  # type: ignore[misc]
    """One file of the bank."""

    file = FileField(_l("Bestand van de bank"), [FileRequired(_l("Kies een bestand."))])


class ToOrderForm(FlaskForm):  # type: ignore[misc]
    """The order that a line pays."""

    reference = StringField(
        _l("Betalingskenmerk of nummer van de bestelling"),
        [InputRequired(_l("Vul het kenmerk of het nummer in.")), Length(max=30)],
    )


class OtherForm(FlaskForm):  # type: ignore[misc]
    """Another account, with the reason."""

    code = SelectField(
        _l("Rekening in de boeken"),
        choices=choices_of((code, CODE_NAMES[code]) for code in OTHER_CODES),
        validators=[InputRequired(_l("Kies een rekening."))],
    )
    reason = StringField(_l("Waarom"), [InputRequired(_l("Schrijf kort waarom.")), Length(max=200)])


class AccountForm(FlaskForm):  # type: ignore[misc]
    """The cooperative's own account."""

    iban = StringField(
        _l("Rekeningnummer (IBAN)"),
        [InputRequired(_l("Vul het rekeningnummer in.")), Length(max=42)],
    )
    account_name = StringField(
        _l("Op naam van"), [InputRequired(_l("Vul de naam van de rekening in.")), Length(max=70)]
    )


class MemberAccountForm(FlaskForm):  # type: ignore[misc]
    """The account of a member or a municipality."""

    iban = StringField(
        _l("Rekeningnummer (IBAN)"),
        [InputRequired(_l("Vul het rekeningnummer in.")), Length(max=42)],
    )


class CashForm(ToOrderForm):
    """The order that is paid in cash."""


class RefundAccountForm(FlaskForm):  # type: ignore[misc]
    """Where a buyer wants the money back."""

    iban = StringField(
        _l("Rekeningnummer (IBAN)"),
        [InputRequired(_l("Vul het rekeningnummer in.")), Length(max=42)],
    )
    name = StringField(
        _l("Op naam van"), [InputRequired(_l("Vul de naam van de rekening in.")), Length(max=70)]
    )


def plain_reference(typed: str | None) -> str:
    """Give a payment reference without the spaces with which it was typed; a number as it is."""
    text = "".join((typed or "").split())
    return text.upper() if text.upper().startswith("RF") and text[2:].isdigit() else text
