"""The statement as a PDF: tagged, with a title and a language, the member's whole, the municipality's minimum."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from marketplace.gateways import pdf
from tests.conftest import NOW
from tests.statements.pages import make_world
from tests.statements.test_pages import confirm, the_statement
from tests.web.query_count import MOST, counted


@pytest.fixture
def world(app):
    return make_world(app)


def read(answer) -> PdfReader:
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    return PdfReader(io.BytesIO(answer.get_data()))


def text_of(reader: PdfReader) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ").split()
    )


def tags_of(reader: PdfReader) -> set[str]:
    """Give the kinds of elements in the tree that a screen reader walks."""
    found: set[str] = set()

    def walk(node) -> None:
        node = node.get_object()
        if isinstance(node, DictionaryObject):
            if "/S" in node:
                found.add(str(node["/S"]))
            walk(node.get("/K", DictionaryObject()))
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def own(world, language: str | None = None) -> PdfReader:
    browser = world.client("member")
    if language:
        with browser.session_transaction() as cookie:
            cookie["lang"] = language
    return read(browser.get(f"/werk/opgaven/{the_statement(world).public_id}/opgave.pdf"))


def test_the_pdf_is_tagged_and_has_a_title_and_a_language(world):
    reader = own(world)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("nl")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Opgave van december 2025"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= tags_of(reader)


def test_the_members_pdf_says_what_the_page_says(world):
    confirm(world)
    text = text_of(own(world))
    for words in (
        "INDICATIE",
        "Nadia",
        "W-0001",
        "Een dag in de tuin",
        "Potgrond bij Karim",
        "PW 31.2.n",
        "zekerheid:",
        "€ 110,50",
        "€ 331,50",
        "bezwaar",
        "werk@example.nl",
        "Bevestigd op 15 januari 2026 11:00",
        the_statement(world).digest,
    ):
        assert words in text, (words, text)


def test_a_statement_that_nobody_confirmed_says_so_and_has_no_proof(world):
    text = text_of(own(world))
    assert "nog niet bevestigd" in text
    assert "controlegetal" not in text


def test_the_english_pdf_names_its_language(world):
    reader = own(world, "en")
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    assert reader.metadata.title == "Statement for December 2025"


def test_the_officers_pdf_has_amounts_and_no_names_and_no_customers(world):
    path = f"/gemeente/opgaven/{the_statement(world).public_id}/opgave.pdf"
    browser = world.client("officer")
    assert browser.get(path).status_code == 404
    confirm(world)
    reader = read(browser.get(path))
    text = text_of(reader)
    for secret in ("Karim", "tuin", "Potgrond", "Nadia"):
        assert secret not in text + str(reader.metadata), secret
    for words in ("W-0001", "INDICATIE", "€ 726,00", "€ 331,50", the_statement(world).digest):
        assert words in text, (words, text)


def test_anothers_pdf_is_not_found(world):
    confirm(world)
    public_id = the_statement(world).public_id
    for who, path in (
        ("strange-member", f"/werk/opgaven/{public_id}/opgave.pdf"),
        ("strange-officer", f"/gemeente/opgaven/{public_id}/opgave.pdf"),
    ):
        assert world.client(who).get(path).status_code == 404


@pytest.mark.parametrize("who", ["member", "officer"])
def test_a_pdf_asks_the_database_eight_times_at_most(world, who):
    confirm(world)
    browser = world.client(who)
    start = {"member": "/werk/opgaven", "officer": "/gemeente/opgaven"}[who]
    public_id = the_statement(world).public_id
    with counted(world.app) as queries:
        assert browser.get(f"{start}/{public_id}/opgave.pdf").status_code == 200
    assert len(queries) <= MOST, str(queries)


def test_words_are_words_and_never_the_templates_language():
    line = {
        "label": "#panic() $x$ *b*",
        "amount": "[1]",
        "reason": "",
        "backing": "",
        "strong": False,
    }
    section = {"title": "#t", "lines": [line], "paragraphs": [], "heads": ["a", "b"], "code": ""}
    data = {
        "lang": "nl",
        "title": "#let",
        "author": "a",
        "label": "l",
        "note": "n",
        "notices": [],
        "sections": [section],
        "footer": "f",
    }
    made = pdf.render("statement", data, made_at=NOW)
    assert "#panic() $x$ *b*" in text_of(PdfReader(io.BytesIO(made)))
    assert made == pdf.render("statement", data, made_at=NOW)
    # A real clock has microseconds, which the format does not know.
    assert made == pdf.render("statement", data, made_at=NOW.replace(microsecond=691626))
