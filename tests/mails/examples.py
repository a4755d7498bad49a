"""What each kind of mail is told, as its service tells it. A new kind needs a line here."""

from __future__ import annotations

_ORDER = {"title": "Heg knippen", "path": "/bestellingen/x"}
_SUM = _ORDER | {"total_cents": 12_150}
_JOB = {"title": "Heg knippen", "path": "/werk/klussen/x"}
_MOVED = {"moved_on": "2026-01-20", "at": "09:00"}
_PAPER = {"number": "2026-000001", "total_cents": 12_150, "path": "/bestellingen/x", "invoice": "i"}
_MONTH = {"month": "2026-01", "path": "/werk/opgaven/x"}
_DUE = _MONTH | {"due_on": "2026-02-08"}
_INVITED = {"where": "De Kluscoop", "path": "/uitnodiging/x"}

EXAMPLES: dict[str, dict[str, object]] = {
    "order_asked_buyer": _SUM | {"due_on": "2026-01-29"},
    "order_placed_buyer": _SUM | {"due_on": "2026-01-17"},
    "order_requested": _JOB,
    "order_accepted": _SUM | {"due_on": "2026-01-29"},
    "order_accepted_member": _JOB,
    "order_declined": _ORDER,
    "order_paid_buyer": _SUM,
    "order_paid_member": _JOB,
    "order_sold_member": _JOB,
    "order_delivered": _ORDER,
    "order_confirmed": _JOB,
    "order_confirmed_by_itself_buyer": _ORDER,
    "order_confirmed_by_itself_member": _JOB,
    "order_moved": _ORDER | _MOVED,
    "order_moved_member": _JOB | _MOVED,
    "order_cancelled_buyer": _ORDER,
    "order_cancelled_member": _JOB,
    "order_called_off_buyer": _SUM,
    "order_called_off_member": _JOB,
    "order_withdrawn_buyer": _SUM,
    "order_withdrawn_member": _JOB,
    "order_refund_buyer": _SUM,
    "order_refund_member": _JOB,
    "order_expired_buyer": _ORDER,
    "order_expired_member": _JOB,
    "order_unanswered_buyer": _ORDER,
    "order_unanswered_member": _JOB,
    "order_message": {"title": "Heg knippen", "path": "/gesprekken/x"},
    "review_written": {"title": "Heg knippen", "path": "/beoordelingen/x"},
    "invoice_issued": _PAPER,
    "credit_note_issued": _PAPER,
    "welcome": {"path": "/wachtwoord/x"},
    "account_exists": {"path": "/inloggen", "forgot_path": "/wachtwoord"},
    "reset": {"path": "/wachtwoord/x"},
    "reset_unknown": {"path": "/aanmelden"},
    "password_changed": {"path": "/wachtwoord"},
    "invited_member": _INVITED,
    "invited_coordinator": _INVITED,
    "invited_treasurer": _INVITED,
    "invited_officer": _INVITED,
    "statement_ready": _DUE,
    "statement_reminder": _DUE,
    "statement_reminder_nil": _DUE,
    "statement_corrected": _MONTH,
    "question_asked": {"month": "2026-01", "due_on": "2026-02-08", "path": "/balie/vragen/x"},
    "question_answered": _MONTH,
}
