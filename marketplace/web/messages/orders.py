"""Sentences of the refusals about orders."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "order_too_late_to_call_off": _l(
        "De afspraak is te dichtbij om zelf af te zeggen. Mail de coöperatie, dan zoeken we samen een oplossing."
    ),
    "order_step_not_allowed": _l(
        "Dit kan niet meer. Er is intussen iets veranderd. Kijk op de pagina hoe het er nu voor staat."
    ),
    "order_not_for_sale": _l("Dit aanbod is er nu niet meer. Kijk gerust naar iets anders."),
    "order_own_listing": _l("Dit is je eigen aanbod. Dat kun je niet zelf kopen."),
    "dispute_holds_money": _l(
        "De bank van de koper houdt dit geld vast. Wacht tot de bank besluit. Anders betaal je twee keer."
    ),
    "dispute_takes_no_evidence": _l(
        "De bank neemt nu geen antwoord aan. Misschien is het al verstuurd, of is het besluit er al."
    ),
    "refund_too_much": _l("Dat is meer dan er betaald is en nog terug kan."),
    "order_stock_gone": _l("Er is niet genoeg meer van. Er is nog: %(left)s."),
    "order_wrong_quantity": _l(
        "Dit aantal kan niet. Neem hele stuks, klussen of personen. Uren kunnen per kwartier."
    ),
    "delivery_not_chosen": _l(
        "%(title)s kan niet op deze manier. Kies opnieuw: ophalen of laten bezorgen."
    ),
    "delivery_no_street": _l("Vul je straat en huisnummer in. Daar wordt het bezorgd."),
    "delivery_place_unknown": _l(
        "We kennen de plaats %(place)s niet. Schrijf de naam zoals op een kaart. Bijvoorbeeld Breda."
    ),
    "delivery_place_mistaken": _l(
        "We kennen de plaats %(place)s niet. Bedoel je een van deze: %(like)s? Schrijf dan die naam."
    ),
    "delivery_too_far": _l(
        "Dit is ongeveer %(km)s km ver. %(who)s bezorgt tot %(most)s km. "
        "Je kunt %(title)s wel ophalen: kies ophalen."
    ),
    "delivery_too_far_to_bring": _l(
        "Dit is ongeveer %(km)s km ver. %(who)s bezorgt %(title)s tot %(most)s km. "
        "Kies een ander adres, of kijk of iemand dichterbij dit ook maakt."
    ),
    "delivery_needs_place": _l(
        "We kennen deze plaats niet. Om te bezorgen moeten we weten hoe ver het is. "
        "Schrijf de naam zoals op een kaart."
    ),
    "delivery_no_way": _l("Kies ophalen, bezorgen, of allebei."),
    "basket_full": _l("Je mand is vol. Er passen %(most)s dingen in. Bestel eerst wat erin ligt."),
    "basket_empty": _l("Je mand is leeg. Misschien heb je dit al besteld."),
    "slot_gone": _l("Deze tijd is net bezet. Kies een andere tijd."),
    "slot_wrong_hours": _l("Deze uren kunnen niet. Het einde komt na het begin, per kwartier."),
    "order_several_sellers": _l(
        "Je kunt maar bij één coöperatie tegelijk bestellen. Maak twee bestellingen."
    ),
}
