"""Forms of what a member offers. They check shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from marketplace.domain.delivery import MOST_FEE_CENTS, MOST_KM, Ways
from marketplace.services.market.listings import FETCHED, Offer
from marketplace.web.forms.fields import MoneyField, QuantityField, choices_of, one_line
from marketplace.web.words import CATEGORY_WORDS

KIND_OF_UNIT = {"hour": "service", "job": "service", "person": "service", "piece": "product"}
MOST_STOCK = 9_999


def plain_text(text: str | None) -> str | None:
    """Keep line ends, take away blanks around."""
    return text.replace("\r\n", "\n").strip() if text else text


class ListingForm(FlaskForm):  # type: ignore[misc]
    """A service or a product."""

    unit = RadioField(
        _l("Wat bied je aan?"),
        [InputRequired(_l("Kies wat je aanbiedt."))],
        choices=choices_of(
            [
                ("hour", _l("Een dienst, per uur")),
                ("job", _l("Een dienst, per klus")),
                ("person", _l("Een dienst, per persoon")),
                ("piece", _l("Een product, per stuk")),
            ]
        ),
    )
    category = SelectField(
        _l("Soort"),
        [DataRequired(_l("Kies een soort."))],
        choices=choices_of([("", _l("Kies een soort")), *CATEGORY_WORDS.items()]),
    )
    title = StringField(
        _l("Titel"),
        [
            DataRequired(_l("Geef je aanbod een titel.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
        description=_l("Zeg kort wat je doet. Bijvoorbeeld: heg knippen en tuin netjes maken."),
    )
    description = TextAreaField(
        _l("Vertel erover"),
        [
            DataRequired(_l("Vertel wat een koper van je krijgt.")),
            Length(max=2000, message=_l("Neem hoogstens 2000 tekens.")),
        ],
        filters=[plain_text],
        description=_l("Wat doe je, wat neem je mee, hoe lang duurt het?"),
    )
    price = MoneyField(
        _l("Prijs"),
        [InputRequired(_l("Vul een prijs in."))],
        smallest=100,
        description=_l("Dit betaalt de koper, met btw. Bijvoorbeeld 32,50."),
    )
    vat_category = RadioField(
        _l("Welke btw hoort erbij?"),
        [InputRequired(_l("Kies een tarief."))],
        choices=choices_of(
            [
                ("standard", _l("Gewoon tarief: voor de meeste klussen, lessen en spullen")),
                (
                    "reduced",
                    _l(
                        "Laag tarief: voor eten, voor fietsen en kleding herstellen, en voor schoonmaken"
                    ),
                ),
            ]
        ),
        description=_l("Weet je het niet zeker? Vraag het aan je coördinator."),
    )
    stock = QuantityField(
        _l("Voorraad"),
        whole=True,
        zero=True,
        largest=MOST_STOCK * 100,
        description=_l("Alleen voor een product: hoeveel heb je er klaar?"),
    )
    duration = QuantityField(
        _l("Hoe lang duurt één keer, in uren?"),
        largest=12_00,
        description=_l("Alleen voor een dienst per klus of per persoon. Bijvoorbeeld 1,5."),
    )
    pickup = BooleanField(_l("Kopers mogen het ophalen"), default=True)
    brings = BooleanField(_l("Ik bezorg het"))
    bring_km = QuantityField(
        _l("Tot hoeveel kilometer bezorg je?"),
        whole=True,
        largest=MOST_KM * 100,
        description=_l("Vanaf de plaats die je hieronder invult, in een rechte lijn."),
    )
    bring_fee = MoneyField(
        _l("Wat kost bezorgen?"),
        smallest=0,
        largest=MOST_FEE_CENTS,
        description=_l("Eén keer per bestelling bij jou, met btw. Gratis? Vul dan 0 in."),
    )
    stock_seen = HiddenField(validators=[Optional(), Length(max=6)])
    place = StringField(
        _l("Plaats"),
        [
            DataRequired(_l("Vul een plaats in.")),
            Length(max=80, message=_l("Neem hoogstens 80 tekens.")),
        ],
        filters=[one_line],
        description=_l("Alleen de naam van je woonplaats. Je adres ziet niemand."),
    )

    def validate_stock(self, field: Any) -> None:
        """Ask for a stock where there is a product."""
        if self.unit.data == "piece" and field.data is None and not field.errors:
            raise ValidationError(_("Vul in hoeveel je er hebt. Nul mag ook."))

    def validate_duration(self, field: Any) -> None:
        """Take quarters of an hour."""
        if field.data is not None and field.data % 25:
            raise ValidationError(_("Neem hele kwartieren. Bijvoorbeeld 1,5 of 0,75."))

    def validate_pickup(self, field: Any) -> None:
        """Ask for a way to get goods to a buyer."""
        if self.unit.data == "piece" and not field.data and not self.brings.data:
            raise ValidationError(_("Kies ophalen, bezorgen, of allebei."))

    def validate_bring_km(self, field: Any) -> None:
        """Ask how far, where it is brought."""
        if self._is_brought and field.data is None and not field.errors:
            raise ValidationError(_("Vul in tot hoeveel kilometer je bezorgt."))

    def validate_bring_fee(self, field: Any) -> None:
        """Ask what bringing costs; it may be nothing."""
        if self._is_brought and field.data is None and not field.errors:
            raise ValidationError(_("Vul in wat bezorgen kost. Nul mag ook."))

    @property
    def _is_brought(self) -> bool:
        return self.unit.data == "piece" and bool(self.brings.data)

    def _ways(self) -> Ways:
        """Give how goods change hands; a service is not handed over."""
        if self.unit.data != "piece":
            return FETCHED
        if not self._is_brought:
            return Ways(pickup=bool(self.pickup.data))
        kilometres = self.bring_km.data // 100
        return Ways(bool(self.pickup.data), kilometres, self.bring_fee.data)

    def _minutes(self) -> int | None:
        """Give how long one time takes, where it is not the hours that are sold."""
        if self.unit.data not in {"job", "person"} or self.duration.data is None:
            return None
        return int(self.duration.data * 60 // 100)

    def asks_what_is_kept(self) -> bool:
        """Check only what a price needs to be computed with; the rest may still be empty."""
        fits = self.vat_category.data in {None, "", "standard", "reduced"}
        return self.price.validate(self) and fits

    def fee(self) -> int | None:
        """Give what bringing costs in cents, where it is brought and the amount can be read; else None."""
        return self.bring_fee.data if self.brings.data else None

    def offer(self) -> Offer:
        """Give what was filled in, once it is valid."""
        product = self.unit.data == "piece"
        return Offer(
            kind=KIND_OF_UNIT[self.unit.data],
            unit=self.unit.data,
            category=self.category.data,
            title=self.title.data or "",
            description=self.description.data or "",
            price_cents=self.price.data,
            vat_category=self.vat_category.data,
            place=self.place.data or "",
            stock=self.stock.data // 100 if product else None,
            duration_minutes=self._minutes(),
            ways=self._ways(),
        )

    def seen(self) -> int | None:
        """Give the stock that stood in the form when the page was made."""
        text = self.stock_seen.data or ""
        return int(text) if text.isascii() and text.isdigit() else None


class PictureForm(FlaskForm):  # type: ignore[misc]
    """A picture and what can be seen on it."""

    picture = FileField(
        _l("Foto"),
        [FileRequired(_l("Kies een foto."))],
        description=_l("JPG, PNG of WebP. De plek waar je de foto nam, halen we eruit."),
    )
    alt = StringField(
        _l("Wat zie je op de foto?"),
        [
            DataRequired(_l("Schrijf wat er op de foto staat.")),
            Length(max=160, message=_l("Neem hoogstens 160 tekens.")),
        ],
        filters=[one_line],
        description=_l("Voor wie de foto niet kan zien. Bijvoorbeeld: een strak geknipte heg."),
    )
