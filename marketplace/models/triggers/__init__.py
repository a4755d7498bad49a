"""What the database itself refuses in the books: changing, deleting, and what does not balance.

SQLite checks an entry when it is sealed; PostgreSQL checks at commit that each new entry is sealed
and balances. Both let an entry be sealed once and nothing else.
"""

from __future__ import annotations

from marketplace.models.triggers.postgresql import (
    COMPLAINTS_FUNCTIONS,
    COMPLAINTS_POSTGRESQL,
    FUNCTIONS,
    INVOICES_FUNCTIONS,
    INVOICES_POSTGRESQL,
    KOR_POSTGRESQL,
    POSTGRESQL,
    RULES_POSTGRESQL,
    STEPS_POSTGRESQL,
)
from marketplace.models.triggers.sqlite import (
    COMPLAINTS_SQLITE,
    INVOICES_SQLITE,
    KOR_SQLITE,
    RULES_SQLITE,
    SQLITE,
    STEPS_SQLITE,
)


def names(dialect: str) -> frozenset[str]:
    """Give the names of the triggers that a database of this kind must have."""
    if dialect == "sqlite":
        return frozenset(texts(dialect))
    return frozenset(
        POSTGRESQL
        | RULES_POSTGRESQL
        | INVOICES_POSTGRESQL
        | KOR_POSTGRESQL
        | STEPS_POSTGRESQL
        | COMPLAINTS_POSTGRESQL
    )


def texts(dialect: str) -> dict[str, str]:
    """Give what each trigger (SQLite) or trigger function (PostgreSQL) must say, by its name."""
    if dialect == "sqlite":
        return (
            SQLITE | RULES_SQLITE | INVOICES_SQLITE | KOR_SQLITE | STEPS_SQLITE | COMPLAINTS_SQLITE
        )
    return FUNCTIONS | INVOICES_FUNCTIONS | COMPLAINTS_FUNCTIONS


def create_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that puts the triggers in place, in order."""
    if dialect == "sqlite":
        return tuple(SQLITE.values())
    return (*_functions(FUNCTIONS), *POSTGRESQL.values())


def invoices_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that keeps invoices and their numbers as they are."""
    if dialect == "sqlite":
        return tuple(INVOICES_SQLITE.values())
    return (*_functions(INVOICES_FUNCTIONS), *INVOICES_POSTGRESQL.values())


def _functions(bodies: dict[str, str]) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in bodies.items()
    ]


def rules_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that keeps the confirmations of rules as they are; their table came later."""
    return tuple((RULES_SQLITE if dialect == "sqlite" else RULES_POSTGRESQL).values())


def kor_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that keeps what the board confirmed after KOR as it is."""
    return tuple((KOR_SQLITE if dialect == "sqlite" else KOR_POSTGRESQL).values())


def steps_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that keeps the log of orders as it is."""
    return tuple((STEPS_SQLITE if dialect == "sqlite" else STEPS_POSTGRESQL).values())


def complaints_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that keeps the log of a complaint as it is until the complaint is forgotten."""
    if dialect == "sqlite":
        return tuple(COMPLAINTS_SQLITE.values())
    return (*_functions(COMPLAINTS_FUNCTIONS), *COMPLAINTS_POSTGRESQL.values())


def complaints_drop_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that takes the guards of the log of complaints away."""
    if dialect == "sqlite":
        return tuple(f"DROP TRIGGER {name}" for name in COMPLAINTS_SQLITE)
    return (
        *(f"DROP TRIGGER {name} ON complaint_events" for name in COMPLAINTS_POSTGRESQL),
        *(f"DROP FUNCTION {name}()" for name in COMPLAINTS_FUNCTIONS),
    )


def drop_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that takes them away before their tables go."""
    if dialect == "sqlite":
        return tuple(f"DROP TRIGGER {name}" for name in SQLITE)
    # The triggers go with their tables; a cascade takes those that are left.
    return tuple(f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS)
