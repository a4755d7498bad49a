"""Statements in a browser: a nil month is one tap, a line that is not right is a few words."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from marketplace import context
from tests.books.factories import at
from tests.browser.conftest import press
from tests.browser.test_axe import look
from tests.statements.months import close
from tests.statements.pages import make_world
from tests.web.people_pages import PASSWORD


def test_a_nil_month_is_one_tap_and_a_line_can_be_asked_about(site, page_at, no_axe_faults):
    make_world(site.app)
    site.day.instant = dt.datetime(2026, 2, 7, 10, 0, tzinfo=dt.UTC)
    with site.app.app_context(), context.transaction() as session:
        close(session, "2026-01", at("2026-02-01"))
    page = page_at(390)
    page.goto(site.at("/inloggen"))
    page.get_by_label("E-mailadres").fill("member@example.nl")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/inloggen" not in url)

    page.goto(site.at("/werk/opgaven"))
    nil, sold = page.locator("main .sm-signoff__who a").evaluate_all("all => all.map(a => a.href)")
    page.goto(f"{nil}/niets")
    look(page, no_axe_faults)
    press(page, "Niets verdiend, klopt")
    expect(page.get_by_text("Je opgave is bevestigd.")).to_be_visible()

    page.goto(sold)
    page.locator(".sm-line__label", has_text="Een dag in de tuin").click()
    page.get_by_role("link", name="Dit klopt niet").click()
    page.get_by_label("Wat klopt er niet?").fill("Dat was een halve dag.")
    press(page, "Stel je vraag")
    page.get_by_label("Hoeveel uur heb je gewerkt?").fill("3,1")
    press(page, "Bewaar")
    look(page, no_axe_faults)
    page.get_by_label("Hoeveel uur heb je gewerkt?").fill("3,25")
    press(page, "Bewaar")
    press(page, "Ik bevestig, mijn vraag blijft open")
    expect(page.get_by_text("Je schreef op: 3,25 uur.")).to_be_visible()
    look(page, no_axe_faults)
