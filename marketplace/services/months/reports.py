"""The report that a municipality takes along: confirmed statements as rows, by reference and without names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from marketplace.domain import statements as rules
from marketplace.domain.calendar import Month
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.statements import Assessment, Statement


def report_rows(
    session: Session, *, municipality_id: int, first: Month, last: Month
) -> Iterator[Row[Statement, Assessment, str, Agreement]]:
    """Give the confirmed statements of some months as they were sent, by month and reference; no names."""
    return iter(
        session.execute(
            select(Statement, Assessment, Membership.reference, Agreement)
            .join(Membership, Membership.id == Statement.membership_id)
            .join(Agreement, Agreement.id == Statement.agreement_id)
            .join(Assessment, Assessment.statement_id == Statement.id)
            .where(
                Statement.municipality_id == municipality_id,
                Statement.month.between(first, last),
                Statement.state != "ready",
                Assessment.version == Statement.stated_version,
            )
            .order_by(Statement.month, Membership.reference)
            .execution_options(yield_per=200)
        )
    )


HEADS: Sequence[str] = (
    "Kenmerk",
    "Maand",
    "Versie",
    "Status",
    "Afspraak",
    "Toestemming gemeente parttime ondernemen",
    "Aantal uren per week besteed aan werk",
    "Aantal uren in de maand",
    "Omzet",
    "OpgegevenInkomsten",
    "InkomstenVrijlating",
    "CodeVrijlating",
    "InkomstenNaVrijlating",
    "TeVerrekenenInkomsten",
    "GekorteInkomsten",
    "VakantiegeldOverInkomsten",
    "NaarGemeente",
    "Norm",
    "UitkeringIndicatie",
    "PremieLater",
    "GrondslagExperiment",
    "Zekerheid",
)


def report(
    session: Session, *, municipality_id: int, first: Month, last: Month
) -> Iterator[Sequence[str | int]]:
    """Give the report as rows, heads first; amounts are whole cents, as the municipal field names have them."""
    yield HEADS
    for statement, kept, reference, agreement in report_rows(
        session, municipality_id=municipality_id, first=first, last=last
    ):
        yield (
            reference,
            str(statement.month),
            kept.version,
            statement.state,
            agreement.regime,
            agreement.decision_reference,
            agreement.hours_per_week or "",
            rules.hours_of(statement.worked_quarters),
            kept.turnover_cents,
            kept.income_cents,
            kept.exempt_cents,
            _exemption(kept),
            kept.set_off_cents,
            kept.set_off_cents,
            kept.benefit_reduction_cents,
            0,
            kept.municipality_cents,
            kept.norm_cents,
            kept.outcome["figures"]["benefit_cents"],
            kept.premium_cents,
            _legal_basis(kept),
            "INDICATIE, voorlopig" if kept.provisional else "INDICATIE",
        )


def _legal_basis(kept: Assessment) -> str:
    """What the experiment rests on, where its share is the one that counted."""
    if kept.exemption != "experiment":
        return ""
    return str(kept.inputs["experiment"]["legal_basis"])


def _exemption(kept: Assessment) -> str:
    return "besluit" if kept.exemption == "decision" else kept.exemption or ""
