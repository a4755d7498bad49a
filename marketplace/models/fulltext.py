"""The full-text index of listings: FTS5 kept in step by triggers on SQLite, GIN on PostgreSQL."""

from __future__ import annotations

_SQLITE = (
    (
        "CREATE VIRTUAL TABLE listing_search USING fts5("
        "search_terms, content='listings', content_rowid='id')"
    ),
    (
        "CREATE TRIGGER listing_search_insert AFTER INSERT ON listings BEGIN"
        " INSERT INTO listing_search(rowid, search_terms) VALUES (NEW.id, NEW.search_terms); END"
    ),
    (
        "CREATE TRIGGER listing_search_delete AFTER DELETE ON listings BEGIN"
        " INSERT INTO listing_search(listing_search, rowid, search_terms)"
        " VALUES ('delete', OLD.id, OLD.search_terms); END"
    ),
    (
        "CREATE TRIGGER listing_search_update AFTER UPDATE OF search_terms ON listings BEGIN"
        " INSERT INTO listing_search(listing_search, rowid, search_terms)"
        " VALUES ('delete', OLD.id, OLD.search_terms);"
        " INSERT INTO listing_search(rowid, search_terms) VALUES (NEW.id, NEW.search_terms); END"
    ),
)
_SQLITE_DROP = (
    "DROP TRIGGER listing_search_update",
    "DROP TRIGGER listing_search_delete",
    "DROP TRIGGER listing_search_insert",
    "DROP TABLE listing_search",
)
_POSTGRESQL = (
    (
        "CREATE INDEX ix_listings_search_terms ON listings"
        " USING gin (to_tsvector('simple', search_terms))"
    ),
)
_POSTGRESQL_DROP = ("DROP INDEX ix_listings_search_terms",)


def create_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that makes the index, in order."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def drop_statements(dialect: str) -> tuple[str, ...]:
    """Give the DDL that takes the index away."""
    return _SQLITE_DROP if dialect == "sqlite" else _POSTGRESQL_DROP
