"""What a document copies of the lines of an order, in words that the buyer understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain import invoices as rules
from marketplace.models.memberships import Membership
from marketplace.models.orders import OrderLine


def lines_of(session: Session, lines: Sequence[OrderLine]) -> list[rules.Line]:
    """Give the lines of a document; of a job that a team shares each says whose part it is."""
    names = _names_in_teams(session, lines)
    return [_line(line, names) for line in lines]


def _names_in_teams(session: Session, lines: Sequence[OrderLine]) -> dict[int, str]:
    """Give the name under which each member of a team works, by line; nothing where nobody shares."""
    heads = {line.team_of_id for line in lines if line.team_of_id is not None}
    shared = {
        line.id: line.membership_id
        for line in lines
        if line.team_of_id is not None or line.id in heads
    }
    if not shared:
        return {}
    rows = session.execute(
        select(Membership.id, Membership.trade_name).where(Membership.id.in_(shared.values()))
    )
    names = {row.id: row.trade_name for row in rows}
    return {line: names[member] for line, member in shared.items()}


def _line(line: OrderLine, names: Mapping[int, str]) -> rules.Line:
    """Copy a line; of a shared job the document says whose part it is, for the price is of that part."""
    name = names.get(line.id)
    return rules.Line(
        order_line_id=line.id,
        title=line.title if name is None else f"{line.title} (samen gedaan, deel van {name})",
        unit=line.unit if name is None else "job",
        quantity_hundredths=line.quantity_hundredths if name is None else 100,
        vat_rate=line.vat_rate,
        gross_cents=line.gross_cents,
        net_cents=line.net_cents,
        vat_cents=line.vat_cents,
        delivery_cents=line.delivery_cents,
    )
