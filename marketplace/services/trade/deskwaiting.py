"""What waits at the desk about orders, in one question: money that did not arrive, and complaints to decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Select, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from marketplace.domain.talking.complaints import State
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent, ProviderCall
from marketplace.models.refunds import Refund
from marketplace.models.talk.complaints import Complaint
from marketplace.services.books import covers


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """Money back that could not be sent or that came back, with the public id of its order."""

    order: str
    amount_cents: int
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A complaint of which the coordinator is up."""

    public_id: str
    title: str
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Waiting:
    """Both, who waits longest first."""

    failed: list[FailedRefund]
    complaints: list[ToDecide]


def waiting(session: Session, *, cooperative_id: int, decides: bool, limit: int) -> Waiting:
    """Give at most `limit` of each; complaints are for a coordinator, who decides, and for nobody else."""
    parts = [_failed(cooperative_id, limit), _failed_strays(cooperative_id, limit)]
    if decides:
        parts.append(_to_decide(cooperative_id, limit))
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts))).all()
    failed = [FailedRefund(row[1], row[3], row[4]) for row in rows if row[0] == "refund"]
    asked = [ToDecide(row[1], row[2], row[5]) for row in rows if row[0] == "complaint"]
    return Waiting(
        sorted(failed, key=lambda one: one.created_at), sorted(asked, key=lambda one: one.due_on)
    )


def _failed(cooperative_id: int, limit: int) -> Select[*tuple[Any, ...]]:
    came_back = (Refund.state == "booked") & (Refund.via == "bank") & Refund.last_error.is_not(None)
    return (
        select(
            literal("refund").label("kind"),
            Order.public_id.label("public_id"),
            literal("").label("title"),
            (Refund.amount_cents - Refund.covered_cents).label("cents"),
            Refund.created_at.label("at"),
            cast(null(), Date).label("due_on"),
        )
        .join(Refund, Refund.order_id == Order.id)
        .where(
            Refund.cooperative_id == cooperative_id,
            or_(Refund.state == "failed", came_back),
            ~covers.refund_waits(),
        )
        .order_by(Refund.id)
        .limit(limit)
    )


def _failed_strays(cooperative_id: int, limit: int) -> Select[*tuple[Any, ...]]:
    """Give payments that no order took and that did not go back."""
    return (
        select(
            literal("refund").label("kind"),
            Order.public_id.label("public_id"),
            literal("").label("title"),
            (PaymentIntent.amount_cents - PaymentIntent.covered_cents).label("cents"),
            ProviderCall.created_at.label("at"),
            cast(null(), Date).label("due_on"),
        )
        .join(PaymentIntent, PaymentIntent.id == ProviderCall.intent_id)
        .join(Order, Order.id == PaymentIntent.order_id)
        .where(
            ProviderCall.cooperative_id == cooperative_id,
            ProviderCall.kind == "giveback",
            ProviderCall.state == "failed",
            PaymentIntent.state == "stray",
            ~covers.stray_waits(),
        )
        .order_by(ProviderCall.id)
        .limit(limit)
    )


def _to_decide(cooperative_id: int, limit: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("complaint").label("kind"),
            Complaint.public_id.label("public_id"),
            OrderLine.title.label("title"),
            literal(0).label("cents"),
            Complaint.opened_at.label("at"),
            Complaint.due_on.label("due_on"),
        )
        .join(Complaint.line)
        .where(
            Complaint.cooperative_id == cooperative_id, Complaint.state == State.WITH_COORDINATOR
        )
        .order_by(Complaint.due_on, Complaint.id)
        .limit(limit)
    )
