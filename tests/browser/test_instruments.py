"""The instruments of these tests can fail: axe finds what is planted, and so does the page's ear."""

from __future__ import annotations

import pytest

GOOD = '<!doctype html><html lang="nl"><title>Proef</title><main><h1>Proef</h1></main></html>'


def test_axe_finds_a_picture_without_words(page_at, no_axe_faults):
    page = page_at(390)
    page.set_content(GOOD)
    no_axe_faults(page)
    page.set_content(
        GOOD.replace("</main>", '<img src="data:image/gif;base64,R0lGODlhAQAB"></main>')
    )
    with pytest.raises(AssertionError, match="image-alt"):
        no_axe_faults(page)


def test_axe_is_not_asked_where_it_cannot_run(page_at, no_axe_faults):
    with pytest.raises(AssertionError, match="axe needs it"):
        no_axe_faults(page_at(390, javascript=False))


def test_the_browser_reaches_no_stranger(page_at):
    from playwright.sync_api import Error

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page_at(390).goto("http://example.org/")


def test_the_market_answers(site, page_at):
    answer = page_at(390).goto(site.at("/healthz"))
    assert answer.status == 200
