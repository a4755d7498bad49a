"""Each refusal can be told apart: a code of its own finds its sentence."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from marketplace import domain
from marketplace.domain.baskets import MOST_LINES, BasketFull
from marketplace.domain.errors import Refused


def refusals(kind: type[Refused] = Refused) -> list[type[Refused]]:
    found = []
    for one in kind.__subclasses__():
        found += [one, *refusals(one)]
    return [one for one in found if one.__module__.startswith("marketplace.domain.")]


@pytest.fixture(scope="module", autouse=True)
def _whole_domain():
    for module in pkgutil.walk_packages(domain.__path__, "marketplace.domain."):
        importlib.import_module(module.name)


def test_no_two_refusals_share_a_code_and_none_is_nameless():
    codes = [one.code for one in refusals()]
    assert len(codes) > 50
    assert "refused" not in codes
    assert sorted(set(codes)) == sorted(codes)


def test_each_refusal_says_in_the_code_why_it_says_no():
    assert [one.__name__ for one in refusals() if not one.__doc__] == []


def test_a_refusal_carries_the_facts_of_its_sentence():
    refused = BasketFull(most=MOST_LINES)
    assert (str(refused), refused.facts) == ("basket_full", {"most": 20})
