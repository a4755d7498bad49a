"""The form of an agreement: how earnings are treated, facts about the household, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from marketplace.domain.agreements import EXIT_RULES as EXIT_CODES
from marketplace.domain.agreements import MAX_SHARERS, REGIMES_OFFERED, age_on
from marketplace.domain.calendar import Month
from marketplace.services.membership.agreements import Terms
from marketplace.web.forms.fields import DayField, MoneyField, MonthField, choices_of
from marketplace.web.messages.statements import EXIT_RULES, HOUSEHOLDS

MONTHS_BACK, MONTHS_AHEAD = 36, 12
OLDEST = 120
HOUSEHOLD_FIELDS = (
    "born_on",
    "household_kind",
    "has_children",
    "cost_sharers",
    "youngest_child_month",
)

REGIME_CHOICES = {
    "pot": _l("Thermometer: verdiensten zijn bestemd voor het lid en blijven bij de coöperatie"),
    "set_off": _l("Verrekenen: verdiensten zijn inkomen, de gemeente rekent ze mee"),
    "premium": _l("Premie: als verrekenen, en de gemeente betaalt later een premie"),
    "experiment": _l(
        "Experiment: als verrekenen, en een experiment bepaalt wat het lid mag houden"
    ),
}


def _whole(smallest: int, largest: int) -> list[object]:
    text = _l(
        "Schrijf een heel getal van %(smallest)s tot en met %(largest)s.",
        smallest=smallest,
        largest=largest,
    )
    return [NumberRange(smallest, largest, text)]


class TermsForm(FlaskForm):  # type: ignore[misc]
    """What only some agreements say: exemption r, a decision against exemption, premium, experiment."""

    youngest_child_month = MonthField(
        _l("In welke maand is het jongste kind geboren?"),
        [Optional()],
        description=_l("Alleen voor een alleenstaande ouder. Bijvoorbeeld 3-2018."),
    )
    months_r_used_at_entry = IntegerField(
        _l("Hoeveel maanden is de vrijlating voor alleenstaande ouders al gebruikt?"),
        [Optional(), *_whole(0, 30)],
        description=_l("Volgens de gemeente, vóór de eerste maand van deze afspraak"),
    )
    n_restart_reference = StringField(
        _l("Kenmerk van het besluit waardoor de zes maanden opnieuw beginnen"),
        [Optional(), Length(max=60)],
        description=_l("Alleen als de gemeente dat besloot. Vul dan hierboven 0 in."),
    )
    no_exemption_reference = StringField(
        _l("Kenmerk van het besluit dat de vrijlating niet geldt"),
        [Optional(), Length(max=60)],
        description=_l(
            "Alleen als dat besluit er is. Anders gaat de vrijlating uit de wet altijd voor."
        ),
    )
    premium_percent = IntegerField(
        _l("Welk deel van de verdiensten is de premie?"), [Optional(), *_whole(1, 100)]
    )
    premium_cap = MoneyField(
        _l("Hoogste premie per maand"), [Optional()], description=_l("Leeg: geen hoogste bedrag")
    )
    premium_less_exemption = BooleanField(
        _l("Wat het lid door de vrijlating al mag houden, gaat van de premie af"), default=True
    )
    experiment_percent = IntegerField(
        _l("Welk deel van de verdiensten mag het lid houden?"), [Optional(), *_whole(1, 100)]
    )
    experiment_cap = MoneyField(
        _l("Hoogste bedrag per maand dat het lid mag houden"),
        [Optional()],
        description=_l("Leeg: geen hoogste bedrag"),
    )
    experiment_legal_basis = StringField(
        _l("Waarop rust het experiment?"),
        [Optional(), Length(max=160)],
        description=_l(
            "Het besluit en het artikel, bijvoorbeeld: Participatiewet artikel 83, besluit 12"
        ),
    )
    experiment_last_month = MonthField(
        _l("Tot en met welke maand loopt het experiment?"),
        [Optional()],
        description=_l("Bijvoorbeeld 12-2026. Daarna gelden de gewone regels."),
    )

    def added(self, regime: str, household_kind: str) -> dict[str, Any]:
        """Give what belongs to the regime and the household; what was typed for another is left out."""
        added: dict[str, Any] = {
            "no_exemption_reference": (self.no_exemption_reference.data or "").strip() or None
        }
        if "n_restart_reference" in self:
            added["n_restart_reference"] = (self.n_restart_reference.data or "").strip() or None
        if household_kind == "single_parent":
            added["youngest_child_month"] = self.youngest_child_month.data
            added["months_r_used_at_entry"] = self.months_r_used_at_entry.data or 0
        if regime == "premium":
            added["premium_share"] = _hundredths(self.premium_percent.data)
            added["premium_cap_month_cents"] = self.premium_cap.data
            added["premium_less_exemption"] = self.premium_less_exemption.data
        if regime == "experiment":
            last = self.experiment_last_month.data
            added["experiment_share"] = _hundredths(self.experiment_percent.data)
            added["experiment_cap_cents"] = self.experiment_cap.data
            added["experiment_legal_basis"] = (
                self.experiment_legal_basis.data or ""
            ).strip() or None
            added["experiment_ends_on"] = None if last is None else last.last
        return added


def _hundredths(percent: int | None) -> int | None:
    return None if percent is None else percent * 100


class AgreementForm(TermsForm):
    """What member, cooperative and municipality agreed."""

    valid_from = SelectField(
        _l("Vanaf welke maand?"),
        [InputRequired(_l("Kies een maand."))],
        choices=[],
        description=_l("Een afspraak begint altijd op de eerste dag van de maand"),
    )
    regime = RadioField(
        _l("Hoe gaat het met verdiensten?"),
        [InputRequired(_l("Kies hoe het met verdiensten gaat."))],
        choices=choices_of((code, REGIME_CHOICES[code]) for code in REGIMES_OFFERED),
    )
    decision_reference = StringField(
        _l("Kenmerk van het besluit"),
        [InputRequired(_l("Vul het kenmerk van het besluit in.")), Length(max=60)],
        description=_l("Zoals het op de brief van de gemeente staat, bijvoorbeeld PW-2026-0412"),
    )
    born_on = DayField(
        _l("Geboren op"),
        [InputRequired(_l("Vul de dag van geboorte in."))],
        description=_l("Bijvoorbeeld 5-3-1988. Nodig voor de norm."),
    )
    household_kind = SelectField(
        _l("Hoe woont het lid?"),
        [InputRequired(_l("Kies hoe het lid woont."))],
        choices=choices_of([("", _l("Kies")), *HOUSEHOLDS.items()]),
    )
    has_children = BooleanField(_l("Er wonen kinderen onder de 18 bij"))
    cost_sharers = IntegerField(
        _l("Hoeveel volwassenen delen de kosten?"),
        [InputRequired(_l("Vul een aantal in.")), *_whole(1, MAX_SHARERS)],
        default=1,
        description=_l("Het lid telt mee. Woont het lid alleen, vul dan 1 in."),
    )
    household_origin = StringField(
        _l("Waar komen deze gegevens vandaan?"),
        [InputRequired(_l("Schrijf op waar de gegevens vandaan komen.")), Length(max=120)],
        description=_l("Bijvoorbeeld: besluit van de gemeente van 3 januari 2026"),
    )
    exemption_n_granted = BooleanField(
        _l("De gemeente past de vrijlating van inkomsten toe (artikel 31 lid 2 onder n)")
    )
    months_n_used_at_entry = IntegerField(
        _l("Hoeveel maanden vrijlating zijn al gebruikt?"),
        [InputRequired(_l("Vul een aantal in. Nog geen? Vul 0 in.")), *_whole(0, 36)],
        default=0,
        description=_l("Volgens de gemeente, vóór de eerste maand van deze afspraak"),
    )
    deductions_accepted = BooleanField(
        _l("De gemeente accepteert de afdracht aan opleidingspot en coöperatie als aftrek")
    )
    costs_accepted = BooleanField(_l("De gemeente telt goedgekeurde kosten mee"))
    exit_rule = RadioField(
        _l("Wat gebeurt er met de thermometer als het lid stopt?"),
        [InputRequired(_l("Kies wat er met de thermometer gebeurt."))],
        choices=choices_of((code, EXIT_RULES[code]) for code in EXIT_CODES),
    )
    threshold = MoneyField(
        _l("Eigen grens"),
        [Optional()],
        smallest=0,
        description=_l("Leeg: de grens van de coöperatie"),
    )
    municipality_percent = IntegerField(
        _l("Eigen deel voor de gemeente, boven de grens"),
        [Optional(), *_whole(0, 100)],
        description=_l("Een heel percentage. Leeg: het deel van de coöperatie."),
    )
    period = SelectField(
        _l("Eigen periode voor de grens"),
        choices=choices_of(
            [
                ("", _l("Die van de coöperatie")),
                ("calendar_year", _l("Kalenderjaar")),
                ("calendar_month", _l("Kalendermaand")),
            ]
        ),
    )
    hours_per_week = IntegerField(
        _l("Uren per week"),
        [Optional(), *_whole(1, 60)],
        description=_l("Als er een aantal uren is afgesproken"),
    )

    def offer(self, this_month: Month) -> None:
        """Offer the months in which an agreement may begin."""
        months = list(this_month.shift(-MONTHS_BACK).until(this_month.shift(MONTHS_AHEAD)))
        self.valid_from.choices = choices_of(
            (str(month), format_date(month.first, "LLLL yyyy")) for month in reversed(months)
        )

    def offer_restart(self, *, possible: bool) -> None:
        """Ask for the decision only where the municipality lets the months begin anew."""
        if not possible:
            del self.n_restart_reference

    def suggest(self, this_month: Month, earlier: Sequence[Any], counted: int) -> None:
        """Fill in a month, the household of the agreement before, and the months counted so far."""
        self.valid_from.data = str(this_month.shift(1) if earlier else this_month)
        self.months_n_used_at_entry.data = counted
        for name in HOUSEHOLD_FIELDS if earlier else ():
            self[name].data = getattr(earlier[0], name)

    def validate_born_on(self, field: DayField) -> None:
        """Somebody with a benefit is at least 18, and a year that was mistyped is noticed."""
        if field.data is None or not self.valid_from.data:
            return
        age = age_on(field.data, self._first_day())
        if not 18 <= age < OLDEST:
            raise ValidationError(_("Wie een afspraak maakt is 18 jaar of ouder. Klopt het jaar?"))

    def terms(self) -> Terms:
        """Give what was filled in; call it on a valid form."""
        return Terms(
            valid_from=self._first_day(),
            regime=self.regime.data,
            decision_reference=(self.decision_reference.data or "").strip(),
            born_on=self.born_on.data,
            household_kind=self.household_kind.data,
            has_children=self.has_children.data,
            cost_sharers=self.cost_sharers.data or 1,
            household_origin=(self.household_origin.data or "").strip(),
            exemption_n_granted=self.exemption_n_granted.data,
            months_n_used_at_entry=self.months_n_used_at_entry.data or 0,
            deductions_accepted=self.deductions_accepted.data,
            costs_accepted=self.costs_accepted.data,
            exit_rule=self.exit_rule.data,
            threshold_cents=self.threshold.data,
            period=self.period.data or None,
            municipality_share=_hundredths(self.municipality_percent.data),
            hours_per_week=self.hours_per_week.data,
            **self.added(self.regime.data, self.household_kind.data),
        )

    def _first_day(self) -> dt.date:
        return Month.parse(self.valid_from.data).first
