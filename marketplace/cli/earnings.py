"""flask --app wsgi earnings assess: one month, or a list of months, as JSON; needs no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.cli.caseinput import Faults, read_case
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.assessment import Assessment, as_dict
from marketplace.domain.earnings.case import Case
from marketplace.domain.earnings.household import NoNormForChildren
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.errors import Refused
from marketplace.gateways.rulefiles import load_profile_keys, load_rulebook
from marketplace.web.explain import formula_text, line_text, warning_text
from marketplace.web.messages import sentence

group = AppGroup("earnings", help="Compute what earnings beside bijstand change.")


@group.command("assess")
@click.option(
    "--case",
    "source",
    required=True,
    help="A JSON file with one case or a list; - is standard input.",
)
def assess_command(source: str) -> None:
    """Assess each case; with any fault nothing is answered, and each fault is told with its place."""
    with force_locale("nl"):
        faults = Faults()
        answer = _answer(source, faults)
    if faults.found:
        # bytes, so that it is UTF-8 whatever the terminal is set to
        sys.stderr.buffer.write("".join(map(_line, faults.found)).encode("utf-8", "replace"))
        sys.exit(2)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, indent=2).encode() + b"\n")


def _line(fault: tuple[str, str]) -> str:
    """Give a fault as one line, also where a key or a word of the input holds line ends."""
    place, text = (
        "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in part)
        for part in (fault[0], " ".join(fault[1].split()))
    )
    return f"{place}: {text}\n"


def _answer(source: str, faults: Faults) -> Any:
    raw = _read(source, faults)
    if faults.found:
        return None
    cases = raw if isinstance(raw, list) else [raw]
    places = [f"[{number}]" for number in range(len(cases))] if isinstance(raw, list) else [""]
    outcomes = _assess_all(cases, places, faults)
    return outcomes if isinstance(raw, list) or faults.found else outcomes[0]


def _read(source: str, faults: Faults) -> Any:
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return json.loads(content.decode("utf-8"))
    except OSError as fault:
        faults.add("$", _("Dit bestand kunnen we niet lezen: %(why)s.", why=fault.strerror))
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        faults.add("$", _("Dit is geen JSON in UTF-8: %(why)s.", why=str(fault)))
    return None


def _assess_all(raw: Sequence[Any], places: Sequence[str], faults: Faults) -> list[dict[str, Any]]:
    rulebook, keys = load_rulebook(), load_profile_keys()
    outcomes = []
    for one, place in zip(raw, places, strict=True):
        before = len(faults.found)
        case = read_case(one, place, keys, faults)
        _check_early(case, place, rulebook, faults)
        if len(faults.found) == before:
            outcomes += _assessed(case, place, rulebook, faults)
    return outcomes


def _check_early(case: Case, place: str, rulebook: Rulebook, faults: Faults) -> None:
    if case.month.first < rulebook.covers_from and None in (case.norm_cents, case.override):
        text = _("Voor 2023-01 is er geen tabel. Geef dan norm_cents en override allebei.")
        faults.add(_inside(place, "month"), text)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _assessed(case: Case, place: str, rulebook: Rulebook, faults: Faults) -> list[dict[str, Any]]:
    try:
        return [_told(assess(case, rulebook))]
    except NoNormForChildren as fault:
        faults.add(_inside(place, "person.age"), sentence(fault))
    except Refused as fault:
        faults.add(_inside(place, "month"), sentence(fault))
    return []


def _told(assessment: Assessment) -> dict[str, Any]:
    """Give the answer of the command: the stored form, with sentences in the place of codes' params."""
    answer = as_dict(assessment)
    for person in answer["persons"]:
        del person["income_cents"]
    answer["lines"] = [
        {
            "group": line.group,
            "code": line.code,
            "text": line_text(line),
            "amount_cents": line.amount_cents,
            "formula": formula_text(line),
            "article": line.article,
            "source": list(line.source),
            "certainty": line.certainty,
        }
        for line in assessment.lines
    ]
    answer["warnings"] = [
        {"code": one.code, "text": warning_text(one)} for one in assessment.warnings
    ]
    return answer
