"""A statement as a document: the same lines and words as its page, put in order for the PDF's template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _

from marketplace.gateways import pdf
from marketplace.services.months.officers import OfficerPage
from marketplace.services.months.statements import Page, Told
from marketplace.web import municipal
from marketplace.web import told as lines
from marketplace.web.formats import euro, moment, month, quantity, signed_euro
from marketplace.web.messages.statements import REGIMES

Section = dict[str, Any]


def own(found: Page, *, name: str, reference: str, now: dt.datetime) -> Response:
    """Give the member's statement: every job, cost and line, and the proof of sending."""
    who = [(_("Naam"), name), (_("Kenmerk"), reference)]
    sections = [
        *_summary(found.told, officer=False),
        _lines(_("Verkocht"), lines.steps_in(found.told, "turnover")),
        _lines(_("Zo is het verdeeld"), lines.steps_in(found.told, "division")),
        _lines(_("Telt niet mee als kosten"), lines.left_out(found.told)),
    ]
    return _answer(found, who, sections, now)


def minimal(found: OfficerPage, *, now: dt.datetime) -> Response:
    """Give the municipality's version: the reference and no name, jobs and receipts as sums."""
    told = found.page.told
    sections = [
        *_summary(told, officer=True),
        _lines(_("Verkoop en verdeling"), lines.steps_without_customers(told)),
    ]
    who = [(_("Kenmerk"), found.reference)]
    return _answer(found.page, who, sections, now, officer=True)


def _answer(
    found: Page,
    who: list[tuple[str, str]],
    sections: list[Section],
    now: dt.datetime,
    *,
    officer: bool = False,
) -> Response:
    told = found.told
    title = _("Opgave van %(month)s", month=month(told.month))
    data = {
        "lang": str(get_locale() or "nl"),
        "title": title,
        "author": "Scharrelmarkt",
        "label": _("INDICATIE"),
        "note": _(
            "Dit is een berekening, geen besluit. Alleen het college beslist over de uitkering."
        ),
        "notices": _notices(found, officer=officer),
        "sections": [
            one
            for one in (
                _about(found, who),
                *sections,
                *_assessed(told),
                *_changes(told),
                *_come(told),
                _asking(found),
                _proof(found),
            )
            if one["lines"] or one["paragraphs"]
        ],
        "footer": _("%(title)s, kenmerk %(reference)s", title=title, reference=who[-1][1]),
    }
    made_at = found.statement.confirmed_at or now
    answer = Response(pdf.render("statement", data, made_at=made_at), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="opgave-{told.month}.pdf"'
    return answer


def _notices(found: Page, *, officer: bool) -> list[str]:
    said = []
    if found.statement.digest is None:
        said.append(_("Deze opgave is nog niet bevestigd. De bedragen kunnen nog veranderen."))
    if found.told.provisional:
        said.append(
            _(
                "Een deel van de regels is nog niet nagekeken voor deze maand. De bedragen kunnen nog veranderen."
            )
        )
    note = municipal.hours_note(found.hours, found.told, officer=officer)
    return [*said, note.text] if note else said


def _about(found: Page, who: list[tuple[str, str]]) -> Section:
    regime = found.told.regime
    facts = [
        *who,
        (_("Gemeente"), found.municipality.name),
        (_("Maand"), month(found.told.month)),
        (_("Afspraak"), str(REGIMES.get(regime, regime))),
        (_("Besluit"), found.told.inputs["agreement"]["reference"]),
    ]
    if found.statement.worked_quarters is not None:
        facts.append((_("Gewerkte uren"), quantity(found.statement.worked_quarters * 25)))
    heads = (_("Gegeven"), _("Inhoud"))
    return _section(_("Over deze opgave"), [_line(*fact) for fact in facts], heads=heads)


def _summary(told: Told, *, officer: bool) -> list[Section]:
    f = told.figures
    if told.regime == "pot":
        first = _("In de thermometer") if officer else _("In jouw thermometer")
        rows = [
            _line(first, euro(f["member_cents"]), strong=True),
            _line(_("Gaat naar de gemeente"), euro(f["municipality_cents"])),
        ]
    else:
        first = _("Houdt het lid over") if officer else _("Dit houd je over")
        note = _("Meer dan zonder dit werk, voor de belasting.")
        reduction = _(
            "Verdiend: %(income)s. Daarvan telt %(exempt)s niet mee.",
            income=euro(f["income_cents"]),
            exempt=euro(f["exempt_cents"]),
        )
        rows = [
            _line(first, euro(lines.gain_of(told)), note, strong=True),
            _line(_("Gaat van de uitkering af"), euro(f["benefit_reduction_cents"]), reduction),
        ]
    norm = _("De norm is %(norm)s.", norm=euro(f["norm_cents"]))
    rows.append(_line(_("Uitkering"), euro(f["benefit_cents"]), norm))
    notes = lines.notes_of(told, officer=officer)
    said = [_section(str(note.title), paragraphs=[str(note.text)]) for note in notes]
    return [_section(_("In het kort"), rows), *said]


def _assessed(told: Told) -> list[Section]:
    # In the pot there is no income, so nothing of it can be exempt.
    groups = [
        one for one in lines.groups_of(told) if told.regime != "pot" or one.code != "exemption"
    ]
    found = [
        _section(
            one.title, [*map(_shown, one.lines), _line(_("Totaal"), euro(one.cents), strong=True)]
        )
        for one in groups
    ]
    return [*found, _section(_("Goed om te weten"), paragraphs=lines.warnings_of(told))]


def _changes(told: Told) -> list[Section]:
    return [
        _section(
            _("Verschil over %(month)s", month=month(change.month)),
            [_line(label, signed_euro(cents)) for label, cents in change.figures],
            paragraphs=[
                change.reason,
                _("Wat eerder is opgestuurd, blijft staan. Hier staat het verschil."),
            ],
        )
        for change in lines.changes_of(told)
    ]


def _come(told: Told) -> list[Section]:
    total, kept = told.figures["to_spend_cents"], told.outcome["reserved"]
    rows = [_line(_("Samen, voor de belasting"), euro(total), strong=True)]
    if kept:
        cents = kept["amount_cents"]
        label = _("Daarvan bewaart de gemeente als vakantietoeslag tot juni")
        rows += [
            _line(label, euro(cents), backing=kept["article"]),
            _line(_("Komt over deze maand"), euro(total - cents), strong=True),
        ]
    if told.regime == "pot":
        said = [_("Wat in de thermometer staat, telt hier niet mee.")]
    else:
        said = [_("Belasting en zorgbijdrage komen later. Houd daar rekening mee.")]
    if kept:
        said.append(
            _(
                "Het deel voor de vakantietoeslag is onzeker: gemeenten rekenen verschillend (%(article)s).",
                article=kept["article"],
            )
        )
    return [_section(_("Wat komt wanneer?"), rows, paragraphs=said)]


def _asking(found: Page) -> Section:
    own_town = found.municipality
    ways = ", ".join(filter(None, (own_town.contact_email, own_town.contact_phone)))
    return _section(
        _("Vragen of bezwaar"),
        paragraphs=[
            _(
                "Vragen over de uitkering: gemeente %(name)s, %(ways)s.",
                name=own_town.name,
                ways=ways,
            ),
            _(
                "De gemeente stuurt een besluit. Ben je het daar niet mee eens? "
                "Dan kun je binnen zes weken bezwaar maken. Dat kost niets."
            ),
        ],
    )


def _proof(found: Page) -> Section:
    statement = found.statement
    if statement.digest is None:
        return _section(_("Bewijs"))
    said = [_("Bevestigd op %(moment)s.", moment=moment(statement.confirmed_at))]
    if statement.signed_off_at:
        said.append(
            _("Afgetekend door de gemeente op %(moment)s.", moment=moment(statement.signed_off_at))
        )
    said.append(_("Met dit controlegetal kan iedereen nagaan dat er niets aan veranderd is:"))
    return _section(_("Bewijs"), paragraphs=said, code=statement.digest)


def _lines(title: str, found: Iterable[lines.Shown]) -> Section:
    return _section(title, [_shown(one) for one in found])


def _shown(one: lines.Shown) -> Section:
    return _line(one.label, euro(one.cents), one.reason, " · ".join(one.chips), strong=one.result)


def _line(
    label: str, amount: str, reason: str = "", backing: str = "", *, strong: bool = False
) -> Section:
    return {
        "label": label,
        "amount": amount,
        "reason": reason,
        "backing": backing,
        "strong": strong,
    }


def _section(
    title: str,
    rows: Sequence[Section] = (),
    *,
    paragraphs: Sequence[str] = (),
    heads: tuple[str, str] | None = None,
    code: str = "",
) -> Section:
    return {
        "title": title,
        "lines": list(rows),
        "paragraphs": list(paragraphs),
        "heads": heads or (_("Regel"), _("Bedrag")),
        "code": code,
    }
