"""What a statement says about a premium or an experiment: what comes later, and what it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.services.months.statements import Told
from marketplace.web.formats import day, euro


@dataclass(frozen=True, slots=True)
class Note:
    """One notice on a statement."""

    title: str
    text: str


def notes_of(told: Told, *, officer: bool = False) -> list[Note]:
    """Give the notices of a month, for the member or for the municipality; other regimes have none."""
    if told.regime == "premium":
        return [_premium(told, officer=officer)]
    if told.regime == "experiment" and told.inputs.get("experiment"):
        return [_experiment(told)]
    return []


def _premium(told: Told, *, officer: bool) -> Note:
    cents = told.figures.get("premium_cents", 0)
    title = _("Premie van de gemeente: later, niet nu")
    if not cents:
        return Note(title, _("Over deze maand is er geen premie."))
    amount = euro(cents)
    if officer:
        text = _(
            "De gemeente betaalt over deze maand later %(amount)s premie. "
            "Dat bedrag telt niet mee in de uitkering van deze maand.",
            amount=amount,
        )
    else:
        text = _(
            "Over deze maand komt er %(amount)s premie bij. De gemeente betaalt die later, "
            "niet nu. Het bedrag zit daarom niet in wat je deze maand hebt.",
            amount=amount,
        )
    return Note(title, text)


def _experiment(told: Told) -> Note:
    held = told.inputs["experiment"]
    last = day(dt.date.fromisoformat(held["ends_on"]))
    title = _("Experiment")
    if not held["holds"]:
        return Note(
            title,
            _(
                "Het experiment liep tot en met %(day)s. In deze maand gelden de gewone regels.",
                day=last,
            ),
        )
    if told.outcome["assessment"]["exemption"] not in {None, "experiment"}:
        text = _(
            "Het experiment rust op: %(basis)s. Het loopt tot en met %(day)s. "
            "In deze maand gaat de vrijlating uit de wet voor.",
            basis=held["legal_basis"],
            day=last,
        )
    else:
        text = _(
            "Het experiment rust op: %(basis)s. Het loopt tot en met %(day)s.",
            basis=held["legal_basis"],
            day=last,
        )
    return Note(title, text)
