"""Forms for receipts: what a member hands in, and what a coordinator says of it."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from marketplace.services.trade.accepting import Listed
from marketplace.web.forms.fields import DayField, MoneyField, choices_of

CATEGORY_NAMES: dict[str, LazyString] = {
    "material": _l("Materiaal"),
    "tools": _l("Gereedschap"),
    "travel": _l("Reizen"),
    "workspace": _l("Werkplek"),
    "phone": _l("Telefoon en internet"),
    "advice": _l("Advies en lessen"),
    "other": _l("Iets anders"),
}
PAID_BY_NAMES: dict[str, LazyString] = {
    "cooperative": _l("De coöperatie"),
    "member": _l("Ikzelf. Ik wil het terug."),
    "supplier": _l("Nog niemand. De coöperatie moet de rekening betalen."),
}


class NeededForSupplier:
    """Ask a field only where nobody paid the bill yet; else it is left out of account."""

    def __init__(self, message: LazyString) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError where it is asked and empty; stop there where it is not asked."""
        if form.paid_by.data != "supplier":
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(str(self.message))


class CostForm(FlaskForm):  # type: ignore[misc]
    """A receipt of a member."""

    receipt = FileField(
        _l("Foto van de bon"), [FileRequired(_l("Maak een foto van de bon, of kies een plaatje."))]
    )
    description = StringField(
        _l("Wat heb je gekocht?"),
        [InputRequired(_l("Schrijf kort op wat je kocht.")), Length(max=120)],
        description=_l("Bijvoorbeeld: olie voor de heggenschaar"),
    )
    category = SelectField(
        _l("Wat voor kosten zijn het?"),
        [InputRequired(_l("Kies wat voor kosten het zijn."))],
        choices=choices_of(CATEGORY_NAMES.items()),
    )
    municipal_kind = SelectField(
        _l("Waar hoort het bij op de lijst van jouw gemeente?"),
        choices=[],
        description=_l("Staat het er niet bij? Kies dan: staat er niet op."),
    )
    spent_on = DayField(
        _l("Welke dag staat op de bon?"), [InputRequired(_l("Vul de dag in die op de bon staat."))]
    )
    gross = MoneyField(
        _l("Hoeveel heb je betaald?"),
        [InputRequired(_l("Vul het bedrag in dat op de bon staat."))],
        description=_l("Het hele bedrag, met btw"),
    )
    vat = MoneyField(
        _l("Hoeveel btw staat op de bon?"),
        smallest=0,
        description=_l("Staat er geen btw op? Laat dit dan leeg."),
    )
    line = SelectField(_l("Voor welke klus?"), choices=[])
    paid_by = RadioField(
        _l("Wie heeft betaald?"),
        [InputRequired(_l("Kies wie betaald heeft."))],
        choices=choices_of(PAID_BY_NAMES.items()),
        default="cooperative",
    )
    supplier_name = StringField(
        _l("Wie moet het geld krijgen?"),
        [NeededForSupplier(_l("Vul in wie de rekening stuurde.")), Length(max=70)],
        description=_l("Alleen als de rekening nog niet betaald is"),
    )
    supplier_iban = StringField(
        _l("Rekeningnummer (IBAN) op de rekening"),
        [
            NeededForSupplier(_l("Vul het rekeningnummer in dat op de rekening staat.")),
            Length(max=42),
        ],
    )
    supplier_reference = StringField(
        _l("Nummer of kenmerk van de rekening"),
        [NeededForSupplier(_l("Vul het nummer in dat op de rekening staat.")), Length(max=35)],
    )

    def offer_kinds(self, listed: Listed) -> None:
        """Offer the kinds on the municipality's list; where it does not matter, the field is left out."""
        if names := [one.name for one in listed.costs if listed.counts and listed.by_agreement]:
            none = ("", _l("Staat er niet op"))
            self.municipal_kind.choices = choices_of([none, *((name, name) for name in names)])
        else:
            del self.municipal_kind

    @property
    def kind(self) -> str | None:
        """The kind on the municipality's list; None where it is none of these."""
        return (self.municipal_kind.data or None) if "municipal_kind" in self else None

    def offer_lines(self, lines: list[Any]) -> None:
        """Offer the member's own jobs; none is a good answer too."""
        none = ("", _l("Niet voor één klus"))
        self.line.choices = choices_of([none, *((line.public_id, line.title) for line in lines)])


class ApproveForm(FlaskForm):  # type: ignore[misc]
    """A yes to a receipt, with the municipality's own yes where its list asks for one."""

    approval_reference = StringField(
        _l("Kenmerk van de toestemming van de gemeente"),
        [Length(max=60, message=_l("Het kenmerk is te lang. Schrijf ten hoogste 60 tekens."))],
        description=_l(
            "De gemeente wil dit vóór het kopen goedvinden. Leeg: de bon telt bij de gemeente niet mee."
        ),
    )


class RejectForm(FlaskForm):  # type: ignore[misc]
    """Why a receipt is not approved."""

    reason = StringField(
        _l("Waarom niet?"),
        [InputRequired(_l("Schrijf in één zin waarom.")), Length(max=200)],
        description=_l("Het lid leest deze zin."),
    )
