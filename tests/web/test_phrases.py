"""What is made once and kept speaks the reader's language all the same."""

from __future__ import annotations

import pytest
from babel.numbers import format_currency
from flask import Flask, render_template, url_for
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from marketplace.app import create_app
from marketplace.settings import Settings
from marketplace.web import addresses, formats, language, phrases

PAGES = {
    "whole.html": '{% from "macro.html" import said %}{{ _("Aanbod") }}|{{ said("<b>") }}',
    "macro.html": (
        "{% macro said(name) %}"
        '{{ _("Je kijkt nu als %(name)s.", name=name) }}|{{ _("100%%") }}|{{ _("Zoeken")|length }}'
        "{% endmacro %}"
    ),
}


class Catalogue:
    """A catalogue of three sentences."""

    KNOWN = {"Aanbod": "On offer", "Je kijkt nu als %(name)s.": "<i>As</i> %(name)s."}  # noqa: RUF012

    def ugettext(self, sentence):
        return self.KNOWN.get(sentence, sentence)


@pytest.fixture
def app(tmp_path) -> Flask:
    made = create_app(Settings.for_tests(database_url="sqlite:///:memory:", var_dir=tmp_path))
    made.jinja_env.loader = DictLoader(PAGES)
    return made


def test_a_page_is_kept_for_each_language_and_given_in_the_readers(app, monkeypatch):
    with app.test_request_context():
        with force_locale("nl"):
            dutch = render_template("whole.html")
        monkeypatch.setattr(phrases, "get_translations", Catalogue)
        with force_locale("en"):
            english = render_template("whole.html")
        with force_locale("nl"):
            assert render_template("whole.html") == dutch
    assert dutch == "Aanbod|Je kijkt nu als &lt;b&gt;.|100%|6"
    assert english == "On offer|<i>As</i> &lt;b&gt;.|100%|6"


def test_the_same_picture_is_drawn_once(app):
    drawn = []
    draw = phrases.remembered(lambda name: drawn.append(name) or name)
    assert [draw("hen"), draw("hen"), draw("egg")] == ["hen", "hen", "egg"]
    assert drawn == ["hen", "egg"]


@pytest.mark.parametrize("locale", ["nl", "en", "de", "fr", "pl", "ar", "hi"])
@given(cents=st.integers(0, 10**13))
def test_an_amount_is_written_as_babel_writes_it(locale, cents):
    writing = formats._writing(locale)
    if writing is not None:
        expected = format_currency(cents / 100, "EUR", locale=locale).replace(" ", formats.NBSP)
        assert writing.amount(cents) == expected


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_languages_of_the_house_have_the_quick_way(locale):
    assert formats._writing(locale) is not None


def test_an_amount_below_nothing_has_a_real_minus(app):
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        assert formats.euro(-140150) == "−\u00a0€\u00a01.401,50"
    assert formats.euro(5) == "€\u00a00,05"  # outside a request: Dutch


def test_an_address_is_the_same_the_second_time_and_knows_where_the_house_stands(app):
    with app.test_request_context():
        expected = url_for("catalogue.browse")
        assert [addresses.address("catalogue.browse") for _ in range(2)] == [expected] * 2
        assert addresses.address("catalogue.browse", q="heg") == url_for(
            "catalogue.browse", q="heg"
        )
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/markt"}):
        assert addresses.address("catalogue.browse") == "/markt/aanbod"


@pytest.mark.parametrize(
    ("wishes", "given"),
    [("", "nl"), ("en-GB,en;q=0.9,nl;q=0.4", "en"), ("fr", "nl"), ("nl,en;q=0.5", "nl")],
)
def test_a_browser_says_which_language_it_wants(app, wishes, given):
    with app.test_request_context(headers={"Accept-Language": wishes}):
        assert language.reader_locale() == given
