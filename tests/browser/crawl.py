"""Finds the pages of a role the way a person does: by following links, one page of each kind."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from tests.browser.site import Site

# An id in an address is random, so it holds a capital or a digit; the words of an address do not.
ID = re.compile(r"/(?=[\w-]*[A-Z0-9])[\w-]{12,}")
# A member's reference, a year and the number of a rule stand for a row too.
ROW = re.compile(r"/(C-\d+|20\d\d|p\d+[a-z]?)(?=/|$)")
READ = 8  # pages of one kind that are read for their links
LINK = re.compile(r'<a [^>]*href="([^"]+)"')
NO_PAGE = re.compile(r"^/(static|plaatje|bonnen|healthz|\.well-known)|\.(csv|ics|pdf)$")

# Who looks, where she begins, and what must be among her pages, so that a broken crawl cannot pass.
VISITS = {
    "visitor": (
        None,
        "/",
        {"/aanbod", "/aanbod/…", "/makers/…", "/inloggen", "/aanmelden", "/hoe-het-werkt"},
    ),
    "buyer": (
        "buyer",
        "/bestellingen",
        {
            "/bestellingen/…",
            "/account",
            "/aanvragen/…",
            "/offertes/…",
            "/gezocht/nieuw",
            "/bestellingen/vaker/…",
            "/bestellen/…/vaker",
            "/klachten/…",
            "/klachten/nieuw/…",
        },
    ),
    "member": (
        "anouk",
        "/werk",
        {
            "/werk/klussen",
            "/werk/klussen/…",
            "/werk/aanvragen/…",
            "/werk/bonnen/nieuw",
            "/werk/opgaven/…/vraag",
            "/werk/vaker/…",
            "/werk/klachten/…",
        },
    ),
    "member in set-off": ("nadia", "/werk", {"/werk/opgaven/deze-maand", "/werk/opgaven/…"}),
    "coordinator": (
        "ilse",
        "/balie",
        {
            "/balie/bonnen/…",
            "/balie/leden/…",
            "/balie/boeken",
            "/balie/vragen/…",
            "/balie/klachten/…",
            "/balie/aanvragen/…",
            "/balie/bestellingen/nieuw",
        },
    ),
    "treasurer": (
        "wies",
        "/balie",
        {
            "/balie/uitbetalen",
            "/balie/uitbetalen/…/earnings",
            "/balie/betwist/…",
            "/balie/betaalopdrachten/…",
            "/balie/bank/kas",
        },
    ),
    "officer": ("rob", "/gemeente", {"/gemeente/deelnemers", "/gemeente/opgaven/…"}),
    "operator": (
        "beheer",
        "/beheer/",
        {"/beheer/cooperaties/nieuw", "/beheer/geweigerd", "/beheer/post"},
    ),
}


def kind_of(path: str) -> str:
    """Give the path with its ids taken out: one page of each kind is enough."""
    return ROW.sub("/…", ID.sub("/…", path))


def pages_of(asking: APIRequestContext, site: Site, start: str) -> dict[str, str]:
    """Give the path of one page of each kind that can be reached from `start`; nothing is drawn for it.

    A few of each kind are read for their links: not every order has a complaint.
    """
    found, waiting, read = {kind_of(start): start}, [start], Counter()
    seen = {start}
    while waiting:
        here = site.at(waiting.pop(0))
        answer = asking.get(here)
        assert answer.ok, f"{answer.status} {here}"
        for href in LINK.findall(answer.text()):
            there = urljoin(here, unescape(href))
            path = urlsplit(there).path
            kind = kind_of(path)
            if not there.startswith(site.url) or NO_PAGE.search(path):
                continue
            if read[kind] < READ and path not in seen:
                read[kind] += 1
                seen.add(path)
                found.setdefault(kind, path)
                waiting.append(path)
    return found
