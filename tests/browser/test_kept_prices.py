"""What one keeps of a price, live in the form of an offer, and without JavaScript by its button."""

from __future__ import annotations

import pytest

from marketplace.gateways.passwords import hasher
from tests.books import factories
from tests.browser.test_axe import look
from tests.services import market as markets
from tests.web.house import open_house
from tests.web.people_pages import PASSWORD

MEMBER = "anouk@example.nl"
PAGES = (
    "/werk",
    "/werk/aanbod",
    "/werk/klussen",
    "/werk/klussen?lijst=waiting",
    "/werk/wat-houd-ik-over?prijs=121",
    "/werk/opgaven/deze-maand",
)


def sign_in(page, site) -> None:
    page.goto(site.at("/inloggen"))
    page.get_by_label("E-mailadres").fill(MEMBER)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/inloggen" not in url)


def busy(site) -> None:
    """A member who sold in three whole months, has one job accepted and one asked."""
    house = open_house(site.app)
    with house.writing() as session:
        seller = session.merge(house.market.seller)
        seller.email, seller.password_hash = MEMBER, hasher("cheap").hash(PASSWORD)
        for month in ("2025-10", "2025-11", "2025-12"):
            when = factories.at(f"{month}-10")
            factories.sell(session, house.market.member, gross_cents=24_200, now=when)
        markets.accepted(session, house.market, now=site.day.instant)
        markets.place(session, house.market, house.market.service, now=site.day.instant)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_box_follows_the_price_while_one_types(site, page_at, no_axe_faults, width):
    busy(site)
    page = page_at(width)
    sign_in(page, site)
    page.goto(site.at("/werk/aanbod/nieuw"))
    box = page.locator("#houd-over")
    assert box.inner_text() == ""
    page.get_by_label("Prijs").press_sequentially("121")
    box.locator(".sm-keep").wait_for()
    assert "85,00" in box.inner_text()
    look(page, no_axe_faults)
    page.get_by_label("Laag tarief").check()
    box.get_by_text("94,36").wait_for()
    page.get_by_label("Titel").fill("Ramen wassen")
    page.get_by_role("button", name="Reken uit wat je overhoudt").click()
    page.wait_for_url("**#houd-over")
    assert page.get_by_label("Titel").input_value() == "Ramen wassen"
    assert "94,36" in box.inner_text()
    for path in PAGES:
        page.goto(site.at(path))
        look(page, no_axe_faults)
