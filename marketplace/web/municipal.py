"""What a municipality chose, in words: above the lines of a statement, at receipts, hours and agreements."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from marketplace.domain.earnings.profile import AcceptedCost
from marketplace.domain.municipal.hours import Beside
from marketplace.services.months.profiles import Choice, titles_of
from marketplace.services.months.statements import Told
from marketplace.web.explain import certainty_text, percent_of
from marketplace.web.formats import euro, month, quantity
from marketplace.web.messages import municipal as words
from marketplace.web.regimes import Note


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice as it is told: what it is about, what it means, and what backs it."""

    title: str
    text: str
    chips: tuple[str, ...]


def notes_of(told: Told) -> list[Note]:
    """Give what the municipality's choices mean for a month, for those that act in it."""
    notes: list[Note] = []
    restart = told.inputs.get("n_restart")
    if restart:
        reason = str(words.RESTARTS[restart["ground"]])
        title = _("De maanden met vrijlating begonnen opnieuw")
        notes.append(
            Note(title, f"{reason} {_('Besluit %(reference)s.', reference=restart['reference'])}")
        )
    left = told.outcome.get("surplus_cents", 0)
    if left:
        notes.append(_left_over(told, left))
    return notes


def _left_over(told: Told, left: int) -> Note:
    title = _("Er kwam %(amount)s boven de norm uit", amount=euro(left))
    if told.month.number == 12:
        text = _(
            "Het jaar is voorbij, dus dit telt niet mee in een volgende maand. "
            "De gemeente kijkt ernaar bij de jaarafrekening."
        )
    else:
        text = _(
            "Jouw gemeente telt dit mee in de maanden die dit jaar nog komen, tot het op is. "
            "Je uitkering is dan lager. Je hoeft nu niets terug te betalen."
        )
    return Note(title, text)


def hours_note(counted: Beside | None, told: Told, *, officer: bool = False) -> Note | None:
    """Give the notice about hours over the ceiling; None where they are within it."""
    if counted is None or not counted.over:
        return None
    title = _("Meer uren dan de gemeente aanhoudt")
    facts = {
        "limit": limit_text(counted),
        "worked": quantity(counted.worked_quarters * 25),
        "ceiling": quantity(counted.limit_quarters * 25),
        "over": quantity(counted.over_quarters * 25),
        "month": month(told.month),
        "year": str(told.month.year),
    }
    in_year = counted.limit.per == "year"
    return Note(title, str(words.HOURS[(officer, in_year)]) % facts)


def limit_text(counted: Beside) -> str:
    """Give a ceiling as people say it: 20 uur per week."""
    hours = quantity(int(counted.limit.hours * 100))
    return str(words.LIMITS[counted.limit.per]) % {"hours": hours}


def cost_text(cost: AcceptedCost) -> str:
    """Give what counts of one kind of cost."""
    said = []
    if cost.business_share != Fraction(1):
        said.append(
            _("%(share)s telt mee, het deel voor je werk", share=percent_of(cost.business_share))
        )
    if cost.cap_month_cents is not None:
        said.append(_("hoogstens %(amount)s per maand", amount=euro(cost.cap_month_cents)))
    if cost.cap_year_cents is not None:
        said.append(_("hoogstens %(amount)s per jaar", amount=euro(cost.cap_year_cents)))
    if cost.prior_approval:
        said.append(_("alleen als de gemeente het vóór het kopen goedvindt"))
    return ", ".join(said) or _("telt helemaal mee")


def chosen(choices: list[Choice]) -> list[Chosen]:
    """Give the choices of a municipality as lines, each with its sources."""
    lines: list[Chosen] = []
    for one in choices:
        text = words.CHOICES.get((one.key, one.value))
        if text is None:
            text = words.FREE[one.key]
        chips: tuple[str, ...] = (_("keuze van de gemeente"),)
        if one.source:
            sure = _("zekerheid: %(word)s", word=certainty_text("medium"))
            chips = (_("de gewone keuze"), *titles_of(one.source), sure)
        shown = {"value": _value(one), "costs": _costs(one)}
        lines.append(Chosen(str(words.KEYS[one.key]), str(text) % shown, chips))
    return lines


def _value(one: Choice) -> str:
    for unit, word in words.UNITS.items():
        if one.value.endswith(unit):
            return one.value.removesuffix(unit).replace(".", ",") + str(word)
    return one.value


def _costs(one: Choice) -> str:
    return "; ".join(f"{cost.name}: {cost_text(cost)}" for cost in one.costs)
