"""Every page of every role, found by following links: no faults for axe, nothing that scrolls sideways."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.gateways.paylinks import PayLink, PayLinks
from marketplace.models.orders import Order
from marketplace.models.people import Person
from tests.browser.conftest import press
from tests.browser.crawl import VISITS, kind_of

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def looked_at():
    """The pages that an earlier visit showed; those for everybody need one look, not eight."""
    return set()


def look(page, no_axe_faults):
    """All that axe knows: at 390 light and dark, where the bar of tabs is, and at 1280 dark."""
    assert page.evaluate(WIDER) <= 0, f"{page.url} scrolls sideways at 390"
    no_axe_faults(page)
    page.emulate_media(color_scheme="dark")
    no_axe_faults(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate(WIDER) <= 0, f"{page.url} scrolls sideways at 1280"
    no_axe_faults(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("who", VISITS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    who, paths_for, page_as, no_axe_faults, looked_at
):
    name, start, expected = VISITS[who]
    page, kinds = page_as(name, 390), paths_for(who)
    assert expected <= set(kinds), sorted(kinds)
    for kind, path in kinds.items():
        if kind not in looked_at or kind == kind_of(start):
            looked_at.add(kind)
            page.goto(path, wait_until="load")
            look(page, no_axe_faults)


def test_the_page_that_is_not_there_is_as_good_as_the_others(page_as, no_axe_faults):
    page = page_as(None, 390)
    page.goto("/bestaat-niet")
    look(page, no_axe_faults)


def test_a_form_with_faults_is_as_good_as_one_without(page_as, no_axe_faults):
    page = page_as("anouk", 390)
    page.goto("/werk/bonnen/nieuw")
    press(page, "Lever de bon in")
    assert page.get_by_role("alert").count() == 1
    look(page, no_axe_faults)


def test_the_page_to_pay_without_signing_in_is_as_good(page_as, market, no_axe_faults):
    with market.app.app_context(), context.transaction() as session:
        order, buyer = session.execute(
            select(Order, Person.public_id)
            .join(Order.buyer)
            .where(Order.payment_state == "awaiting", Order.due_at > context.now())
            .limit(1)
        ).one()
        link = PayLink(order.public_id, buyer, order.due_at)
    page = page_as(None, 390)
    for token in (PayLinks(market.app.config["SECRET_KEY"]).make(link), "onzin"):
        for act in ("", "/terug"):
            page.goto(f"/betalen/{token}{act}")
            look(page, no_axe_faults)
