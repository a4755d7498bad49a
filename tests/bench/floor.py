"""The floor: the same pages as plain Flask, SQLAlchemy Core and a Jinja template make them.

No session, no sign-in, no second language, no forms with a token, no headers, no tenants: what is
left when nothing is promised. The queries ask the same rows of the same tables as our pages do, and
the templates write as many cards with the same drawings. test_floor.py holds it to that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from flask import Flask, abort, render_template, request
from markupsafe import Markup
from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    column,
    create_engine,
    func,
    literal,
    literal_column,
    select,
    table,
)

from marketplace.models.bookings import BlockedDay, BookingRules
from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.listings import Listing, Picture
from marketplace.models.memberships import Membership
from marketplace.models.orders import OrderLine
from marketplace.models.reviews import Review
from marketplace.services.market.searchterms import Word, words_of

PAGE = 24
MOST_HITS = 2000
MOST_REVIEWS = 10
REMEMBERED = dt.timedelta(days=2 * 365)
ACTIVE = ("member", "trial")
CATEGORIES = {
    "garden": "Tuin",
    "sewing": "Naaien",
    "bike": "Fiets",
    "food": "Eten",
    "music": "Muziek",
    "web": "Website",
    "furniture": "Meubels",
    "photo": "Foto",
    "other": "Overig",
}
UNITS = {"hour": "per uur", "job": "per klus", "person": "per persoon", "piece": "per stuk"}
DRAWINGS = Path(__file__).resolve().parents[2] / "marketplace" / "templates" / "parts" / "drawings"

listings, memberships, pictures = Listing.__table__, Membership.__table__, Picture.__table__
cooperatives, schemes = Cooperative.__table__, VatScheme.__table__
parameters = CooperativeParameters.__table__
reviews, order_lines = Review.__table__, OrderLine.__table__
booking_rules, blocked_days = BookingRules.__table__, BlockedDay.__table__
index = table("listing_search", column("rowid"), column("listing_search"))
HOURS = (
    select(booking_rules.c.hours, blocked_days.c.day)
    .outerjoin(
        blocked_days,
        (blocked_days.c.membership_id == booking_rules.c.membership_id)
        & (blocked_days.c.day >= bindparam("today")),
    )
    .where(booking_rules.c.membership_id == bindparam("maker"))
)
SAID = (
    select(
        reviews.c.score,
        reviews.c.text,
        reviews.c.reply,
        reviews.c.written_at,
        func.count().over().label("count"),
        func.sum(reviews.c.score).over().label("total"),
    )
    .join(order_lines, order_lines.c.id == reviews.c.line_id)
    .where(
        order_lines.c.listing_id == bindparam("listing"),
        reviews.c.published_at <= bindparam("now"),
        reviews.c.written_at > bindparam("since"),
        reviews.c.hidden_at.is_(None),
    )
    .order_by(reviews.c.id.desc())
    .limit(MOST_REVIEWS)
)
is_published = listings.c.state == "published"


def create_floor(database_url: str) -> Flask:
    """Make the floor application on a database."""
    app = Flask("floor", root_path=str(Path(__file__).parent))
    engine = create_engine(database_url)
    app.extensions["engine"] = engine
    app.jinja_env.filters["euro"] = euro
    app.jinja_env.globals["art"] = {
        path.stem: Markup(path.read_text(encoding="utf-8")) for path in DRAWINGS.glob("*.svg")
    }
    app.jinja_env.globals["categories"] = CATEGORIES

    @app.get("/aanbod")
    def browse() -> str:
        asked = request.args.get("q", "")
        with engine.connect() as connection:
            rows = connection.execute(found(asked, engine.dialect.name)).all()
            covers = covers_of(connection, rows[:PAGE])
        return render_template("browse.html", q=asked, **shelf(rows, covers))

    @app.get("/aanbod/<listing>")
    def page(listing: str) -> str:
        with engine.connect() as connection:
            return render_template("page.html", **one(connection, listing))

    return app


def euro(cents: int) -> str:
    """Write cents the Dutch way."""
    whole, rest = divmod(cents, 100)
    return f"€\u00a0{whole:,}".replace(",", ".") + f",{rest:02d}"


def found(asked: str, dialect: str) -> Select[Any]:
    """Select one page of cards and one row more: the newest, or the best hits."""
    query = (
        select(
            listings.c.id,
            listings.c.public_id,
            listings.c.title,
            listings.c.price_cents,
            listings.c.unit,
            listings.c.stock,
            listings.c.category,
            listings.c.place,
            memberships.c.name,
            memberships.c.trade_name,
        )
        .join(memberships, memberships.c.id == listings.c.membership_id)
        .where(listings.c.state == "published", memberships.c.status.in_(ACTIVE))
        .limit(PAGE + 1)
    )
    words = words_of(asked)
    if not words:
        return query.order_by(listings.c.id.desc())
    query = query.where(listings.c.id.in_(hits(words, dialect)))
    return query.order_by(rank(words, dialect), listings.c.id.desc())


def hits(words: Sequence[Word], dialect: str) -> Select[Any]:
    """Select the newest hits."""
    if dialect == "sqlite":
        asked = " AND ".join(
            f'("{word.stem}" OR "{word.typed}"*)' if word.unfinished else f'"{word.stem}"'
            for word in words
        )
        shown = select(literal(1)).where(listings.c.id == index.c.rowid, is_published)
        return (
            select(index.c.rowid)
            .where(index.c.listing_search.op("MATCH")(asked), shown.exists())
            .order_by(index.c.rowid.desc())
            .limit(MOST_HITS)
        )
    asked = " & ".join(
        f"({word.stem} | {word.typed}:*)" if word.unfinished else word.stem for word in words
    )
    simple: Any = literal_column("'simple'")
    matches = func.to_tsvector(simple, listings.c.search_terms).op("@@")
    query = select(listings.c.id).where(matches(func.to_tsquery(simple, asked)), is_published)
    return query.order_by(listings.c.id.desc()).limit(MOST_HITS)


def rank(words: Sequence[Word], dialect: str) -> Any:
    """Add up where each word first stands."""
    finder = func.instr if dialect == "sqlite" else func.strpos
    terms = " " + listings.c.search_terms + " "
    places = []
    for word in words:
        needle = f" {word.typed}" if word.unfinished else f" {word.stem} "
        typed = func.nullif(finder(terms, needle), 0)
        stemmed = func.nullif(finder(terms, f" {word.stem} "), 0)
        places.append(func.coalesce(typed, stemmed, 100_000))
    return sum(places[1:], start=places[0])


def covers_of(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """Fetch the first picture of each listing."""
    query = (
        select(pictures.c.listing_id, pictures.c.public_id)
        .where(pictures.c.listing_id.in_([row.id for row in rows]))
        .order_by(pictures.c.position.desc(), pictures.c.id.desc())
    )
    return {row.listing_id: row.public_id for row in connection.execute(query)}


def shelf(rows: Sequence[Row[Any]], covers: dict[int, str]) -> dict[str, Any]:
    """Give the template what it shows."""
    shown = rows[:PAGE]
    return {
        "rows": shown,
        "covers": covers,
        "units": UNITS,
        "drawings": sorted({row.category for row in shown if row.id not in covers}),
        "more": shown[-1].id if len(rows) > PAGE else None,
    }


def one(connection: Connection, public_id: str) -> dict[str, Any]:
    """Fetch a listing with maker, cooperative, pictures, hours, reviews and the split of its price."""
    listing = connection.execute(
        select(
            listings,
            memberships.c.name,
            memberships.c.trade_name,
            memberships.c.status,
            cooperatives.c.name.label("cooperative"),
        )
        .join(memberships, memberships.c.id == listings.c.membership_id)
        .join(cooperatives, cooperatives.c.id == listings.c.cooperative_id)
        .where(listings.c.public_id == public_id)
    ).one_or_none()
    if listing is None or listing.state != "published" or listing.status not in ACTIVE:
        abort(404)
    shown = connection.execute(
        select(pictures).where(pictures.c.listing_id == listing.id).order_by(pictures.c.position)
    ).all()
    return {
        "listing": listing,
        "pictures": shown,
        "hours": hours_of(connection, listing) if listing.kind == "service" else [],
        "reviews": said_about(connection, listing),
        "unit": UNITS[listing.unit],
        "parts": split(connection, listing),
    }


def hours_of(connection: Connection, listing: Row[Any]) -> list[Any]:
    """Fetch when the maker works; the listings of the bench have makers who said nothing."""
    today = dt.datetime.now(dt.UTC).date()
    asked = {"maker": listing.membership_id, "today": today}
    rules = connection.execute(HOURS, asked).all()
    return list(rules[0].hours) if rules else []


def said_about(connection: Connection, listing: Row[Any]) -> Sequence[Row[Any]]:
    """Fetch the newest reviews, with how many there are and what their scores add up to."""
    now = dt.datetime.now(dt.UTC)
    asked = {"listing": listing.id, "now": now, "since": now - REMEMBERED}
    return connection.execute(SAID, asked).all()


def split(connection: Connection, listing: Row[Any]) -> list[tuple[str, str, str, int]]:
    """Divide the price: code, words, note and cents of each part."""
    today = dt.datetime.now(dt.UTC).date()
    shares = connection.execute(
        select(parameters.c.training_share, parameters.c.reserve_share)
        .where(parameters.c.cooperative_id == listing.cooperative_id)
        .where(parameters.c.valid_from <= today)
        .order_by(parameters.c.valid_from.desc())
        .limit(1)
    ).one()
    scheme = connection.execute(
        select(schemes.c.scheme)
        .where(schemes.c.cooperative_id == listing.cooperative_id)
        .where(schemes.c.valid_from <= today)
        .order_by(schemes.c.valid_from.desc())
        .limit(1)
    ).scalar()
    rate = Fraction(0) if scheme == "kor" else Fraction(21, 100)
    tax = round(listing.price_cents * rate / (1 + rate))
    net = listing.price_cents - tax
    training = round(net * Fraction(shares.training_share, 10_000))
    reserve = round(net * Fraction(shares.reserve_share, 10_000))
    return [
        (
            "kept",
            f"Bouwt {listing.name} op",
            "voor gereedschap, lessen en verder komen",
            net - training - reserve,
        ),
        ("coop", "De coöperatie", "rekening, verzekering en begeleiding", reserve),
        ("training", "Samen leren", "lessen voor alle makers", training),
        ("vat", "Btw", "naar de Belastingdienst", tax),
    ]
