"""A real Chromium for the tests in this folder, and a market for it to walk through."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from marketplace import context
from marketplace.services.people.demo_people import DOMAIN, PASSWORD, demo_signins
from tests import chromium
from tests.browser.crawl import VISITS, pages_of
from tests.browser.site import Site, serve

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
SHORT = "--members 8 --buyers 6 --months 2"
YEAR = "--members 12 --buyers 40 --months 12"
AXE = Axe()
HEIGHTS = {390: 844, 768: 1024, 1280: 900}
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


def keeps_screens() -> bool:
    """Whether `make screens` asks for pictures."""
    return bool(os.environ.get("KEEP_SCREENS"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each page gets a profile of its own."""
    path = chromium.find()
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """An empty market for one test."""
    path = tmp_path / "market.sqlite"
    shutil.copyfile(sqlite_template, path)
    with serve(f"sqlite:///{path}", tmp_path / "var") as running:
        yield running


@pytest.fixture(scope="session")
def demo_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two months of life until 15 January 2026, or a year where pictures are kept."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "market.sqlite"
    shutil.copyfile(sqlite_template, path)
    with serve(f"sqlite:///{path}", folder / "var") as running:
        words = f"demo load {YEAR if keeps_screens() else SHORT} --seed 7 --until 2026-01"
        done = running.app.test_cli_runner().invoke(args=words.split())
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def market(demo_database: Path) -> Iterator[Site]:
    """The demo market for tests that only look around."""
    with serve(f"sqlite:///{demo_database / 'market.sqlite'}", demo_database / "var") as running:
        yield running


@pytest.fixture
def demo_site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    """The demo market; what a test does in it is gone afterwards."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_database, folder)
    with serve(f"sqlite:///{folder / 'market.sqlite'}", folder / "var") as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(browser: Browser, market: Site) -> Callable[[str | None], Any]:
    """Sign in to the demo market once per person; gives what a profile starts with: `signed_in("anouk")`."""

    @cache
    def state(name: str | None) -> Any:
        if name is None:
            return {}
        profile = browser.new_context(java_script_enabled=False, locale="nl-NL")
        profile.set_default_timeout(30_000)
        page = profile.new_page()
        sign_in(page, market, buyer_of(market) if name == "buyer" else name)
        kept = profile.storage_state()
        profile.close()
        return {"storage_state": kept}

    return state


def buyer_of(site: Site) -> str:
    """Give the name before the at-sign of the buyer whose sign-in the demo shows: she has something to pay."""
    with site.app.app_context(), context.transaction() as session:
        emails = [one.email for one in demo_signins(session) if one.role == "buyer"]
    return emails[0].removesuffix(DOMAIN)


def press(page, name, within=None):
    """Press a button and wait for the page that comes: another person's page is asked for next."""
    with page.expect_navigation():
        (within or page).get_by_role("button", name=name).first.click()


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in by the form, without a mouse."""
    page.goto(site.at("/inloggen"))
    page.get_by_label("E-mailadres").fill(f"{name}{DOMAIN}")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/inloggen" not in url)


@pytest.fixture
def scriptless() -> list[Page]:
    """The pages that were opened without JavaScript."""
    return []


@pytest.fixture
def page_at(browser: Browser, scriptless: list[Page]) -> Iterator[Callable[..., Page]]:
    """Open a page of a width: `page_at(390)`, `page_at(1280, dark=True, javascript=False)`.

    At the end no page may have complained: no broken script, nothing that the policy stopped.
    """
    profiles, complaints = [], []

    def listen(message: ConsoleMessage) -> None:
        # that an answer is a 404 or a 422 is for the test to judge
        if message.type == "error" and "the server responded with a status" not in message.text:
            complaints.append(f"{message.text} ({message.location})")

    def broken(answer: Response) -> list[str]:
        # 503 is an answer that a test may ask for; any other of these is ours to mend
        return [f"{answer.status} {answer.url}"] if answer.status in {500, 502, 504} else []

    def open_page(width: int, *, dark: bool = False, javascript: bool = True, **more: Any) -> Page:
        profile = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=more.pop("locale", "nl-NL"),
            reduced_motion="reduce",
            **more,
        )
        profile.set_default_timeout(30_000)
        profiles.append(profile)
        page = profile.new_page()
        scriptless.extend([] if javascript else [page])
        page.on("console", listen)
        page.on("response", lambda answer: complaints.extend(broken(answer)))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        return page

    yield open_page
    for profile in profiles:
        profile.close()
    assert complaints == []


@pytest.fixture(scope="session")
def paths_for(
    browser: Browser, market: Site, signed_in: Callable[[str | None], Any]
) -> Callable[[str], dict[str, str]]:
    """Give a path of each kind of page that somebody of VISITS can reach: `paths_for("officer")`."""

    @cache
    def paths(who: str) -> dict[str, str]:
        name, start, _expected = VISITS[who]
        profile = browser.new_context(locale="nl-NL", **signed_in(name))
        found = pages_of(profile.request, market, start)
        profile.close()
        return found

    return paths


@pytest.fixture
def page_as(
    market: Site, page_at: Callable[..., Page], signed_in: Callable[[str | None], Any]
) -> Callable[..., Page]:
    """Open a page for somebody of the demo market: `page_as("anouk", 390)`, then `page.goto("/werk")`."""
    return lambda name, width, **more: page_at(
        width, base_url=market.url, **signed_in(name), **more
    )


@pytest.fixture
def no_axe_faults(scriptless: list[Page]) -> Callable[..., None]:
    """Fail when axe finds anything on a page that a person would stumble over.

    `no_axe_faults(page)`, or with the names of the rules that are enough: `(page, "color-contrast")`.
    axe is a script itself: a page opened without JavaScript is refused, it would wait for ever.
    """

    def look(page: Page, *rules: str) -> None:
        assert page not in scriptless, "open this page with JavaScript: axe needs it"
        options = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE.axe_script)
        found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
        faults = [
            f"{fault['id']}: {fault['help']}: {node['target']}"
            for fault in found
            for node in fault["nodes"]
        ]
        assert faults == [], "\n".join([page.url, *faults])

    return look


@pytest.fixture
def keep_screen() -> Callable[[Page, str], None]:
    """Keep a picture of the page in docs/screens, when `make screens` asks for it."""

    def keep(page: Page, name: str) -> None:
        if keeps_screens():
            SCREENS.mkdir(parents=True, exist_ok=True)
            # As high as the page: else the bar at the foot of the screen would stand in its middle.
            width = page.evaluate("() => innerWidth")
            height = page.evaluate("() => document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
            taken = page.screenshot(animations="disabled")
            with Image.open(io.BytesIO(taken)) as picture:
                # Flat colours and drawings: 192 of them are enough, and a third of the bytes.
                small = picture.convert("RGB").quantize(192, dither=Image.Dither.NONE)
                small.save(SCREENS / f"{name}.png", optimize=True)

    return keep
