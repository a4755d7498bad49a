"""The look: vendored files with licences, one bundle, and macros that keep to the security policy."""

from __future__ import annotations

import gzip
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace as Row

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Regexp

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "marketplace" / "templates" / "parts"
STATIC = ROOT / "marketplace" / "static"
ENDPOINTS = (
    "home.page",
    "home.how",
    "catalogue.browse",
    "people.sign_in",
    "people.sign_out",
    "people.account",
    "people.register",
    "people.switch",
    "preferences.language",
    "preferences.theme",
)
SPLIT = [
    Row(code="vat", label="Btw", note="", cents=10920),
    Row(code="pot", label="In je thermometer", note="", cents=32100),
    Row(code="training", label="Samen leren", note="", cents=0),
    Row(code="municipality", label="Gemeente", note="", cents=12100),
]


@pytest.fixture
def app() -> Iterator[Flask]:
    flask = Flask("marketplace", root_path=str(ROOT / "marketplace"))
    flask.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    flask.jinja_env.add_extension("jinja2.ext.i18n")
    flask.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    flask.jinja_env.filters["euro"] = lambda cents: f"€ {cents / 100:.2f}"
    flask.jinja_env.globals.update(asset=lambda path: f"/static/{path}", csrf_token=lambda: "t")
    flask.jinja_env.globals["remembered"] = lambda macro: macro
    for endpoint in ENDPOINTS:
        flask.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    with flask.test_request_context("/"):
        yield flask


@pytest.fixture
def render(app: Flask):  # type: ignore[no-untyped-def]
    def draw(source: str, **values: object) -> str:
        return render_template_string(source, **values)

    return draw


class ExampleForm(FlaskForm):  # type: ignore[misc]
    """One field of every kind."""

    price = StringField("Prijs", [InputRequired("Vul een prijs in.")], description="Als 12,50")
    postcode = StringField("Postcode", [Regexp(r"^\d{4} [A-Z]{2}$", message="Dat is er geen.")])
    text = TextAreaField("Tekst")
    kind = SelectField("Soort", choices=[("a", "Tuin")])
    regime = RadioField("Regeling", choices=[("pot", "Thermometer")])
    photo = FileField("Foto")


def test_the_bundle_is_up_to_date() -> None:
    bundle = runpy.run_path(str(ROOT / "scripts" / "bundle_css.py"))["bundle"]()
    assert (STATIC / "site.css").read_text("utf-8") == bundle, "run scripts/bundle_css.py"


def test_the_style_sheet_and_the_font_stay_small() -> None:
    assert len(gzip.compress((STATIC / "site.css").read_bytes())) < 20_000
    fonts = list((STATIC / "vendor").rglob("*.woff2"))
    assert len(fonts) == 1
    assert fonts[0].stat().st_size <= 35_000


def test_a_licence_stands_beside_everything_vendored() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert list(folder.glob("LICENSE*")), f"no licence in {folder.name}"


def test_the_vendored_components_bring_no_values_of_their_own() -> None:
    css = (STATIC / "vendor" / "utrecht" / "components.css").read_text("utf-8")
    assert ":root" not in css
    assert "utrecht-theme" not in css
    assert not re.search(r"--utrecht-[a-z-]+:\s*#[0-9a-f]", css, re.IGNORECASE)


def test_every_theme_file_stays_under_300_lines() -> None:
    for path in (STATIC / "theme").glob("*.css"):
        assert len(path.read_text("utf-8").splitlines()) < 300, path.name


def test_no_template_has_inline_style_or_script() -> None:
    for path in (ROOT / "marketplace" / "templates").rglob("*"):
        if path.suffix in {".html", ".xml", ".svg", ".txt"}:
            text = path.read_text("utf-8")
            found = re.search(
                r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son(?:click|change|load|submit|error|input)=",
                text,
            )
            assert not found, f"{path.name}: {found}"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("ink", "paper"),
        ("ink", "yolk-soft"),
        ("ink-soft", "mist"),
        ("ink-soft", "sink"),
        ("green", "mist"),
        ("on-green", "green"),
        ("brick", "brick-soft"),
        ("on-yolk", "yolk"),
        ("on-night-soft", "night"),
        ("on-bar-municipality", "bar-municipality"),
        ("on-bar-coop", "bar-coop"),
        ("ink", "art-cloud"),
    ],
)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    css = (STATIC / "theme" / "tokens.css").read_text("utf-8")
    if theme == "dark":
        css += (STATIC / "theme" / "dark.css").read_text("utf-8")
    values = dict(re.findall(r"--sm-([a-z-]+): (#[0-9A-F]{6})", css))
    assert contrast(values[text], values[ground]) >= 4.5


def test_every_drawing_is_hidden_or_has_a_title(render) -> None:  # type: ignore[no-untyped-def]
    source = '{% from "parts/drawings.html" import drawing %}'
    for path in (PARTS / "drawings").glob("*.svg"):
        plain = render(source + "{{ drawing(name) }}", name=path.stem)
        titled = render(source + "{{ drawing(name, title='Een <tuin>') }}", name=path.stem)
        assert 'aria-hidden="true"' in plain
        assert "<title>Een &lt;tuin&gt;</title>" in titled
        assert 'aria-hidden="true"' not in titled


def test_the_bar_keeps_its_order_and_leaves_out_zero(render) -> None:  # type: ignore[no-untyped-def]
    html = render(
        '{% from "parts/money.html" import money_bar %}{{ money_bar(split, "Verdeling") }}',
        split=SPLIT,
    )
    bar = html[: html.index("</svg>")]
    assert "<title>Verdeling</title>" in bar
    assert re.findall(r'class="sm-bar__(pot|municipality|training)"', bar) == [
        "pot",
        "municipality",
    ]
    assert bar.index("sm-bar__municipality") < bar.index("url(#sm-hatch-vat)")
    widths = [float(width) for width in re.findall(r' width="([\d.]+)%"', bar)]
    assert sum(widths) == pytest.approx(100, abs=0.01)
    assert "Samen leren" in html[html.index("<table") :]


def test_the_thermometer_says_where_it_stands(render) -> None:  # type: ignore[no-untyped-def]
    source = (
        '{% from "parts/thermometer.html" import thermometer %}'
        "{{ thermometer(balance, credited, coming, 120000) }}"
    )
    states = {
        0: "Nog leeg.",
        100_000: "van de grens van",
        120_000: "Precies op de grens",
        132_155: "boven de grens",
    }
    for credited, words in states.items():
        html = render(source, balance=credited, credited=credited, coming=0)
        assert words in html
        assert "sm-thermo__mark" in html
        assert ("sm-thermo__fill" in html) == (credited > 0)
    ahead = render(source, balance=90_000, credited=100_000, coming=12_240)
    assert "url(#sm-hatch-pot)" in ahead
    assert "Dit jaar erbij" in ahead
    assert "url(#sm-hatch-pending)" not in ahead
    source = source.replace("120000", "120000, pending=30000")
    waits = render(source, balance=90_000, credited=100_000, coming=0)
    assert "url(#sm-hatch-pending)" in waits
    assert waits.count("Wacht") + waits.count("wacht") >= 2, "in the picture's text, and beside it"


def test_a_line_over_months_keeps_a_hidden_month_hidden(render) -> None:  # type: ignore[no-untyped-def]
    points = [Row(label="mei", value=6), Row(label="jun", value=None), Row(label="jul", value=6)]
    html = render(
        '{% from "parts/charts.html" import line_chart %}{{ line_chart(points, "Dekking", "…") }}',
        points=points,
    )
    assert re.search(r'<polyline[^>]* points="0\.00,\S+ 100\.00,\S+"', html)
    assert "te weinig mensen" in html
    assert html.count("<tr>") == 4


@pytest.mark.filterwarnings("ignore:Passing .* choices:DeprecationWarning")
def test_a_field_keeps_what_was_typed_and_says_what_is_wrong(render) -> None:  # type: ignore[no-untyped-def]
    form = ExampleForm(formdata=MultiDict({"postcode": "12345 A"}))
    assert not form.validate()
    html = render(
        '{% from "parts/forms.html" import field, textarea, select, radios, file, error_summary %}'
        "{{ error_summary(form) }}{{ field(form.price) }}{{ field(form.postcode) }}"
        "{{ textarea(form.text) }}{{ select(form.kind) }}{{ radios(form.regime) }}{{ file(form.photo) }}",
        form=form,
    )
    assert 'href="#postcode"' in html
    assert 'value="12345 A"' in html
    assert 'aria-describedby="price-hint price-error"' in html
    assert html.count('aria-invalid="true"') >= 2
    assert "Dat is er geen." in html
    for name in ("price", "postcode", "text", "kind", "photo"):
        assert f'for="{name}"' in html


@pytest.mark.parametrize("role", [None, "buyer", "member", "coordinator"])
def test_every_page_has_a_way_in_and_both_languages(render, role: str | None) -> None:  # type: ignore[no-untyped-def]
    grants = [Row(id="1", label="Lid"), Row(id="2", label="Koper")]
    actor = (
        Row(name="Anouk", initial="A", role=role, grants=grants, active=grants[0]) if role else None
    )
    menu = [Row(label="Aanbod", href="/aanbod", icon="search", current=True)]
    html = render(
        '{% extends "layout.html" %}{% block main %}<h1>Hallo</h1>{% endblock %}',
        actor=actor,
        menu=menu,
        lang="nl",
        theme="dark",
        demo=True,
    )
    assert '<html lang="nl" dir="ltr" data-theme="dark">' in html
    assert 'href="#main"' in html
    assert 'value="nl"' in html
    assert 'value="en"' in html
    assert 'aria-current="page"' in html
    assert ("/people.sign_out" in html) == bool(role)
    assert ("/people.switch" in html) == bool(role)
    assert "style=" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for picture in re.findall(r"<svg\b[^>]*>(?:<title>)?", html):
        assert 'aria-hidden="true"' in picture or picture.endswith("<title>")
