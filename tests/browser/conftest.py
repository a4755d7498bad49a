"""A real Chromium for the tests in this folder, and a market for it to walk through."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests import chromium
from tests.browser.site import Site, serve

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
HEIGHTS = {390: 844, 768: 1024, 1280: 900}


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
    """A database with a year of life until January 2026; nobody opens it, tests get copies."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "market.sqlite"
    shutil.copyfile(sqlite_template, path)
    with serve(f"sqlite:///{path}", folder / "var") as running:
        words = "demo load --members 12 --buyers 40 --months 12 --seed 7 --until 2026-01"
        done = running.app.test_cli_runner().invoke(args=words.split())
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def demo_site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    """The demo market; what a test does in it is gone afterwards."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_database, folder)
    with serve(f"sqlite:///{folder / 'market.sqlite'}", folder / "var") as running:
        yield running


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
        profile.set_default_timeout(10_000)
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


@pytest.fixture
def no_axe_faults(scriptless: list[Page]) -> Callable[[Page], None]:
    """Fail when axe finds anything on a page that a person would stumble over.

    axe is a script itself: a page opened without JavaScript is refused, it would wait for ever.
    """

    def look(page: Page) -> None:
        assert page not in scriptless, "open this page with JavaScript: axe needs it"
        found = Axe().run(page).response["violations"]
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
        if os.environ.get("KEEP_SCREENS"):
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"{name}.png", animations="disabled")

    return keep
