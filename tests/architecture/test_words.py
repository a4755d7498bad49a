"""Every word on a screen can be translated, and every refusal has its sentence."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment, nodes

import marketplace
from marketplace.domain.errors import Forbidden, NotFound, Refused
from tests.architecture.sources import PACKAGE, name_of, python_files, templates, tree

NAMES = {"Scharrelmarkt", "INDICATIE", "iDEAL", "EUPL", "CSV", "KOR"}  # the same in every language
SPOKEN = {"alt", "title", "placeholder", "aria-label", "label", "summary"}
GETTEXT = {"_", "_l", "_n", "gettext", "ngettext", "pgettext", "lazy_gettext", "lazy_ngettext"}
SUBMIT = ("type", "submit")
LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z][a-zà-ü]+[ ,.!?]|[a-zà-ü] [a-zà-ü].*[.!?]$")
ATTRIBUTE = re.compile(r"[\w:-]+=\"[^\"]*\"")  # of a tag that ends in two branches of an if
HOLES = re.compile(r"{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{{.*?}}|{%.*?%}", re.DOTALL)


class RawWords(HTMLParser):
    """Gathers the words of a page that no gettext call gave."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in {"script", "style"}
        for name, value in attrs:
            if name in SPOKEN or (name == "value" and tag == "input" and SUBMIT in attrs):
                self.handle_data(value or "")

    def handle_endtag(self, tag):
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self._silent:
            self.found += [
                word for word in LETTERS.findall(ATTRIBUTE.sub("", data)) if word not in NAMES
            ]


def raw_words(source: str) -> list[str]:
    parser = RawWords()
    parser.feed(HOLES.sub(" ", source))
    parser.close()
    return parser.found


def raw_sentences(source: str) -> list[str]:
    """Give the sentences that stand as plain strings in a template's expressions."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    whole = environment.parse(source)
    translated = {
        id(constant)
        for call in whole.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for constant in call.find_all(nodes.Const)
    }
    return [
        constant.value
        for constant in whole.find_all(nodes.Const)
        if isinstance(constant.value, str)
        and id(constant) not in translated
        and SENTENCE.search(constant.value)
    ]


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_a_template_speaks_through_gettext(path):
    source = path.read_text(encoding="utf-8")
    assert raw_words(source) + raw_sentences(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Goede morgen</p>", ["Goede", "morgen"]),
        ('<img alt="Een kip">', ["Een", "kip"]),
        ('<input type="submit" value="Opslaan">', ["Opslaan"]),
        ('{{ button("Betaal nu") }}', ["Betaal nu"]),
        ('<p>{{ _("Goede morgen") }} {% trans %}dag{% endtrans %} {# hier niet #}</p>', []),
        ('<p class="card is-wide">{{ price|euro }}</p><script src="a.js"></script>', []),
        ('{{ button(_("Betaal nu"), class="button button--wide") }}', []),
    ],
)
def test_a_word_outside_gettext_is_found(source, found):
    assert raw_words(source) + raw_sentences(source) == found


def test_a_template_has_no_inline_script_or_style():
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    faults = [name_of(path) for path in templates() if inline.search(path.read_text())]
    assert faults == []


def spoken_outside_gettext(path) -> list[str]:
    """Give sentences in Python that no gettext call takes; docstrings and developers' errors may."""
    quiet: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        own = getattr(getattr(node, "func", None), "id", None)
        if own in GETTEXT or isinstance(node, ast.Raise):
            quiet |= {id(inner) for inner in ast.walk(node)}
    return [
        f"{name_of(path)}:{node.lineno} {node.value!r}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in quiet
        and SENTENCE.search(node.value)
    ]


def test_the_web_speaks_through_gettext():
    found = [
        fault for path in python_files("marketplace/web") for fault in spoken_outside_gettext(path)
    ]
    assert found == []


def refusals() -> list[type[Exception]]:
    """Give every refusal of the house, whichever file it stands in."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "marketplace."):
        if module.name.split(".")[1] in {"domain", "services", "gateways", "models"}:
            importlib.import_module(module.name)

    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    found = below(Refused) | below(NotFound) | below(Forbidden)
    own = [kind for kind in found if kind.__module__.startswith(f"{marketplace.__name__}.")]
    return sorted(own, key=lambda kind: kind.__qualname__)


def test_every_refusal_has_a_code_and_a_sentence():
    from marketplace.web.messages import SENTENCES

    assert [kind.__qualname__ for kind in refusals() if kind.code not in SENTENCES] == []


def test_no_two_refusals_share_a_code():
    codes = [kind.code for kind in refusals()]
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


def test_no_sentence_is_left_of_a_refusal_that_is_gone():
    from marketplace.web.messages import SENTENCES

    assert set(SENTENCES) - {kind.code for kind in refusals()} == set()
