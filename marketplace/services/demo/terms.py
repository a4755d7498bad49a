"""The agreements of the demo's members; everything in them is made up, and their references say so."""

from __future__ import annotations

import datetime as dt

from marketplace.domain.calendar import Month
from marketplace.services.demo.cast import Player
from marketplace.services.membership import agreements

EXPERIMENT_MONTHS = 23  # two years, the last month included


def terms_of(player: Player, start: dt.date) -> agreements.Terms:
    """Give the agreement of a player; everything in it is made up."""
    first = Month.of(start)
    return agreements.Terms(
        valid_from=start.replace(day=1),
        regime=player.regime,
        decision_reference=f"DEMO-{player.mail.upper()}",
        born_on=player.born_on,
        household_kind=player.household,
        has_children=player.household == "single_parent",
        cost_sharers=2 if player.household == "couple" else 1,
        household_origin="opgave van het lid, demo",
        exemption_n_granted=player.regime != "pot",
        months_n_used_at_entry=player.months_used,
        deductions_accepted=True,
        costs_accepted=True,
        exit_rule="to_reserve",
        hours_per_week=20,
        experiment_ends_on=first.shift(EXPERIMENT_MONTHS).last
        if player.regime == "experiment"
        else None,
        **player.agreed,
    )
