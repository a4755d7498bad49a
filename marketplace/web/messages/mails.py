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
    "order_called_off_desk": _l("Aan de koper: de coöperatie zegt af, je krijgt geld terug"),
    "order_called_off_member": _l("Aan de maker: de koper zegt af na de betaling"),
    "order_withdrawn_buyer": _l("Aan de koper: het lukt de maker niet, je krijgt geld terug"),
    "order_withdrawn_member": _l("Aan de maker: je hebt gezegd dat het niet lukt"),
    "order_paid_twice_buyer": _l("Aan de koper: je betaalde twee keer"),
    "order_paid_ended_buyer": _l("Aan de koper: je betaalde voor wat niet doorging"),
    "order_refund_buyer": _l("Aan de koper: je krijgt geld terug"),
    "order_refund_member": _l("Aan de maker: de koper krijgt geld terug"),
    "order_expired_buyer": _l("Aan de koper: niet op tijd betaald"),
    "order_expired_member": _l("Aan de maker: de koper betaalde niet op tijd"),
    "order_unanswered_buyer": _l("Aan de koper: er kwam geen antwoord"),
    "order_unanswered_member": _l("Aan de maker: de aanvraag wachtte te lang"),
    "order_confirmed_desk": _l("Aan de maker: de coöperatie zegt dat het klopt"),
    "order_ended_desk": _l("Aan de koper: de coöperatie heeft afgezegd"),
    "order_ended_desk_member": _l("Aan de maker: de coöperatie heeft afgezegd"),
    "order_declined_desk": _l("Aan de maker: de coöperatie zei nee voor je"),
    "order_disputed_member": _l("Aan de maker: de betaling is betwist"),
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

_MONEY: Mapping[str, LazyString] = {
    "dispute_opened": _l("Aan de penningmeester: een betaling is betwist"),
    "dispute_won": _l("Aan de penningmeester: betwiste betaling gewonnen"),
    "dispute_lost": _l("Aan de penningmeester: betwiste betaling verloren"),
    "dispute_warning_closed": _l("Aan de penningmeester: de vraag van de bank is gesloten"),
    "refund_returned": _l("Aan de penningmeester: een terugbetaling kwam terug"),
    "refund_came_back": _l("Aan de koper: welke rekening voor het geld terug?"),
}

_DOORS: Mapping[str, LazyString] = {
    "phone_entered_buyer": _l("Aan de koper: je bestelling per telefoon is genoteerd"),
    "phone_to_pay_buyer": _l("Aan de koper: betaal je bestelling per telefoon"),
    "phone_accepted_desk": _l("Aan de balie: bel de koper, het gaat door"),
    "phone_declined_desk": _l("Aan de balie: bel de koper, het lukt niet"),
    "phone_unanswered_desk": _l("Aan de balie: bel de koper, er kwam geen antwoord"),
    "phone_unpaid_desk": _l("Aan de balie: bel de koper, er is niet betaald"),
    "team_asked": _l("Aan de maker: doe je mee aan deze klus?"),
    "team_agreed": _l("Aan de makers: iedereen doet mee"),
    "team_refused": _l("Aan de maker: samen lukt het niet"),
    "team_off": _l("Aan de maker: de klus gaat niet samen door"),
    "series_asked": _l("Aan de maker: een vraag om steeds terug te komen"),
    "series_accepted": _l("Aan de koper: het komt steeds terug"),
    "series_declined": _l("Aan de koper: het kan niet steeds terugkomen"),
    "series_unanswered": _l("Aan de koper: geen antwoord op je vraag om steeds terug te komen"),
    "series_order": _l("Aan de koper: de volgende bestelling van een reeks"),
    "series_slot_gone_buyer": _l("Aan de koper: een keer niet, de tijd is niet vrij"),
    "series_slot_gone_member": _l("Aan de maker: een keer niet, de tijd is niet vrij"),
    "series_not_sold_buyer": _l("Aan de koper: een keer niet, het staat niet op de markt"),
    "series_not_sold_member": _l("Aan de maker: een keer niet, het staat niet op de markt"),
    "series_paused": _l("Een reeks staat op pauze"),
    "series_resumed": _l("Een reeks gaat weer door"),
    "series_stopped": _l("Een reeks is gestopt"),
}

_ASKING: Mapping[str, LazyString] = {
    "quote_asked": _l("Aan de maker: iemand vraagt een offerte"),
    "quote_declined": _l("Aan de koper: er komt geen offerte"),
    "quote_withdrawn": _l("Aan de maker: de koper vraagt geen offerte meer"),
    "quote_expired": _l("Aan de maker: de vraag om een offerte is verlopen"),
    "request_expired": _l("Aan de koper: er kwam geen aanbod"),
    "request_removed": _l("Aan de koper: je vraag is van de markt gehaald"),
    "request_withdrawn": _l("Aan de maker: de vraag is weg, het aanbod vervalt"),
    "offer_made": _l("Aan de koper: er is een offerte"),
    "offer_taken_back": _l("Aan de koper: de offerte is ingetrokken"),
    "offer_agreed_buyer": _l("Aan de koper: je zei ja op de offerte, betaal nu"),
    "offer_agreed_member": _l("Aan de maker: de koper zegt ja op je offerte"),
    "offer_not_chosen": _l("Aan de maker: de koper koos iemand anders"),
    "offer_turned_down": _l("Aan de maker: de koper zegt nee op je offerte"),
    "offer_expired_buyer": _l("Aan de koper: de offerte is verlopen"),
    "offer_expired_member": _l("Aan de maker: je offerte is verlopen"),
}

_COMPLAINTS: Mapping[str, LazyString] = {
    "complaint_received": _l("Aan de koper: we hebben je melding"),
    "complaint_new": _l("Aan de maker: de koper meldt dat iets niet klopt"),
    "complaint_answered": _l("Aan de koper: er is een voorstel"),
    "complaint_redone": _l("Aan de koper: het is opnieuw gedaan"),
    "complaint_passed_on": _l("De coördinator kijkt mee naar een melding"),
    "complaint_yours": _l("Aan de coördinator: een klacht wacht op jou"),
    "complaint_late": _l("Aan de coördinator: een klacht wacht te lang"),
    "complaint_redo_agreed": _l("Aan de maker: je doet het opnieuw"),
    "complaint_part_agreed": _l("Aan de maker: de koper vindt je voorstel goed"),
    "complaint_solved": _l("Aan de maker: de melding is opgelost"),
    "complaint_withdrawn": _l("Aan de maker: de koper neemt de melding terug"),
    "complaint_decided": _l("Er is een besluit over een melding"),
    "complaint_refunded": _l("Aan de koper: besluit over de melding, je krijgt geld terug"),
    "complaint_silent": _l("Aan de koper: je melding is gesloten"),
    "complaint_ended": _l("Aan de maker: de melding is gesloten"),
    "complaint_words": _l("Er is iets geschreven bij een melding"),
}

MAIL_WORDS: Mapping[str, LazyString] = {
    **_ORDERS,
    **_MONEY,
    **_DOORS,
    **_ASKING,
    **_COMPLAINTS,
    **_PEOPLE,
    **_STATEMENTS,
}
