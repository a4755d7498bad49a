"""Every kind of mail in words, for who sees that it was sent and not what it says."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MAIL_STATES: Mapping[str, LazyString] = {
    "waiting": _l("Wacht"),
    "sent": _l("Verstuurd"),
    "failed": _l("Mislukt"),
}

_ORDERS: Mapping[str, LazyString] = {
    "order_asked_buyer": _l("Aan de koper: je aanvraag is verstuurd"),
    "order_requested": _l("Aan de maker: een nieuwe aanvraag"),
    "order_placed_buyer": _l("Aan de koper: je bestelling"),
    "order_accepted": _l("Aan de koper: het gaat door, betaal nu"),
    "order_accepted_member": _l("Aan de maker: de afspraak voor je agenda"),
    "order_declined": _l("Aan de koper: het lukt niet"),
    "order_paid_buyer": _l("Aan de koper: we hebben je betaling"),
    "order_paid_member": _l("Aan de maker: er is betaald"),
    "order_sold_member": _l("Aan de maker: er is iets verkocht"),
    "order_delivered": _l("Aan de koper: het is klaar, klopt het?"),
    "order_confirmed": _l("Aan de maker: de koper zegt dat het klopt"),
    "order_confirmed_by_itself_buyer": _l("Aan de koper: het telt na een week als goed"),
    "order_confirmed_by_itself_member": _l("Aan de maker: het telt na een week als goed"),
    "order_moved": _l("Aan de koper: de afspraak heeft een andere tijd"),
    "order_moved_member": _l("Aan de maker: de afspraak heeft een andere tijd"),
    "order_cancelled_buyer": _l("Aan de koper: je hebt afgezegd"),
    "order_cancelled_member": _l("Aan de maker: de koper zegt af"),
    "order_called_off_buyer": _l("Aan de koper: afgezegd, je krijgt geld terug"),
    "order_called_off_member": _l("Aan de maker: de koper zegt af na de betaling"),
    "order_withdrawn_buyer": _l("Aan de koper: het lukt de maker niet, je krijgt geld terug"),
    "order_withdrawn_member": _l("Aan de maker: je hebt gezegd dat het niet lukt"),
    "order_refund_buyer": _l("Aan de koper: je krijgt geld terug"),
    "order_refund_member": _l("Aan de maker: de koper krijgt geld terug"),
    "order_expired_buyer": _l("Aan de koper: niet op tijd betaald"),
    "order_expired_member": _l("Aan de maker: de koper betaalde niet op tijd"),
    "order_unanswered_buyer": _l("Aan de koper: er kwam geen antwoord"),
    "order_unanswered_member": _l("Aan de maker: de aanvraag wachtte te lang"),
    "order_message": _l("Er is een nieuw bericht"),
    "review_written": _l("Aan de maker: een koper schreef hoe het was"),
    "invoice_issued": _l("Aan de koper: de factuur"),
    "credit_note_issued": _l("Aan de koper: de creditfactuur"),
}

_PEOPLE: Mapping[str, LazyString] = {
    "welcome": _l("Welkom, kies je wachtwoord"),
    "account_exists": _l("Er is al een account"),
    "reset": _l("Kies een nieuw wachtwoord"),
    "reset_unknown": _l("Er is geen account met dit adres"),
    "password_changed": _l("Het wachtwoord is veranderd"),
    "invited_member": _l("Uitnodiging voor een lid"),
    "invited_coordinator": _l("Uitnodiging voor een coördinator"),
    "invited_treasurer": _l("Uitnodiging voor een penningmeester"),
    "invited_officer": _l("Uitnodiging voor iemand van de gemeente"),
}

_STATEMENTS: Mapping[str, LazyString] = {
    "statement_ready": _l("De opgave staat klaar"),
    "statement_reminder": _l("De opgave ligt nog klaar"),
    "statement_reminder_nil": _l("De opgave van nul ligt nog klaar"),
    "statement_corrected": _l("De opgave is opnieuw berekend"),
    "question_asked": _l("Een vraag over een opgave"),
    "question_answered": _l("Antwoord op een vraag over een opgave"),
}

MAIL_WORDS: Mapping[str, LazyString] = {**_ORDERS, **_PEOPLE, **_STATEMENTS}
