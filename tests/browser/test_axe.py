"""Every page of every role, found by following links: no faults for axe, nothing that scrolls sideways."""

from __future__ import annotations

import pytest

from tests.browser.crawl import kind_of, pages_of

# Who looks, where she begins, and what must be among her pages, so that a broken crawl cannot pass.
VISITS = {
    "visitor": (None, "/", {"/aanbod", "/aanbod/…", "/inloggen", "/aanmelden", "/hoe-het-werkt"}),
    "buyer": ("buyer", "/bestellingen", {"/bestellingen/…", "/account"}),
    "member": (
        "anouk",
        "/werk",
        {"/werk/klussen", "/werk/klussen/…", "/werk/bonnen/nieuw", "/werk/opgaven/…"},
    ),
    "member in set-off": ("nadia", "/werk", {"/werk/opgaven/deze-maand", "/werk/opgaven/…"}),
    "coordinator": ("ilse", "/balie", {"/balie/bonnen/…", "/balie/leden/…", "/balie/boeken"}),
    "treasurer": ("wies", "/balie", {"/balie/uitbetalen", "/balie/uitbetalen/…/earnings"}),
    "officer": ("rob", "/gemeente", {"/gemeente/deelnemers", "/gemeente/opgaven/…"}),
    "operator": ("beheer", "/beheer/", {"/beheer/cooperaties/nieuw", "/beheer/geweigerd"}),
}
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def looked_at():
    """The pages that an earlier visit showed; those for everybody need one look, not eight."""
    return set()


def look(page, no_axe_faults):
    """All that axe knows at 390 light and at 1280 dark; colours in the other two as well."""
    assert page.evaluate(WIDER) <= 0, f"{page.url} scrolls sideways at 390"
    no_axe_faults(page)
    page.emulate_media(color_scheme="dark")
    no_axe_faults(page, "color-contrast")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate(WIDER) <= 0, f"{page.url} scrolls sideways at 1280"
    no_axe_faults(page)
    page.emulate_media(color_scheme="light")
    no_axe_faults(page, "color-contrast")
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("who", VISITS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    who, market, page_as, no_axe_faults, looked_at
):
    name, start, expected = VISITS[who]
    page = page_as(name, 390)
    kinds = pages_of(page, market, start)
    assert expected <= set(kinds), sorted(kinds)
    for path in [*kinds.values(), "/bestaat-niet"]:
        if kind_of(path) in looked_at and path != start:
            continue
        looked_at.add(kind_of(path))
        page.goto(market.at(path), wait_until="load")
        look(page, no_axe_faults)
