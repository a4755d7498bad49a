"""Stripe for tests: the local one, or with STRIPE_TEST_KEY also Stripe's own test mode."""

from __future__ import annotations

import os

import pytest

from marketplace.gateways.stripe import Account, Stripe
from tests.stripe import fake


@pytest.fixture
def local():
    with fake.running() as running:
        yield running


@pytest.fixture
def gateway(local):
    return Stripe({"": Account(fake.KEY, fake.SECRET, local.address, (1.0, 2.0))})


@pytest.fixture(params=["local", "test_mode"])
def either(request):
    """What needs no buyer runs against both."""
    if request.param == "local":
        return request.getfixturevalue("gateway")
    key = os.environ.get("STRIPE_TEST_KEY", "")
    if not key.startswith(("sk_test_", "rk_test_")):
        pytest.skip("STRIPE_TEST_KEY is not set: only the local Stripe is asked")
    return Stripe({"": Account(key, "whsec_unused")})
