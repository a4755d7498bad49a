"""VAT: the scheme of a cooperative on a day, the rate of a line, and the sale that ends KOR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import day_in_amsterdam, start_in_amsterdam
from marketplace.domain.vat import Scheme, Taxed, crosses, of_document
from marketplace.gateways.rows.prepared import Query
from marketplace.gateways.rulefiles import load_rulebook
from marketplace.models.cooperatives import Cooperative, VatScheme
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order
from marketplace.models.refunds import Refund, RefundLine

# The scheme of `cooperative` on `day`, made once: a page of a listing asks it with the shares.
SCHEME = (
    select(VatScheme.scheme)
    .where(
        VatScheme.cooperative_id == bindparam("cooperative"),
        VatScheme.valid_from <= bindparam("day"),
    )
    .order_by(VatScheme.valid_from.desc())
    .limit(1)
)
_SCHEME = Query(SCHEME)


def scheme_on(session: Session, *, cooperative_id: int, day: dt.date) -> Scheme:
    """Give the scheme on a day; a cooperative that chose nothing charges VAT."""
    # Past the session: what it holds back of an order need not be written for this.
    found = _SCHEME.scalar(session, {"cooperative": cooperative_id, "day": day})
    return scheme_of(found)


def scheme_of(chosen: str | None) -> Scheme:
    """Give the scheme of what a cooperative chose; one that chose nothing charges VAT."""
    return "kor" if chosen == "kor" else "charges"


def schemes_on(
    session: Session, *, cooperative_ids: Sequence[int], day: dt.date
) -> dict[int, Scheme]:
    """Give the scheme of each of these cooperatives on a day, in one query."""
    schemes: dict[int, Scheme] = dict.fromkeys(cooperative_ids, "charges")
    rows = session.execute(
        select(VatScheme.cooperative_id, VatScheme.scheme)
        .where(VatScheme.cooperative_id.in_(cooperative_ids), VatScheme.valid_from <= day)
        .order_by(VatScheme.valid_from)
    )
    for row in rows:
        schemes[row.cooperative_id] = scheme_of(row.scheme)
    return schemes


def rate(vat_category: str, day: dt.date, scheme: Scheme) -> Fraction:
    """Give the rate of a category ("standard", "reduced") on a day; under KOR there is none."""
    if scheme == "kor":
        return Fraction(0)
    return load_rulebook().value(f"tax.vat.{vat_category}", day).number


def take_apart(prices: Sequence[tuple[int, str]], day: dt.date, scheme: Scheme) -> list[Taxed]:
    """Take the lines of one document apart, each (gross cents, VAT category), in order."""
    return of_document([(gross, rate(category, day, scheme)) for gross, category in prices])


def charge(session: Session, *, cooperative_id: int, gross_cents: int, now: dt.datetime) -> Scheme:
    """Give the scheme for a sale that is paid now; the sale that crosses KOR's limit ends KOR that day.

    The limit is tested against what was paid in the calendar year and did not go back, this sale
    included (Wet OB 25).
    """
    day = day_in_amsterdam(now)
    if scheme_on(session, cooperative_id=cooperative_id, day=day) == "charges":
        return "charges"
    # One sale after the other, or two would both fit below the limit.
    session.execute(
        select(Cooperative.id)
        .where(Cooperative.id == cooperative_id)
        .with_for_update(key_share=True)
    )
    if scheme_on(session, cooperative_id=cooperative_id, day=day) == "charges":
        return "charges"
    limit = load_rulebook().value("tax.kor.max_year", day).cents
    if not crosses(sold_in_year(session, cooperative_id, day), gross_cents, limit):
        return "kor"
    _end_kor(session, cooperative_id, day, now)
    return "charges"


def _end_kor(session: Session, cooperative_id: int, day: dt.date, now: dt.datetime) -> None:
    today = session.scalar(
        select(VatScheme).where(
            VatScheme.cooperative_id == cooperative_id, VatScheme.valid_from == day
        )
    )
    if today is None:
        today = VatScheme(cooperative_id=cooperative_id, valid_from=day, created_at=now)
        session.add(today)
    today.scheme = "charges"
    today.reason = "kor_limit_crossed"
    session.flush()


def sold_in_year(session: Session, cooperative_id: int, day: dt.date) -> int:
    """Give the net sales, in cents, that were paid in the calendar year of a day, less what went back of them."""
    year = (dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))
    return int(session.scalar(select(net_sold(cooperative_id, *year))) or 0)


def net_sold(cooperative_id: int, first: dt.date, last: dt.date) -> ColumnElement[int]:
    """Give, as a part of a query, the net sales paid from `first` up to `last`, less what went back of them."""
    paid = (
        select(func.coalesce(func.sum(Posting.amount_cents), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind == "paid",
            Entry.booked_on.between(first, last),
            Account.code == "received_in_advance",
            Posting.side == "credit",
        )
    )
    returned = (
        select(func.coalesce(func.sum(RefundLine.net_cents), 0))
        .join(Refund, Refund.id == RefundLine.refund_id)
        .join(Order, Order.id == Refund.order_id)
        .where(
            Refund.cooperative_id == cooperative_id,
            Order.paid_at >= start_in_amsterdam(first),
            Order.paid_at < start_in_amsterdam(last + dt.timedelta(days=1)),
        )
    )
    return paid.scalar_subquery() - returned.scalar_subquery()
