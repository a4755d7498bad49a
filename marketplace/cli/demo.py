"""The demo: a year of life in an empty database, and who can sign in there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup, with_appcontext

from marketplace import context
from marketplace.domain.calendar import Month, day_in_amsterdam

if TYPE_CHECKING:
    from marketplace.services.demo.load import Wish

group = AppGroup("demo", help="Made-up people and a year of their books.")
LARGEST_MONTHS = 35


class MonthText(click.ParamType[Month]):
    """A month as 2026-01."""

    name = "YYYY-MM"

    def convert(
        self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """Read a month; anything else stops with what it should be."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError:
            self.fail(f"{value!r} is no month; write it as 2026-01", param, ctx)


@group.command("load")
@click.option("--members", default=12, type=click.IntRange(1, 500), show_default=True)
@click.option("--buyers", default=40, type=click.IntRange(1, 500), show_default=True)
@click.option("--months", default=12, type=click.IntRange(1, LARGEST_MONTHS), show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--until", type=MonthText(), help="The last month; default: the current one.")
@with_appcontext
def load_command(members: int, buyers: int, months: int, seed: int, until: Month | None) -> None:
    """Load the demo into an empty database, in demo mode only."""
    from marketplace.services.demo.load import Wish

    if not context.settings().demo:
        raise click.ClickException("The demo loads in demo mode only (MODE=demo).")
    this_month = Month.of(day_in_amsterdam(context.now()))
    last = until or this_month
    if last > this_month or last.shift(1 - months) < Month(2023, 1):
        raise click.ClickException(
            "The demo's months lie between 2023-01 (where the rules begin) and the current month."
        )
    if not load_wish(Wish(members, buyers, months, seed, last)):
        raise click.ClickException(
            "The demo loads only into an empty database; this one has people."
        )


def load_if_empty() -> bool:
    """Load the usual demo when nobody is there yet; tells whether it did."""
    from marketplace.services.demo.load import Wish

    return load_wish(Wish(12, 40, 12, 7, Month.of(day_in_amsterdam(context.now()))))


def load_wish(wish: Wish) -> bool:
    """Load a demo in one transaction; False when somebody lives in the database already."""
    from marketplace.gateways.passwords import hasher
    from marketplace.gateways.placefiles import DUTCH_PLACES, read
    from marketplace.gateways.testbank import TestBank
    from marketplace.services.demo import load

    bank = context.gateways().payments
    if not isinstance(bank, TestBank):
        raise click.ClickException("The demo pays at the test bank; another provider is set.")
    with bank.kept_open(), context.transaction() as session:
        if not load.is_empty(session):
            return False
        # The bank keeps a file of its own: a load that was broken off left its payments there.
        bank.forget()
        click.echo("De demo wordt geleefd, maand voor maand:", nl=False)
        counted = load.load(
            session,
            wish=wish,
            bank=bank,
            passwords=hasher(context.settings().argon2_cost),
            receipt_file=_receipt(),
            spots=read(DUTCH_PLACES),
            now=context.now(),
            tell=lambda month: click.echo(f" {month}", nl=False),
        )
    click.echo("")
    sales = counted.get("confirm", 0)
    click.echo(f"Klaar: {counted.get('request', 0)} vragen, {sales} klussen afgerond.")
    return True


def _receipt() -> str:
    """Draw the one receipt of the demo, and keep it as an upload would be kept."""
    from PIL import Image, ImageDraw

    paper = Image.new("RGB", (600, 800), "#fffdf6")
    pen = ImageDraw.Draw(paper)
    for number, text in enumerate(
        ("VOORBEELD", "Bouwmarkt De Demo", "materiaal", "btw 21 %", "totaal")
    ):
        pen.text((60, 80 + 90 * number), text, fill="#1b2a21", font_size=40)
    pen.line((60, 620, 540, 620), fill="#1b2a21", width=3)
    out = io.BytesIO()
    paper.save(out, "WEBP")
    return context.gateways().storage.keep("receipts", "webp", out.getvalue())


@group.command("signins")
@with_appcontext
def signins() -> None:
    """Print who can sign in to the demo."""
    print_signins()


def print_signins() -> None:
    """Print one line per sign-in, with the password that all share."""
    from marketplace.services.people.demo_people import PASSWORD, demo_signins

    with context.transaction() as session:
        rows = demo_signins(session)
    for row in rows:
        click.echo(f"  {row.role:<14} {row.name:<12} {row.email}")
    if rows:
        click.echo(f"  wachtwoord: {PASSWORD}")
