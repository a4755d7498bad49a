"""What flask --app wsgi rules diff prints: values with their days, or members' months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from marketplace.domain.earnings.rulediff import rule_changes, value_changes

if TYPE_CHECKING:
    from marketplace.domain.earnings.rulebook import Rulebook
    from marketplace.services.months.rulechanges import Changed

_ROW = "{:<20} {:<8} {:>12} {:>12} {:>12}"


def values(old: Rulebook, new: Rulebook) -> bool:
    """Print each value and each provision that differs; tells whether there was any."""
    changed, provisions = value_changes(old, new), rule_changes(old, new)
    for one in changed:
        until = "" if one.until is None else str(one.until)
        click.echo(f"{one.id}  {one.since}..{until}  {_told(one.before)} -> {_told(one.after)}")
    for two in provisions:
        click.echo(f"{two.id}.{two.field}  {_told(two.before)} -> {_told(two.after)}")
    return bool(changed or provisions)


def members(old: Rulebook, new: Rulebook) -> bool:
    """Print each member's month that comes out otherwise, a batch at a time; tells whether there was any.

    What operators confirmed holds under both, for as far as each knows the pending law.
    """
    from marketplace import context
    from marketplace.services.months import rulechanges
    from marketplace.services.months.rulebook import rulebook_in_force, with_confirmations

    looked, found, after = 0, 0, 0
    while True:
        with context.parts().database.session(writes=False) as session:
            confirmed = list(rulebook_in_force(session).confirmations.values())
            done = rulechanges.between(
                session,
                old=with_confirmations(old, confirmed),
                new=with_confirmations(new, confirmed),
                now=context.now(),
                after=after,
            )
        if done.changed and not found:
            click.echo(_ROW.format("reference", "month", "exempt", "set_off", "benefit"))
        for one in done.changed:
            click.echo(_row(one))
        looked, found = looked + done.members, found + len(done.changed)
        if done.next_after is None:
            break
        after = done.next_after
    click.echo(f"{looked} members, {found} months change", err=True)
    return bool(found)


def _row(one: Changed) -> str:
    if one.refused is not None:
        return f"{one.reference:<20} {one.month!s:<8} refused: {one.refused}"
    amounts = (one.exempt_cents, one.set_off_cents, one.benefit_cents)
    return _ROW.format(one.reference, str(one.month), *(_euros(cents) for cents in amounts))


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else "+" if cents else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _told(value: str | None) -> str:
    return "(none)" if value is None else value
