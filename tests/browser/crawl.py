"""Finds the pages of a role the way a person does: by following links, one page of each kind."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.site import Site

# An id in an address is random, so it holds a capital or a digit; the words of an address do not.
ID = re.compile(r"/(?=[\w-]*[A-Z0-9])[\w-]{12,}")
NO_PAGE = re.compile(r"^/(static|plaatje|bonnen|healthz|\.well-known)|\.(csv|pdf)$")

# Who looks, where she begins, and what must be among her pages, so that a broken crawl cannot pass.
VISITS = {
    "visitor": (None, "/", {"/aanbod", "/aanbod/…", "/inloggen", "/aanmelden", "/hoe-het-werkt"}),
    "buyer": ("buyer", "/bestellingen", {"/bestellingen/…", "/account"}),
    "member": (
        "anouk",
        "/werk",
        {"/werk/klussen", "/werk/klussen/…", "/werk/bonnen/nieuw", "/werk/opgaven/…/vraag"},
    ),
    "member in set-off": ("nadia", "/werk", {"/werk/opgaven/deze-maand", "/werk/opgaven/…"}),
    "coordinator": ("ilse", "/balie", {"/balie/bonnen/…", "/balie/leden/…", "/balie/boeken", "/balie/vragen/…"}),
    "treasurer": ("wies", "/balie", {"/balie/uitbetalen", "/balie/uitbetalen/…/earnings"}),
    "officer": ("rob", "/gemeente", {"/gemeente/deelnemers", "/gemeente/opgaven/…"}),
    "operator": ("beheer", "/beheer/", {"/beheer/cooperaties/nieuw", "/beheer/geweigerd"}),
}


def kind_of(path: str) -> str:
    """Give the path with its ids taken out: one page of each kind is enough."""
    return ID.sub("/…", path)


def pages_of(page: Page, site: Site, start: str) -> dict[str, str]:
    """Give the path of one page of each kind that can be reached from `start`."""
    found, waiting = {kind_of(start): start}, [start]
    while waiting:
        page.goto(site.at(waiting.pop(0)), wait_until="domcontentloaded")
        hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        for href in hrefs:
            path = urlsplit(href).path
            kind = kind_of(path)
            if href.startswith(site.url) and kind not in found and not NO_PAGE.search(path):
                found[kind] = path
                waiting.append(path)
    return found
