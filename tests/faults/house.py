"""The market as it runs in production, but for two things: Stripe stands on this machine, and time goes faster.

gunicorn and the worker start it as they start `wsgi`; `nursery.py` loads it once for all of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import stripe  # noqa: F401 loaded once, before anybody forks

from marketplace.app import create_app, embedded_gateways
from marketplace.gateways.stripe import Account, Stripe
from marketplace.settings import Settings
from tests.faults.hours import Hours

settings = Settings.from_environment()
address = os.environ["LOCAL_STRIPE"]
accounts = {
    name: Account(*keys, address, (1.0, 4.0)) for name, keys in settings.stripe_keys.items()
}
app = create_app(
    settings,
    replace(embedded_gateways(settings), payments=Stripe(accounts)),
    Hours(Path(os.environ["VAR_DIR"])).now,
)
