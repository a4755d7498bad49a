"""What each kind of mail is told, as its service tells it. A new kind needs a line here."""

from __future__ import annotations

_ORDER = {"title": "Heg knippen", "path": "/bestellingen/x"}
_SUM = _ORDER | {"total_cents": 12_150}
# The signed link joins when the mail leaves.
_PAY = _SUM | {"pay_order": "x", "pay_path": "/betalen/x"}
_JOB = {"title": "Heg knippen", "path": "/werk/klussen/x"}
_MOVED = {"moved_on": "2026-01-20", "at": "09:00"}
_PAPER = {"number": "2026-000001", "total_cents": 12_150, "path": "/bestellingen/x", "invoice": "i"}
_MONTH = {"month": "2026-01", "path": "/werk/opgaven/x"}
_DUE = _MONTH | {"due_on": "2026-02-08"}
_ASKED = {
    "title": "Heg knippen",
    "closes_on": "2026-02-08",
    "wanted_path": "/werk/aanvragen?lijst=wanted",
}
_REQUEST = _ASKED | {"path": "/aanvragen/x"}
_REQUEST_MEMBER = _ASKED | {"path": "/werk/aanvragen/x"}
_OFFER = _SUM | {"valid_on": "2026-02-08", "path": "/offertes/x"}
_COMPLAINT = _SUM | {"due_on": "2026-02-08", "path": "/klachten/x"}
_COMPLAINT_MEMBER = _COMPLAINT | {"path": "/werk/klachten/x"}
_COMPLAINT_DESK = _COMPLAINT | {"path": "/balie/klachten/x"}
_DESK = _SUM | {"due_on": "2026-01-29", "path": "/balie/bestellingen/x"}
_DISPUTE = _SUM | {"path": "/balie/betwist/x"}
_SHARE = _JOB | {"share_cents": 4_050}
_SERIES = {"title": "Heg knippen", "path": "/bestellingen/vaker/x"}
_SERIES_MEMBER = {"title": "Heg knippen", "path": "/werk/vaker/x"}
_NOT_THEN = {"wanted_on": "2026-02-12"}
_INVITED = {"where": "De Kluscoop", "path": "/uitnodiging/x"}

EXAMPLES: dict[str, dict[str, object]] = {
    "order_asked_buyer": _SUM | {"due_on": "2026-01-29"},
    "order_placed_buyer": _PAY | {"due_on": "2026-01-17"},
    "order_requested": _JOB,
    "order_accepted": _PAY | {"due_on": "2026-01-29"},
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
    "order_called_off_desk": _SUM,
    "order_called_off_member": _JOB,
    "order_withdrawn_buyer": _SUM,
    "order_withdrawn_member": _JOB,
    "order_paid_twice_buyer": _SUM,
    "order_paid_ended_buyer": _SUM,
    "order_refund_buyer": _SUM,
    "order_refund_member": _JOB,
    "order_expired_buyer": _ORDER,
    "order_expired_member": _JOB,
    "order_unanswered_buyer": _ORDER,
    "order_unanswered_member": _JOB,
    "order_confirmed_desk": _JOB,
    "order_ended_desk": _ORDER,
    "order_ended_desk_member": _JOB,
    "order_declined_desk": _JOB,
    "order_disputed_member": _JOB,
    "dispute_opened": _DISPUTE,
    "dispute_won": _DISPUTE,
    "dispute_lost": _DISPUTE,
    "dispute_warning_closed": _DISPUTE,
    "refund_returned": _SUM | {"path": "/balie/bestellingen/x"},
    "refund_came_back": {"total_cents": 12_150, "path": "/bestellingen/x/geld-terug"},
    "phone_entered_buyer": _SUM | {"due_on": "2026-01-29"},
    "phone_to_pay_buyer": _PAY | {"due_on": "2026-01-17"},
    "phone_accepted_desk": _DESK,
    "phone_declined_desk": _DESK,
    "phone_unanswered_desk": _DESK,
    "phone_unpaid_desk": _DESK,
    "team_asked": _SHARE,
    "team_agreed": _SHARE,
    "team_refused": _SHARE,
    "team_off": _SHARE,
    "series_asked": _SERIES_MEMBER,
    "series_accepted": _SERIES,
    "series_declined": _SERIES,
    "series_unanswered": _SERIES,
    "series_order": _PAY | _NOT_THEN | {"due_on": "2026-02-11"},
    "series_slot_gone_buyer": _SERIES | _NOT_THEN,
    "series_slot_gone_member": _SERIES_MEMBER | _NOT_THEN,
    "series_not_sold_buyer": _SERIES | _NOT_THEN,
    "series_not_sold_member": _SERIES_MEMBER | _NOT_THEN,
    "series_paused": _SERIES,
    "series_resumed": _SERIES_MEMBER,
    "series_stopped": _SERIES,
    "quote_asked": _REQUEST_MEMBER,
    "quote_declined": _REQUEST,
    "quote_withdrawn": _REQUEST_MEMBER,
    "quote_expired": _REQUEST_MEMBER,
    "request_expired": _REQUEST,
    "request_removed": _REQUEST,
    "request_withdrawn": _REQUEST_MEMBER,
    "offer_made": _OFFER,
    "offer_taken_back": _OFFER,
    "offer_agreed_buyer": _OFFER | _PAY,
    "offer_agreed_member": _JOB,
    "offer_not_chosen": _REQUEST_MEMBER,
    "offer_turned_down": _REQUEST_MEMBER,
    "offer_expired_buyer": _OFFER,
    "offer_expired_member": _REQUEST_MEMBER,
    "complaint_received": _COMPLAINT,
    "complaint_new": _COMPLAINT_MEMBER,
    "complaint_answered": _COMPLAINT,
    "complaint_redone": _COMPLAINT,
    "complaint_passed_on": _COMPLAINT_MEMBER,
    "complaint_yours": _COMPLAINT_DESK,
    "complaint_late": _COMPLAINT_DESK,
    "complaint_redo_agreed": _COMPLAINT_MEMBER,
    "complaint_part_agreed": _COMPLAINT_MEMBER,
    "complaint_solved": _COMPLAINT_MEMBER,
    "complaint_withdrawn": _COMPLAINT_MEMBER,
    "complaint_decided": _COMPLAINT_MEMBER,
    "complaint_refunded": _COMPLAINT,
    "complaint_silent": _COMPLAINT,
    "complaint_ended": _COMPLAINT_MEMBER,
    "complaint_words": _COMPLAINT,
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
