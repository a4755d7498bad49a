"""Every kind of mail in both languages: whole, without a hole, with a link that leads somewhere."""

from __future__ import annotations

import ast
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from marketplace.gateways.mailhtml import page_of
from marketplace.gateways.mailtexts import TEXTS, render
from marketplace.gateways.mailtexts.base import LANGUAGES
from marketplace.settings import ROOT
from marketplace.web.messages.mails import MAIL_WORDS
from tests.mails.examples import EXAMPLES

BASE = "https://markt.example.nl"
EVERY = [(kind, locale) for kind in sorted(TEXTS) for locale in LANGUAGES]
HOLE = re.compile(r"%\(|%s|\{\w*\}|\bNone\b|\[\]")
STANDS_ALONE = {"meta", "br"}
MAIL_TAGS = STANDS_ALONE | {"html", "head", "title", "style", "body", "p", "a"}


class Structure(HTMLParser):
    """Reads a page and finds what is not closed, not allowed in a mail, or links without words."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.count: dict[str, int] = {}
        self.lang = ""
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        told = dict(attrs)
        if tag not in MAIL_TAGS:
            self.faults.append(f"a mail has no {tag}")
        if tag == "html":
            self.lang = told.get("lang", "")
        if tag == "a":
            self.links.append((told.get("href", ""), ""))
        if tag not in STANDS_ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed and was not open")

    def handle_data(self, data):
        if self.open and self.open[-1] == "a":
            self.links[-1] = (self.links[-1][0], data)
        if "body" in self.open:
            self.text += data


def read(page: str) -> Structure:
    found = Structure()
    found.feed(page)
    found.close()
    return found


def as_written(kind: str, locale: str) -> tuple[str, str]:
    return render(kind, locale, EXAMPLES[kind] | {"name": "Anouk"}, BASE)


def test_every_kind_has_an_example_and_words_for_who_sees_the_list():
    assert sorted(EXAMPLES) == sorted(TEXTS), "tests/mails/examples.py"
    assert sorted(MAIL_WORDS) == sorted(TEXTS), "marketplace/web/messages/mails.py"


@pytest.mark.parametrize(("kind", "locale"), EVERY)
def test_a_mail_has_a_subject_and_text_without_a_hole(kind, locale):
    subject, text = as_written(kind, locale)
    assert 5 <= len(subject) <= 120
    assert HOLE.search(subject + text) is None
    assert text.startswith("Hallo Anouk," if locale == "nl" else "Hello Anouk,")
    assert BASE in text, "a mail leads back to the market"


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_a_mail_is_another_one_in_english(kind):
    dutch, english = (as_written(kind, locale)[1] for locale in LANGUAGES)
    assert dutch.split("\n\n")[1] != english.split("\n\n")[1]


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_a_mail_that_lacks_a_fact_cannot_be_written(kind):
    said = TEXTS[kind].subject + TEXTS[kind].body
    for fact in set(re.findall(r"%\((\w+)\)s", said)):
        facts = {key: value for key, value in EXAMPLES[kind].items() if key != fact}
        with pytest.raises(KeyError):
            render(kind, "nl", facts, BASE)


@pytest.mark.parametrize(("kind", "locale"), EVERY)
def test_the_page_of_a_mail_is_whole_and_says_the_same(kind, locale):
    subject, text = as_written(kind, locale)
    page = page_of(subject, text, locale=locale)
    found = read(page)
    assert page.startswith("<!doctype html>")
    assert (found.faults, found.open, found.lang) == ([], [], locale)
    assert found.count["title"] == 1
    assert f"<title>{subject}</title>" in unescape(page)
    assert found.count["p"] == len([block for block in text.split("\n\n") if block.strip()])
    assert found.links
    assert all(href == words for href, words in found.links)
    assert found.text.split() == text.split()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_link_of_a_mail_is_a_page(app, kind):
    links = {
        href for href, _words in read(page_of("x", as_written(kind, "nl")[1], locale="nl")).links
    }
    assert [link for link in links if not leads_somewhere(app, link.removeprefix(BASE))] == []


@pytest.mark.sqlite_only
def test_every_path_that_a_service_puts_into_a_mail_is_a_page(app):
    paths = {
        path
        for file in sorted((ROOT / "marketplace" / "services").rglob("*.py"))
        for path in paths_in(file.read_text(encoding="utf-8"))
    }
    assert len(paths) > 8
    assert [path for path in sorted(paths) if not leads_somewhere(app, path)] == []


def test_a_broken_page_is_found():
    assert read("<html><body><p>x</body></html>").faults
    assert read("<html><body><script>x</script></body></html>").faults


def leads_somewhere(app, path: str) -> bool:
    try:
        app.url_map.bind("markt.example.nl").match(path.partition("?")[0], method="GET")
    except (NotFound, MethodNotAllowed):
        return False
    return True


def paths_in(source: str) -> set[str]:
    """The addresses in dictionaries under a key that mails write as a link; what is filled in is an x."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            named = isinstance(key, ast.Constant) and str(key.value).endswith("path")
            if named and isinstance(value, ast.JoinedStr | ast.Constant):
                found.add(as_path(value))
    return {path for path in found if path.startswith("/")}


def as_path(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
