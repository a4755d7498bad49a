"""The bar under the thumb: each role reaches its whole menu at a phone's width, by touch and by keys."""

from __future__ import annotations

import pytest

from marketplace.web.menu import MENUS
from tests.browser.crawl import VISITS

WORKERS = ("member", "coordinator", "treasurer", "officer", "operator")
# What a finger cannot reach: outside the screen, or wider than its own tab.
OUT_OF_REACH = """
() => [...document.querySelectorAll('.sm-nav__link')].filter(one => one.offsetParent).filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth || box.bottom > innerHeight
        || one.scrollWidth > one.clientWidth;
}).map(one => one.textContent)
"""
BAR = "nav[aria-label=Hoofdmenu]"


@pytest.mark.parametrize("who", WORKERS)
@pytest.mark.parametrize("width", [320, 390])
def test_every_tab_stands_on_the_screen_whole(page_as, who, width):
    name, start, _expected = VISITS[who]
    page = page_as(name, width, javascript=False)
    page.goto(start)
    assert page.evaluate(OUT_OF_REACH) == []
    shown = page.locator(f"{BAR} .sm-nav__link:visible")
    assert shown.count() == min(len(MENUS[who]), 5)


def test_large_letters_make_a_second_row_and_nothing_falls_off(page_as):
    page = page_as("wies", 390)
    page.goto("/balie")
    page.evaluate("() => document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate(OUT_OF_REACH) == []


@pytest.mark.parametrize("dark", [False, True])
def test_what_does_not_fit_unfolds_above_the_bar_by_keys_alone(page_as, no_axe_faults, dark):
    page = page_as("wies", 390, dark=dark)
    page.goto("/balie")
    more = page.locator(f"{BAR} summary")
    assert more.get_attribute("aria-current") is None
    more.focus()
    page.keyboard.press("Enter")
    rest = page.locator(f"{BAR} .sm-pop__choice")
    assert rest.all_inner_texts() == ["Leden", "Potten", "Boeken"]
    for one in rest.all():
        box = one.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= more.bounding_box()["y"]
        assert box["height"] >= 44
    no_axe_faults(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/balie/potten")
    assert more.get_attribute("aria-current") == "true"
    assert page.locator(f"{BAR} [aria-current=page]:not(:visible)").count() == 2, "folded away"


def test_without_a_script_it_unfolds_too(page_as):
    page = page_as("wies", 390, javascript=False)
    page.goto("/balie")
    page.locator(f"{BAR} summary").click()
    with page.expect_navigation():
        page.locator(f"{BAR} .sm-pop__choice", has_text="Boeken").click()
    assert page.url.endswith("/balie/boeken")


def test_where_there_is_room_all_stand_in_a_row(page_as):
    page = page_as("wies", 1280)
    page.goto("/balie")
    links = page.locator(f"{BAR} a:visible")
    assert links.count() == len(MENUS["treasurer"])
    assert {round(one.bounding_box()["y"]) for one in links.all()} == {
        round(links.first.bounding_box()["y"])
    }
    assert not page.locator(f"{BAR} summary").is_visible()
