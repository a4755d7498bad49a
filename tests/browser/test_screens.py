"""The pictures in docs/screens, taken again by `make screens`."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PICTURES = {
    "home": (None, "/"),
    "workplace": ("anouk", "/werk"),
    "desk": ("ilse", "/balie"),
    "officer": ("rob", "/gemeente"),
}


@pytest.mark.screens
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PICTURES)
def test_a_screen_is_worth_showing(name, width, page_as, keep_screen):
    who, path = PICTURES[name]
    page = page_as(who, width)
    page.goto(path, wait_until="networkidle")
    expect(page.locator("h1")).to_be_visible()
    keep_screen(page, f"{name}-{width}")
