"""KOR of a cooperative: its gauge in one query, and the board's word on texts and prices after the crossing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.earnings.rulebook import Source
from marketplace.domain.errors import NotFound
from marketplace.domain.kor import Gauge, gauge, pace_starts
from marketplace.gateways.rulefiles import load_rulebook
from marketplace.models.cooperatives import Cooperative, KorConfirmation, VatScheme
from marketplace.models.listings import Listing
from marketplace.services import audit
from marketplace.services.books.vat import net_sold

CROSSED = "kor_limit_crossed"
LIMIT = "tax.kor.max_year"
PAGE = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """The gauge, when the board confirmed, and where the limit was read and how sure that is."""

    gauge: Gauge
    confirmed_at: dt.datetime | None
    article: str
    sources: tuple[Source, ...]
    certainty: str

    @property
    def waits(self) -> bool:
        """Tell whether the crossing waits for the board's word."""
        return self.gauge.state == "crossed"


def standing(session: Session, *, cooperative_id: int, now: dt.datetime) -> Standing | None:
    """Give where a cooperative stands, in one query; None outside KOR, unless it crossed this year or waits."""
    day = day_in_amsterdam(now)
    row = session.execute(_of_day(cooperative_id, day)).one_or_none()
    if row is None or (row.scheme != "kor" and row.reason != CROSSED):
        return None
    book = load_rulebook()
    limit = book.value(LIMIT, day)
    found = gauge(
        day,
        sold_cents=int(row.sold),
        recent_cents=int(row.recent),
        limit_cents=limit.cents,
        crossed_on=None if row.scheme == "kor" else row.valid_from,
        confirmed=row.confirmed_at is not None,
    )
    if found.state == "crossed_confirmed" and not found.is_of_this_year:
        return None
    return Standing(
        gauge=found,
        confirmed_at=row.confirmed_at,
        article=limit.article,
        sources=tuple(book.sources[key] for key in limit.source),
        certainty=limit.certainty,
    )


def _of_day(cooperative_id: int, day: dt.date) -> Select[str, str, dt.date, dt.datetime, int, int]:
    """Ask the scheme of a day with its confirmation, and the sales of the year and of the pace."""
    year = (dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))
    return (
        select(
            VatScheme.scheme,
            VatScheme.reason,
            VatScheme.valid_from,
            KorConfirmation.at.label("confirmed_at"),
            net_sold(cooperative_id, *year).label("sold"),
            net_sold(cooperative_id, pace_starts(day), day).label("recent"),
        )
        .outerjoin(
            KorConfirmation,
            (KorConfirmation.cooperative_id == VatScheme.cooperative_id)
            & (KorConfirmation.scheme_from == VatScheme.valid_from),
        )
        .where(VatScheme.cooperative_id == cooperative_id, VatScheme.valid_from <= day)
        .order_by(VatScheme.valid_from.desc())
        .limit(1)
    )


def prices(session: Session, *, cooperative_id: int, before: int | None = None) -> list[Listing]:
    """Give what is for sale now with its member, newest first, at most PAGE from below the key `before`."""
    query = (
        select(Listing)
        .options(joinedload(Listing.membership))
        .where(Listing.cooperative_id == cooperative_id, Listing.state == "published")
    )
    if before is not None:
        query = query.where(Listing.id < before)
    return list(session.scalars(query.order_by(Listing.id.desc()).limit(PAGE)))


def confirm(session: Session, *, cooperative_id: int, actor_id: int, now: dt.datetime) -> bool:
    """Keep the board's word on texts and prices; a repeat is False, NotFound where nothing was crossed."""
    # One after the other: a second click finds the first one's row.
    session.execute(
        select(Cooperative.id)
        .where(Cooperative.id == cooperative_id)
        .with_for_update(key_share=True)
    )
    found = standing(session, cooperative_id=cooperative_id, now=now)
    if found is None or found.gauge.crossed_on is None:
        raise NotFound
    if not found.waits:
        return False
    since = found.gauge.crossed_on
    session.add(
        KorConfirmation(
            cooperative_id=cooperative_id, scheme_from=since, confirmed_by_id=actor_id, at=now
        )
    )
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="confirm_after_kor",
        thing=f"cooperative:{cooperative_id}",
        at=now,
        cooperative_id=cooperative_id,
        after={"charges_from": since.isoformat()},
    )
    return True
