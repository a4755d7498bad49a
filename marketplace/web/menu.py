"""The main menu of each role."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.web.addresses import address

MENUS: dict[str, tuple[tuple[str, LazyString, str], ...]] = {
    "buyer": (
        ("catalogue.browse", _l("Aanbod"), "search"),
        ("basket.page", _l("Mand"), "shop"),
        ("orders.mine", _l("Mijn bestellingen"), "list"),
        ("messages.mine", _l("Berichten"), "mail"),
        ("home.how", _l("Hoe het werkt"), "info"),
    ),
    "member": (
        ("workplace.today", _l("Vandaag"), "home"),
        ("work.jobs", _l("Klussen"), "list"),
        ("costs.mine", _l("Bonnen"), "camera"),
        ("statements.mine", _l("Opgaven"), "euro"),
        ("listings.mine", _l("Mijn aanbod"), "user"),
    ),
    "coordinator": (
        ("desk.today", _l("Vandaag"), "home"),
        ("members.browse", _l("Leden"), "user"),
        ("costs.queue", _l("Goedkeuren"), "check"),
        ("books.pots", _l("Potten"), "euro"),
        ("books.journal", _l("Boeken"), "list"),
    ),
    "treasurer": (
        ("desk.today", _l("Vandaag"), "home"),
        ("payouts.queue", _l("Uitbetalen"), "euro"),
        ("bank.queue", _l("Bank en kas"), "list"),
        ("invoices.browse", _l("Facturen"), "receipt"),
        ("members.browse", _l("Leden"), "user"),
        ("books.pots", _l("Potten"), "euro"),
        ("books.journal", _l("Boeken"), "list"),
    ),
    "officer": (
        ("officer.overview", _l("Opgaven"), "check"),
        ("officer.participants", _l("Deelnemers"), "user"),
    ),
    "operator": (
        ("operator.overview", _l("Beheer"), "home"),
        ("rules.overview", _l("Regels"), "list"),
        ("operator.refusals", _l("Geweigerde berichten"), "warning"),
        ("provider.overview", _l("Betaaldienst"), "euro"),
    ),
}


FOR_SIGNED_IN = frozenset({"orders.mine", "basket.page", "messages.mine"})


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu."""

    label: LazyString
    href: str
    icon: str
    current: bool


def menu_for(role: str, *, signed_in: bool) -> list[MenuItem]:
    """Give the menu of a role; who is not signed in has no orders to see."""
    return [
        MenuItem(label, address(endpoint), icon, current=request.endpoint == endpoint)
        for endpoint, label, icon in MENUS[role]
        if endpoint in current_app.view_functions and (signed_in or endpoint not in FOR_SIGNED_IN)
    ]
