"""Commands about places."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace import context


@click.group("places")
def group() -> None:
    """Places with coordinates, to find what is near."""


@group.command("load")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@with_appcontext
def load(file: Path | None) -> None:
    """Load FILE (name,lat,lon with a heading); without one the Dutch places that come along."""
    from marketplace.gateways.placefiles import DUTCH_PLACES, BadPlaceFile, read
    from marketplace.services.market import places

    try:
        with context.transaction() as session:
            number = places.load(session, read(file or DUTCH_PLACES))
    except BadPlaceFile as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{number} places")
