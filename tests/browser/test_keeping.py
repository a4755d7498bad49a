"""Wat houd ik over? in a browser: live where there is JavaScript, one press away where there is none."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PAGE = "/werk/wat-houd-ik-over"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("who", ["anouk", "nadia"])
def test_a_price_is_worked_out_while_you_fill_it_in(who, page_as, no_axe_faults):
    page = page_as(who, 390)
    page.goto(PAGE)
    page.get_by_label("Prijs").fill("726")
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="Zo wordt € 726,00 verdeeld")).to_be_visible()
    expect(page.get_by_role("textbox", name=re.compile("^Kosten"))).to_be_focused()
    page.keyboard.type("96,80")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="€ 96,80")).to_be_visible()
    assert "prijs=726" in page.url
    no_axe_faults(page)
    assert page.evaluate(WIDER) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    no_axe_faults(page)


def test_what_cannot_be_read_is_said_beside_the_field_while_you_go_on(page_as, no_axe_faults):
    page = page_as("anouk", 390)
    page.goto(PAGE)
    page.get_by_label("Prijs").fill("veel")
    page.keyboard.press("Tab")
    expect(page.locator("#prijs-error")).to_contain_text("Schrijf een bedrag in euro's.")
    expect(page.get_by_label("Prijs")).to_have_value("veel")
    no_axe_faults(page)
    page.get_by_label("Prijs").fill("100")
    page.keyboard.press("Tab")
    expect(page.locator("#prijs-error")).to_have_count(0)


def test_without_javascript_one_press_does_the_same(page_as):
    page = page_as("nadia", 1280, javascript=False)
    page.goto("/werk")
    page.get_by_role("link", name="Reken het uit").click()
    page.get_by_label("Prijs").fill("726")
    page.get_by_role("button", name="Reken het uit").click()
    expect(page.get_by_role("heading", name="Zo wordt € 726,00 verdeeld")).to_be_visible()
    expect(page.get_by_text("Zoals het nu is")).to_be_visible()
