"""The form for what the cooperative's invoices name."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from stdnum import iban
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, Length, Regexp

from marketplace.services.invoices.seller import Facts
from marketplace.web.forms.people import tidy


def _upper(typed: str | None) -> str:
    return "".join((typed or "").split()).upper()


def _text(label: Any, longest: int, missing: Any) -> StringField:
    return StringField(
        label,
        [DataRequired(missing), Length(max=longest, message=_l("Deze tekst is te lang."))],
        filters=[tidy],
    )


class SellerForm(FlaskForm):  # type: ignore[misc]
    """Name, address and numbers of the cooperative, as the law asks them on an invoice."""

    legal_name = _text(_l("Naam zoals bij de KVK"), 120, _l("Vul de naam in."))
    address = _text(_l("Straat en huisnummer"), 120, _l("Vul straat en huisnummer in."))
    postcode = StringField(
        _l("Postcode"),
        [
            DataRequired(_l("Vul de postcode in.")),
            Regexp(r"^[1-9]\d{3}[A-Z]{2}$", message=_l("Schrijf het zo: 1234 AB.")),
        ],
        filters=[_upper],
    )
    place = _text(_l("Plaats"), 80, _l("Vul de plaats in."))
    kvk_number = StringField(
        _l("KVK-nummer"),
        [
            DataRequired(_l("Vul het KVK-nummer in.")),
            Regexp(r"^\d{8}$", message=_l("Een KVK-nummer heeft 8 cijfers.")),
        ],
        filters=[tidy],
    )
    vat_number = StringField(
        _l("Btw-nummer"),
        [
            DataRequired(_l("Vul het btw-nummer in.")),
            Regexp(
                r"^NL\d{9}B\d{2}$", message=_l("Schrijf het zo: NL, 9 cijfers, B en 2 cijfers.")
            ),
        ],
        filters=[_upper],
    )
    iban = StringField(
        _l("Rekeningnummer (IBAN)"), [DataRequired(_l("Vul het in."))], filters=[_upper]
    )

    def validate_iban(self, found: StringField) -> None:
        """Check the figures that an account number keeps to check itself."""
        if not iban.is_valid(found.data or ""):
            raise ValidationError(_("Dit rekeningnummer klopt niet. Kijk het nog eens na."))

    def facts(self) -> Facts:
        """Give what was filled in."""
        filled = {name: str(self.data[name]) for name in Facts.__slots__}
        filled["postcode"] = f"{filled['postcode'][:4]} {filled['postcode'][4:]}"
        return Facts(**filled)
