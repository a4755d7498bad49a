"""Every page can be read in English: the switch stands on it, leads back to it, and no heading stays Dutch."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.browser.conftest import buyer_of, press, sign_in
from tests.browser.crawl import VISITS

CATALOGUE = Path(__file__).resolve().parents[2] / "translations/en/LC_MESSAGES/messages.po"
LETTER = re.compile(r"[^\W\d_]")
HOLE = re.compile(r"%\\?\(\w+\\?\)[sd]")


@cache
def dutch() -> re.Pattern[str]:
    """All that is said in Dutch and otherwise in English; names may stand where the holes are."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    said = set()
    for message in catalogue:
        if not message.id:
            continue
        several = isinstance(message.id, tuple)
        ours = message.id if several else (message.id,)
        theirs = message.string if several else (message.string,)
        said |= {
            text
            for text in ours
            if text not in theirs and len(LETTER.findall(HOLE.sub("", text))) > 2
        }
    return re.compile("|".join(HOLE.sub(".+", re.escape(text)) for text in sorted(said)))


def test_dutch_headings_are_known_when_they_are_seen():
    assert dutch().fullmatch("Nieuwe vragen")
    assert dutch().fullmatch("Dag Anouk")
    assert not dutch().fullmatch("New requests")


@pytest.fixture(scope="module")
def read_before():
    """The pages that an earlier visit read; those for everybody are read once."""
    return set()


@pytest.mark.parametrize("who", VISITS)
def test_the_switch_works_on_every_page_and_no_heading_stays_dutch(
    who, demo_site, paths_for, page_at, read_before
):
    name = VISITS[who][0]
    paths = {kind: path for kind, path in paths_for(who).items() if kind not in read_before}
    read_before.update(paths)
    page = page_at(390, javascript=False, base_url=demo_site.url)
    if name is not None:
        sign_in(page, demo_site, buyer_of(demo_site) if name == "buyer" else name)
    spoken = {"nl": "English", "en": "Nederlands"}
    for path in paths.values():
        page.goto(path, wait_until="domcontentloaded")
        here = page.url  # the sign-in page, where a visitor must sign in first
        before = page.locator("html").get_attribute("lang")
        headings = in_english(page) if before == "en" else []
        press(page, spoken[before], within=page.locator("footer"))
        assert page.url == here, "the switch leads elsewhere"
        after = page.locator("html").get_attribute("lang")
        assert {before, after} == {"nl", "en"}
        headings += in_english(page) if after == "en" else []
        assert headings, path
        assert [text for text in headings if dutch().fullmatch(text)] == [], path


def in_english(page):
    return [text.strip() for text in page.locator("h1, main h2").all_inner_texts()]
