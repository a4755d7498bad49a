"""The form of a definitive settlement: what the tax assessment says."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.domain.months.settlement import MAX_PARTS
from marketplace.services.months.settlements import Assessed
from marketplace.web.forms.fields import MoneyField


class SettlementForm(FlaskForm):  # type: ignore[misc]
    """Amounts of the tax assessment over one year."""

    result = MoneyField(
        _l("Resultaat van het werk volgens de Belastingdienst"),
        [InputRequired(_l("Vul het bedrag in van de aanslag."))],
        smallest=0,
        description=_l("Het hele jaar. Was het een verlies? Vul dan 0 in."),
    )
    tax = MoneyField(
        _l("Belasting en zorgbijdrage daarover"),
        [Optional()],
        smallest=0,
        description=_l("Volgens de aanslag. Leeg: nul."),
    )
    reference = StringField(
        _l("Kenmerk van de aanslag"),
        [InputRequired(_l("Vul het kenmerk van de aanslag in.")), Length(max=60)],
        description=_l("Het aanslagnummer, zonder burgerservicenummer"),
    )
    parts = IntegerField(
        _l("In hoeveel delen, als er iets terug moet?"),
        [
            InputRequired(_l("Vul een aantal in.")),
            NumberRange(1, MAX_PARTS, _l("Schrijf een heel getal van 1 tot en met 12.")),
        ],
        default=MAX_PARTS,
    )

    @property
    def assessed(self) -> Assessed:
        """What was filled in; call it on a valid form."""
        return Assessed(
            self.result.data or 0,
            self.tax.data or 0,
            (self.reference.data or "").strip(),
            self.parts.data or MAX_PARTS,
        )
