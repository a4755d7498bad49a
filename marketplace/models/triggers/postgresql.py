"""PostgreSQL's triggers around the books: bodies of functions, and triggers as DDL text by name."""

from __future__ import annotations

FUNCTIONS: dict[str, str] = {
    "books_refuse": """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END""",
    "books_entry_begins_open": """
BEGIN
    IF NEW.sealed THEN
        RAISE EXCEPTION 'an entry is sealed after its postings' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END""",
    "books_entry_only_sealing": """
BEGIN
    IF OLD.sealed OR NOT NEW.sealed
        OR to_jsonb(NEW) - 'sealed' IS DISTINCT FROM to_jsonb(OLD) - 'sealed' THEN
        RAISE EXCEPTION 'entries are append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END""",
    "books_posting_into_open": """
BEGIN
    IF (SELECT sealed FROM entries WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'a sealed entry takes no posting' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END""",
    "books_entry_balances": """
BEGIN
    IF NOT (SELECT sealed FROM entries WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'entry % was left open', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT count(*) < 2 OR sum(CASE side WHEN 'debit' THEN amount_cents
            ELSE -amount_cents END) <> 0 FROM postings WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END""",
    "books_assessment_not_stated": """
BEGIN
    IF EXISTS (SELECT 1 FROM statements WHERE statements.id = OLD.statement_id
            AND statements.stated_version >= OLD.version) THEN
        RAISE EXCEPTION 'a stated assessment stays as it was sent'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END""",
}


def _before(name: str, event: str, function: str, each: str = "ROW") -> tuple[str, str]:
    text = f"CREATE TRIGGER {name} BEFORE {event} FOR EACH {each} EXECUTE FUNCTION {function}()"
    return name, text


POSTGRESQL: dict[str, str] = dict(
    (
        _before("entries_begin_open", "INSERT ON entries", "books_entry_begins_open"),
        _before("entries_append_only", "UPDATE ON entries", "books_entry_only_sealing"),
        (
            "entries_balance",
            (
                "CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON entries"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION books_entry_balances()"
            ),
        ),
        _before("entries_no_delete", "DELETE ON entries", "books_refuse"),
        _before("entries_no_truncate", "TRUNCATE ON entries", "books_refuse", "STATEMENT"),
        _before("postings_not_into_sealed", "INSERT ON postings", "books_posting_into_open"),
        _before("postings_no_change", "UPDATE OR DELETE ON postings", "books_refuse"),
        _before("postings_no_truncate", "TRUNCATE ON postings", "books_refuse", "STATEMENT"),
        _before("accounts_no_change", "UPDATE OR DELETE ON accounts", "books_refuse"),
        _before("accounts_no_truncate", "TRUNCATE ON accounts", "books_refuse", "STATEMENT"),
        _before("audit_lines_no_change", "UPDATE OR DELETE ON audit_lines", "books_refuse"),
        _before("audit_lines_no_truncate", "TRUNCATE ON audit_lines", "books_refuse", "STATEMENT"),
        _before(
            "assessments_sent_no_change",
            "UPDATE OR DELETE ON assessments",
            "books_assessment_not_stated",
        ),
        _before("assessments_no_truncate", "TRUNCATE ON assessments", "books_refuse", "STATEMENT"),
    )
)

RULES_POSTGRESQL: dict[str, str] = dict(
    (
        _before(
            "rule_confirmations_no_change", "UPDATE OR DELETE ON rule_confirmations", "books_refuse"
        ),
        _before(
            "rule_confirmations_no_truncate",
            "TRUNCATE ON rule_confirmations",
            "books_refuse",
            "STATEMENT",
        ),
    )
)

INVOICES_FUNCTIONS: dict[str, str] = {
    "invoices_one_up": """
BEGIN
    IF NEW.last_number <> OLD.last_number + 1 OR NEW.year <> OLD.year
        OR NEW.cooperative_id <> OLD.cooperative_id THEN
        RAISE EXCEPTION 'numbers of invoices are append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END""",
}

INVOICES_POSTGRESQL: dict[str, str] = dict(
    (
        _before("invoices_no_change", "UPDATE OR DELETE ON invoices", "books_refuse"),
        _before("invoices_no_truncate", "TRUNCATE ON invoices", "books_refuse", "STATEMENT"),
        _before("invoice_counters_one_up", "UPDATE ON invoice_counters", "invoices_one_up"),
        _before("invoice_counters_no_delete", "DELETE ON invoice_counters", "books_refuse"),
        _before(
            "invoice_counters_no_truncate",
            "TRUNCATE ON invoice_counters",
            "books_refuse",
            "STATEMENT",
        ),
    )
)

KOR_POSTGRESQL: dict[str, str] = dict(
    (
        _before(
            "kor_confirmations_no_change", "UPDATE OR DELETE ON kor_confirmations", "books_refuse"
        ),
        _before(
            "kor_confirmations_no_truncate",
            "TRUNCATE ON kor_confirmations",
            "books_refuse",
            "STATEMENT",
        ),
    )
)

STEPS_POSTGRESQL: dict[str, str] = dict(
    (
        _before("order_steps_no_change", "UPDATE OR DELETE ON order_steps", "books_refuse"),
        _before("order_steps_no_truncate", "TRUNCATE ON order_steps", "books_refuse", "STATEMENT"),
    )
)

COMPLAINTS_FUNCTIONS: dict[str, str] = {
    "books_complaint_kept_while_open": """
BEGIN
    IF (SELECT state FROM complaints WHERE id = OLD.complaint_id) <> 'closed' THEN
        RAISE EXCEPTION 'complaint_events are append-only until their complaint is closed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END""",
}

COMPLAINTS_POSTGRESQL: dict[str, str] = dict(
    (
        _before("complaint_events_no_update", "UPDATE ON complaint_events", "books_refuse"),
        # closed ones are forgotten whole, years later (services/complaints/clocks.py)
        _before(
            "complaint_events_kept_while_open",
            "DELETE ON complaint_events",
            "books_complaint_kept_while_open",
        ),
        _before(
            "complaint_events_no_truncate",
            "TRUNCATE ON complaint_events",
            "books_refuse",
            "STATEMENT",
        ),
    )
)
