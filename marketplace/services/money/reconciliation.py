"""Every night the provider's own account beside the books: fees and pay-outs booked, differences kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.gateways.database import Transaction
from marketplace.gateways.payments import Movement, Payments, ProviderAway, ProviderRefused
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, PaymentIntent, ProviderDifference
from marketplace.models.refunds import Refund
from marketplace.services.books import ledger
from marketplace.services.trade import settling, strays

log = structlog.get_logger()

LOOKS_BACK = dt.timedelta(days=35)
# The provider writes a payment in its account within the hour; until then nothing is missing.
PATIENCE = dt.timedelta(hours=3)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `kind` is missing_here, missing_there, amount or currency; amounts in cents."""

    kind: str
    reference: str
    cooperative_id: int | None
    here_cents: int | None
    there_cents: int | None


def run(transaction: Transaction, gateway: Payments, *, now: dt.datetime) -> int:
    """Compare every account once; gives how many lines were seen. Raises ProviderAway: then again later."""
    with transaction() as session:
        slugs = set(session.scalars(select(Cooperative.slug)))
    own = slugs & set(gateway.accounts)
    seen = 0
    for account in sorted(set(gateway.accounts) & {"", *slugs}):
        served = {account} if account else slugs - own
        since = now - LOOKS_BACK
        try:
            lines = list(gateway.movements(since=since, account=account))
        except ProviderRefused as fault:
            log.warning("account_not_told", account=account, fault=str(fault))
            raise ProviderAway(str(fault)) from fault
        with transaction() as session:
            book(session, provider=gateway.name, lines=lines, now=now)
            found = compare(
                session, provider=gateway.name, served=served, lines=lines, since=since, now=now
            )
            keep(session, provider=gateway.name, account=account, found=found, now=now)
        seen += len(lines)
    return seen


def book(session: Session, *, provider: str, lines: Sequence[Movement], now: dt.datetime) -> None:
    """Book fees that no word told, and per line what a pay-out carried to the bank (once)."""
    intents = _intents(session, provider, lines)
    for line in lines:
        intent = intents.get(line.intent or "")
        if intent is None or intent.state not in strays.CAME or line.currency != intent.currency:
            continue
        if line.kind == "payment" and line.fee_cents:
            order = session.scalars(select(Order).where(Order.id == intent.order_id)).one()
            settling.provider_fee(
                session,
                order=order,
                fee_cents=line.fee_cents,
                now=now,
                thing=strays.thing_of(intent),
            )
        known = line.kind != "payment" or line.amount_cents == intent.amount_cents
        if line.kind in {"payment", "refund", "dispute"} and line.payout and known:
            _settle(session, intent.cooperative_id, line, now)


def _settle(session: Session, cooperative_id: int, line: Movement, now: dt.datetime) -> None:
    source = f"settlement:{line.id}:clearing_settled"
    if not ledger.is_booked(session, cooperative_id=cooperative_id, source=source):
        settling.clearing_settled(
            session,
            cooperative_id=cooperative_id,
            amount_cents=line.amount_cents - line.fee_cents,
            reference=line.id,
            now=now,
        )


def compare(
    session: Session,
    *,
    provider: str,
    served: Iterable[str],
    lines: Sequence[Movement],
    since: dt.datetime,
    now: dt.datetime,
) -> list[Difference]:
    """Give every difference between an account's lines and what we know of it; an empty list is agreement.

    A payment is known by its intent, a refund or dispute by the provider's reference on ours; lines of
    other kinds that are no pay-out (a cost of the account) are shown until somebody books them.
    """
    intents = _intents(session, provider, lines)
    known = _Known(_refunds(session, lines), _disputes(session, provider, lines))
    found = []
    forgotten = _came_back_whole(lines) - set(known.refunds)
    for line in lines:
        intent = intents.get(line.intent or "")
        if line.kind != "payout" and line.object_id not in forgotten:
            found += _line(line, intent, known)
    there = {line.intent for line in lines if line.kind == "payment"}
    here = session.scalars(
        select(PaymentIntent)
        .join(Cooperative, Cooperative.id == PaymentIntent.cooperative_id)
        .where(
            PaymentIntent.provider == provider,
            PaymentIntent.state.in_(strays.CAME),
            PaymentIntent.paid_at.between(since + PATIENCE, now - PATIENCE),
            Cooperative.slug.in_(list(served)),
        )
    )
    found += [
        Difference("missing_there", one.public_id, one.cooperative_id, one.amount_cents, None)
        for one in here
        if one.public_id not in there
    ]
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What we have of the lines that are no payments, by the provider's reference."""

    refunds: dict[str, Refund]
    disputes: dict[str, Dispute]

    def cents(self, line: Movement) -> int | None:
        """Give what a line must be by our rows: what came back has the other sign; None where we know nothing."""
        if line.kind == "refund" and line.object_id in self.refunds:
            refund = self.refunds[line.object_id]
            came_back = line.amount_cents > 0 and refund.times_returned > 0
            return refund.to_send_cents if came_back else -refund.to_send_cents
        row = self.disputes.get(line.object_id) if line.kind == "dispute" else None
        if row is None or not row.held_cents:
            return None
        if line.amount_cents > 0:
            return row.held_cents + row.fee_back_cents if row.state == "won" else None
        return -row.held_cents - row.fee_cents


def _came_back_whole(lines: Sequence[Movement]) -> set[str]:
    """Give the refunds that went and came back: their money went again as another one, which ours now names."""
    sums: dict[str, list[int]] = {}
    for line in lines:
        if line.kind == "refund":
            sums.setdefault(line.object_id, []).append(line.amount_cents)
    return {key for key, cents in sums.items() if len(cents) > 1 and sum(cents) == 0}


def _line(line: Movement, intent: PaymentIntent | None, known: _Known) -> list[Difference]:
    """Compare one line of the account with the books; a dispute with its fee, which no other word told."""
    whose = intent.cooperative_id if intent else None
    there = line.amount_cents
    if line.kind == "dispute":
        there -= line.fee_cents
    here = known.cents(line)
    if line.kind == "payment" and intent is not None and intent.state in strays.CAME:
        here = intent.amount_cents
    if line.kind == "refund" and intent is not None and intent.state in strays.STATES:
        # Of a part that the buyer's bank took only the rest goes back; what came back before was all of it.
        rest = intent.to_send_cents
        here = rest if abs(there) == rest else intent.amount_cents
        here = -here if there < 0 else here
    if here is None:
        return [Difference("missing_here", line.id, whose, None, there)]
    if intent is not None and line.currency != intent.currency:
        return [Difference("currency", line.id, whose, here, there)]
    return [] if here == there else [Difference("amount", line.id, whose, here, there)]


def _intents(
    session: Session, provider: str, lines: Sequence[Movement]
) -> dict[str, PaymentIntent]:
    keys = sorted({line.intent for line in lines if line.intent})
    found: dict[str, PaymentIntent] = {}
    for start in range(0, len(keys), 500):
        query = select(PaymentIntent).where(
            PaymentIntent.provider == provider,
            PaymentIntent.public_id.in_(keys[start : start + 500]),
        )
        found |= {one.public_id: one for one in session.scalars(query)}
    return found


def _refunds(session: Session, lines: Sequence[Movement]) -> dict[str, Refund]:
    keys = sorted({line.object_id for line in lines if line.kind == "refund"})
    found: dict[str, Refund] = {}
    for start in range(0, len(keys), 500):
        query = select(Refund).where(Refund.provider_reference.in_(keys[start : start + 500]))
        found |= {one.provider_reference or "": one for one in session.scalars(query)}
    return found


def _disputes(session: Session, provider: str, lines: Sequence[Movement]) -> dict[str, Dispute]:
    keys = sorted({line.object_id for line in lines if line.kind == "dispute"})
    found: dict[str, Dispute] = {}
    for start in range(0, len(keys), 500):
        query = select(Dispute).where(
            Dispute.provider == provider,
            Dispute.provider_reference.in_(keys[start : start + 500]),
        )
        found |= {one.provider_reference: one for one in session.scalars(query)}
    return found


def keep(
    session: Session,
    *,
    provider: str,
    account: str,
    found: Sequence[Difference],
    now: dt.datetime,
) -> None:
    """Store what differs tonight; what was stored before and is right now gets its end."""
    before = {
        (one.kind, one.reference): one
        for one in session.scalars(
            select(ProviderDifference).where(
                ProviderDifference.provider == provider, ProviderDifference.account == account
            )
        )
    }
    for one in found:
        row = before.pop((one.kind, one.reference), None)
        if row is None:
            row = ProviderDifference(
                provider=provider,
                account=account,
                kind=one.kind,
                reference=one.reference,
                seen_at=now,
            )
            session.add(row)
        row.cooperative_id, row.gone_at = one.cooperative_id, None
        row.here_cents, row.there_cents = one.here_cents, one.there_cents
    gone = [row.id for row in before.values() if row.gone_at is None]
    if gone:
        session.execute(
            update(ProviderDifference).where(ProviderDifference.id.in_(gone)).values(gone_at=now)
        )
    session.flush()


def open_differences(
    session: Session, *, cooperative_id: int | None
) -> Sequence[ProviderDifference]:
    """Give what differs now, newest first, at most PAGE: of one cooperative, or (None) of all."""
    query = select(ProviderDifference).where(ProviderDifference.gone_at.is_(None))
    if cooperative_id is not None:
        query = query.where(ProviderDifference.cooperative_id == cooperative_id)
    return session.scalars(query.order_by(ProviderDifference.id.desc()).limit(PAGE)).all()
