"""The closed lists of codes that the engine can give; a sentence for each stands with the web."""

from __future__ import annotations

PERSON_LINES = frozenset(
    {
        "exempt_n",
        "exempt_n_months",
        "exempt_n_aow",
        "exempt_r",
        "exempt_r_months",
        "exempt_y",
        "exempt_z",
        "exempt_z_months",
        "exempt_aa",
        "exempt_decision",
        "exempt_34a",
        "exempt_experiment",
        "exempt_override",
        "exempt_cap",
        "exempt_none_no_income",
        "exempt_none_under_27",
        "exempt_none_months_used",
        "exempt_none_override",
        "exempt_none_above_norm",
        "income_work",
        "less_exempt",
        "spend_work",
    }
)
HOUSEHOLD_LINES = frozenset(
    {
        "income_paid_out",
        "spend_paid_out",
        "pot_kept",
        "norm_table",
        "norm_cost_sharers",
        "norm_given",
        "less_other",
        "less_set_off",
        "less_carried",
        "benefit_floor",
        "spend_benefit",
        "spend_other",
        "premium_share",
        "premium_cap",
        "premium_less_exemption",
        "premium_floor",
        "premium_year",
        "premium_none_no_terms",
        "premium_none_under_27",
    }
)
FORMULAS = frozenset(
    {
        "share_of_income",
        "cap",
        "nothing",
        "as_given",
        "less",
        "above_before",
        "information",
        "table",
        "cost_sharers",
        "cost_sharers_couple",
        "not_below_zero",
        "carried",
    }
)
WARNINGS = frozenset(
    {
        "uncertain_value",
        "beyond_review",
        "above_norm_choice",
        "above_norm_stops",
        "cost_sharers_ignored",
        "partner_assumed",
        "aow_age_assumed",
        "negative_income",
        "override_not_tolerated",
        "tolerated_under_27",
        "premium_no_terms",
        "premium_under_27",
        "premium_year_reached",
    }
)
