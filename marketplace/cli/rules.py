"""flask --app wsgi rules: look a value up, check that the rules are sound, and compare two sets of rules.

Only `diff --members` needs the database.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.earnings.rulebook import DatedValue
from marketplace.domain.earnings.rulecheck import RuleFault, rule_faults
from marketplace.domain.errors import Refused
from marketplace.gateways.rulefiles import (
    RULES,
    RuleFileFault,
    load_municipalities,
    load_rulebook,
)
from marketplace.web.messages import sentence

group = AppGroup("rules", help="The dated rules: values with their sources.")

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@group.command("value")
@click.argument("parameter_id", metavar="ID")
@click.option("--on", required=True, type=_DAY, help="The day, as 2026-01-01.")
def value_command(parameter_id: str, on: dt.datetime) -> None:
    """Give one value with its article, sources and certainty as JSON."""
    try:
        found = load_rulebook().value(parameter_id, on.date())
    except Refused as fault:
        with force_locale("nl"):
            click.echo(sentence(fault), err=True)
        sys.exit(2)
    sys.stdout.buffer.write(
        json.dumps(_shown(found), ensure_ascii=False, indent=2).encode() + b"\n"
    )


@group.command("check")
@click.option(
    "--on", type=_DAY, help="The day on which to look whether a review is due; default today."
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=RULES,
    help="The folder of the rules.",
)
def check_command(on: dt.datetime | None, folder: Path) -> None:
    """Check sources, overlaps, gaps, identities and municipal files; exit code 1 when something is wrong."""
    today = on.date() if on else day_in_amsterdam(dt.datetime.now(dt.UTC))
    with force_locale("nl"):
        sys.exit(_check(folder, today))


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@group.command("diff")
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
@click.option("--members", is_flag=True, help="Compute the months of every member under both.")
def diff_command(old: Path, new: Path, members: bool) -> None:  # noqa: FBT001 click's own
    """Say what two folders with rules say differently: exit code 0 nothing, 1 something, 2 not readable.

    With --members it prints, by reference and month, what changes in exempt, set off and benefit
    (new less old, in euros), and the exit code tells whether any member's month changes.
    """
    from marketplace.cli import rulediff

    try:
        before, after = load_rulebook(old.resolve()), load_rulebook(new.resolve())
    except RuleFileFault as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
    differs = rulediff.members(before, after) if members else rulediff.values(before, after)
    sys.exit(1 if differs else 0)


def _check(folder: Path, today: dt.date) -> int:
    try:
        rulebook = load_rulebook(folder)
        municipalities = load_municipalities(folder)
    except RuleFileFault as fault:
        click.echo(str(fault), err=True)
        return 1
    if today > rulebook.review_by:
        text = _(
            "Let op: de regels moesten voor %(day)s opnieuw worden bekeken.", day=rulebook.review_by
        )
        click.echo(text, err=True)
    faults = rule_faults(rulebook)
    for one in faults:
        click.echo(f"{one.id}: {_told(one)}", err=True)
    if faults:
        return 1
    text = _(
        "De regels kloppen: %(parameters)s bedragen en delen, %(municipalities)s gemeenten.",
        parameters=len(rulebook.parameters),
        municipalities=len(municipalities),
    )
    click.echo(text)
    return 0


def _told(fault: RuleFault) -> str:
    sentences = {
        "no_source": _("er staat geen bron bij"),
        "unknown_source": _("de bron %(detail)s kennen we niet", detail=fault.detail),
        "unknown_certainty": _("de zekerheid %(detail)s kennen we niet", detail=fault.detail),
        "no_reason": _(
            "vanaf %(detail)s is er geen bedrag en staat er geen reden", detail=fault.detail
        ),
        "overlap": _("vanaf %(detail)s gelden er twee bedragen", detail=fault.detail),
        "gap": _("vanaf %(detail)s is er geen bedrag en staat er geen reden", detail=fault.detail),
        "unknown_parameter": _(
            "de regel verwijst naar %(detail)s, en die is er niet", detail=fault.detail
        ),
        "identity": _("de som klopt niet op %(detail)s", detail=fault.detail),
    }
    return str(sentences[fault.code])


def _shown(value: DatedValue) -> dict[str, object]:
    return {
        "id": value.id,
        "value": value.value,
        "unit": value.unit,
        "article": value.article,
        "source": list(value.source),
        "certainty": value.certainty,
    }
