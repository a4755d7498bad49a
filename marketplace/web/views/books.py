"""The books for coordinator and treasurer: the pots, and the journal with every entry."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.services.books import kor, ledger, pots
from marketplace.services.membership import members
from marketplace.web.explain import certainty_text
from marketplace.web.security import cooperative_id, needs

blueprint = Blueprint("books", __name__, url_prefix="/balie")

ACCOUNT_NAMES: dict[str, LazyString] = {
    "bank": _l("Bank"),
    "provider_clearing": _l("Onderweg van de betaaldienst"),
    "dispute_held": _l("Vastgehouden bij een geschil"),
    "cash": _l("Kas"),
    "receivable": _l("Te ontvangen"),
    "input_vat": _l("Btw die je terugkrijgt"),
    "payable_to_supplier": _l("Te betalen aan leveranciers"),
    "received_in_advance": _l("Vooruit ontvangen"),
    "refunds_payable": _l("Terug te betalen aan kopers"),
    "unmatched_receipts": _l("Ontvangen, nog zonder plek"),
    "output_vat": _l("Btw voor de Belastingdienst"),
    "payable_to_municipality": _l("Voor de gemeente"),
    "payable_to_member": _l("Te betalen aan lid"),
    "receipts_payable": _l("Bonnen terug aan lid"),
    "destined_for_member": _l("Thermometer"),
    "destined_pending": _l("Thermometer, komt eraan"),
    "training_pot": _l("Opleidingspot"),
    "reserve": _l("Reserve"),
    "provider_fees": _l("Kosten van de betaaldienst"),
    "losses": _l("Verlies van de coöperatie"),
    "turnover": _l("Omzet"),
    "allocation": _l("Verdeling van het resultaat"),
    "costs_material": _l("Kosten: materiaal"),
    "costs_tools": _l("Kosten: gereedschap"),
    "costs_travel": _l("Kosten: reizen"),
    "costs_workspace": _l("Kosten: werkplek"),
    "costs_phone": _l("Kosten: telefoon en internet"),
    "costs_advice": _l("Kosten: advies en lessen"),
    "costs_other": _l("Kosten: overig"),
}
KIND_NAMES: dict[str, LazyString] = {
    "paid": _l("Koper betaalt"),
    "delivered": _l("Werk is gedaan"),
    "cost_approved": _l("Bon goedgekeurd"),
    "allocated": _l("Resultaat verdeeld"),
    "paid_out": _l("Uitbetaald aan lid"),
    "receipt_repaid": _l("Bon terugbetaald"),
    "provider_fee": _l("Kosten van de betaaldienst"),
    "clearing_settled": _l("Betaaldienst maakt over"),
    "municipality_paid": _l("Betaald aan de gemeente"),
    "reversal": _l("Tegenboeking"),
    "refunded": _l("Koper krijgt geld terug"),
    "sale_reversed": _l("Verkoop gaat terug"),
    "refund_settled": _l("Terugbetaald aan koper"),
    "refund_returned": _l("Terugbetaling kwam terug"),
    "refund_covered": _l("Terugbetaald door de bank van de koper"),
    "dispute_held": _l("Betaling betwist, geld vastgezet"),
    "dispute_fee": _l("Kosten van een betwiste betaling"),
    "dispute_fee_back": _l("Kosten van een betwiste betaling terug"),
    "dispute_won": _l("Betwiste betaling gewonnen"),
    "dispute_lost": _l("Betwiste betaling verloren"),
    "bank_received": _l("Geld op de bank"),
    "bank_used": _l("Regel van de bank krijgt een plek"),
    "cash_banked": _l("Contant geld naar de bank"),
    "surplus_repaid": _l("Te veel betaald, teruggestuurd"),
    "supplier_paid": _l("Leverancier betaald"),
    "payment_returned": _l("Betaling kwam terug"),
    "stray_received": _l("Betaling zonder bestelling"),
    "stray_repaid": _l("Betaling zonder bestelling terugbetaald"),
    "stray_came_back": _l("Terugbetaling zonder bestelling kwam terug"),
    "stray_covered": _l("Betaling zonder bestelling, terug via de bank van de koper"),
}


@blueprint.get("/potten", endpoint="pots")
@needs(Permission.BOOKS_SEE)
def pots_overview() -> str:
    """Show what the cooperative holds, and for whom."""
    session, tenant = context.session(), cooperative_id()
    return render_template(
        "books/pots.html",
        pots=pots.pots(session, cooperative_id=tenant),
        kor=kor.standing(session, cooperative_id=tenant, now=context.now()),
        certainty=certainty_text,
    )


@blueprint.get("/boeken")
@needs(Permission.BOOKS_SEE)
def journal() -> str:
    """Show the journal, newest first."""
    tenant = cooperative_id()
    found = ledger.journal(context.session(), cooperative_id=tenant, before=_before())
    ids = {entry.membership_id for entry in found if entry.membership_id is not None}
    people = members.named(context.session(), cooperative_id=tenant, ids=ids)
    return render_template(
        "books/journal.html",
        entries=found,
        following=found[-1] if len(found) == ledger.PAGE else None,
        names={key: name for key, (_public_id, name) in people.items()},
        accounts=ACCOUNT_NAMES,
        kinds=KIND_NAMES,
        first=_before() is None,
    )


def _before() -> tuple[dt.date, int] | None:
    """Read where the page before ended; nonsense starts at the beginning."""
    key = request.args.get("nummer", type=int)
    try:
        day = dt.date.fromisoformat(request.args.get("dag", ""))
    except ValueError:
        return None
    return (day, key) if key is not None and 0 < key < 2**62 else None
