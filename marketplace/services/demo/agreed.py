"""What is agreed with the people of the demo; everything in it is made up and says so."""

from __future__ import annotations

import datetime as dt

from marketplace.domain.calendar import Month
from marketplace.services.demo.cast import Player
from marketplace.services.membership.agreements import Terms


def terms_of(player: Player, start: dt.date) -> Terms:
    """Give the agreement of a player from the month of a day on."""
    premium, experiment = player.premium, player.experiment
    return Terms(
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
        premium_share=premium.get("share"),
        premium_cap_month_cents=premium.get("cap_month_cents"),
        experiment_share=experiment.get("share"),
        experiment_cap_cents=experiment.get("cap_cents"),
        experiment_legal_basis=experiment.get("legal_basis"),
        experiment_ends_on=Month.of(start).shift(experiment["months"]).last if experiment else None,
    )
