"""SQLite's triggers around the books, as DDL text by name."""

from __future__ import annotations

_SAME_ENTRY = " AND ".join(
    f"NEW.{column} IS OLD.{column}"
    for column in (
        "id",
        "public_id",
        "cooperative_id",
        "kind",
        "source",
        "membership_id",
        "booked_on",
        "booked_at",
        "for_month",
        "reverses_id",
    )
)
_STATED = (
    "EXISTS (SELECT 1 FROM statements WHERE statements.id = OLD.statement_id"
    " AND statements.stated_version >= OLD.version)"
)


def _refuse(name: str, event: str, message: str, when: str = "1") -> tuple[str, str]:
    text = (
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    return name, text


SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "entries_begin_open",
            "INSERT ON entries",
            "an entry is sealed after its postings, and never replaced",
            # INSERT OR REPLACE deletes without a word to the triggers: an id is used once
            "NEW.sealed <> 0 OR EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)",
        ),
        _refuse(
            "entries_append_only",
            "UPDATE ON entries",
            "entries are append-only",
            f"NOT (OLD.sealed = 0 AND NEW.sealed = 1 AND {_SAME_ENTRY})",
        ),
        _refuse(
            "entries_balance",
            "UPDATE OF sealed ON entries",
            "an entry has two postings or more, and debit equals credit",
            "(SELECT count(*) < 2 OR sum(CASE side WHEN 'debit' THEN amount_cents"
            " ELSE -amount_cents END) <> 0 FROM postings WHERE entry_id = NEW.id)",
        ),
        _refuse("entries_no_delete", "DELETE ON entries", "entries are append-only"),
        _refuse(
            "postings_not_into_sealed",
            "INSERT ON postings",
            "a sealed entry takes no posting, and a posting is never replaced",
            "(SELECT sealed FROM entries WHERE id = NEW.entry_id) <> 0"
            " OR EXISTS (SELECT 1 FROM postings WHERE id = NEW.id)",
        ),
        _refuse("postings_no_update", "UPDATE ON postings", "postings are append-only"),
        _refuse("postings_no_delete", "DELETE ON postings", "postings are append-only"),
        _refuse("accounts_no_update", "UPDATE ON accounts", "accounts are append-only"),
        _refuse("accounts_no_delete", "DELETE ON accounts", "accounts are append-only"),
        _refuse("audit_lines_no_update", "UPDATE ON audit_lines", "audit lines are append-only"),
        _refuse("audit_lines_no_delete", "DELETE ON audit_lines", "audit lines are append-only"),
        _refuse(
            "assessments_sent_no_update",
            "UPDATE ON assessments",
            "a stated assessment stays as it was sent",
            _STATED,
        ),
        _refuse(
            "assessments_sent_no_delete",
            "DELETE ON assessments",
            "a stated assessment stays as it was sent",
            _STATED,
        ),
    )
)

RULES_SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "rule_confirmations_never_replaced",
            "INSERT ON rule_confirmations",
            "rule_confirmations are append-only",
            "EXISTS (SELECT 1 FROM rule_confirmations WHERE id = NEW.id)",
        ),
        _refuse(
            "rule_confirmations_no_update",
            "UPDATE ON rule_confirmations",
            "rule_confirmations are append-only",
        ),
        _refuse(
            "rule_confirmations_no_delete",
            "DELETE ON rule_confirmations",
            "rule_confirmations are append-only",
        ),
    )
)

INVOICES_SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "invoices_never_replaced",
            "INSERT ON invoices",
            "invoices are append-only, and never replaced",
            "EXISTS (SELECT 1 FROM invoices WHERE id = NEW.id OR (cooperative_id = NEW.cooperative_id"
            " AND (source = NEW.source OR (year = NEW.year AND number = NEW.number))))",
        ),
        _refuse("invoices_no_update", "UPDATE ON invoices", "invoices are append-only"),
        _refuse("invoices_no_delete", "DELETE ON invoices", "invoices are append-only"),
        _refuse(
            "invoice_counters_one_up",
            "UPDATE ON invoice_counters",
            "numbers of invoices are append-only",
            "NEW.last_number <> OLD.last_number + 1 OR NEW.year <> OLD.year"
            " OR NEW.cooperative_id <> OLD.cooperative_id",
        ),
        _refuse(
            "invoice_counters_no_delete",
            "DELETE ON invoice_counters",
            "numbers of invoices are append-only",
        ),
    )
)

KOR_SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "kor_confirmations_never_replaced",
            "INSERT ON kor_confirmations",
            "kor_confirmations are append-only",
            "EXISTS (SELECT 1 FROM kor_confirmations WHERE id = NEW.id"
            " OR (cooperative_id = NEW.cooperative_id AND scheme_from = NEW.scheme_from))",
        ),
        _refuse(
            "kor_confirmations_no_update",
            "UPDATE ON kor_confirmations",
            "kor_confirmations are append-only",
        ),
        _refuse(
            "kor_confirmations_no_delete",
            "DELETE ON kor_confirmations",
            "kor_confirmations are append-only",
        ),
    )
)

STEPS_SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "order_steps_never_replaced",
            "INSERT ON order_steps",
            "order_steps are append-only",
            "EXISTS (SELECT 1 FROM order_steps WHERE id = NEW.id)",
        ),
        _refuse("order_steps_no_update", "UPDATE ON order_steps", "order_steps are append-only"),
        _refuse("order_steps_no_delete", "DELETE ON order_steps", "order_steps are append-only"),
    )
)

COMPLAINTS_SQLITE: dict[str, str] = dict(
    (
        _refuse(
            "complaint_events_never_replaced",
            "INSERT ON complaint_events",
            "complaint_events are append-only",
            "EXISTS (SELECT 1 FROM complaint_events WHERE id = NEW.id OR public_id = NEW.public_id)",
        ),
        _refuse(
            "complaint_events_no_update",
            "UPDATE ON complaint_events",
            "complaint_events are append-only",
        ),
        _refuse(
            "complaint_events_kept_while_open",
            "DELETE ON complaint_events",
            "complaint_events are append-only until their complaint is closed",
            # closed ones are forgotten whole, years later (services/complaints/clocks.py)
            "(SELECT state FROM complaints WHERE id = OLD.complaint_id) <> 'closed'",
        ),
    )
)
