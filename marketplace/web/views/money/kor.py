"""After the sale that ended KOR: the treasurer looks at prices and texts, and keeps the board's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.invoices import KOR_TEXT
from marketplace.domain.vat import inside
from marketplace.services.books import kor, vat
from marketplace.services.invoices import seller
from marketplace.web.explain import certainty_text
from marketplace.web.forms.money.kor import AfterKorForm
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("kor", __name__)
LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class Price:
    """What is for sale, with the VAT that its price holds now; `rate` in hundredths of a percent."""

    title: str
    member: str
    public_id: str
    price_cents: int
    vat_cents: int
    rate: int


@blueprint.route("/balie/kor", methods=["GET", "POST"])
@needs(Permission.KOR_CONFIRM, fresh=True)
def page() -> Any:
    """Show what changed for buyers and keep the board's word; before the crossing there is nothing to check."""
    session, tenant, now = context.session(), cooperative_id(), context.now()
    form = AfterKorForm()
    if form.validate_on_submit():
        kor.confirm(session, cooperative_id=tenant, actor_id=who().person_id, now=now)
        flash(_("Bewaard. Het bestuur heeft de prijzen en de tekst nagekeken."))
        return redirect(url_for("desk.today"), 303)
    standing = kor.standing(session, cooperative_id=tenant, now=now)
    if standing is None or standing.gauge.crossed_on is None:
        return render_template("books/kor_nothing.html", kor=standing, certainty=certainty_text)
    key = request.args.get("voor", type=int)
    before = key if key is not None and 0 < key < LARGEST_KEY else None
    found = kor.prices(session, cooperative_id=tenant, before=before)
    shown = render_template(
        "books/kor.html",
        form=form,
        kor=standing,
        prices=[_price(one) for one in found],
        before=before,
        following=found[-1].id if len(found) == kor.PAGE else None,
        old_text=KOR_TEXT,
        cooperative=seller.of(session, cooperative_id=tenant),
    )
    return shown, 422 if request.method == "POST" else 200


def _price(one: Any) -> Price:
    rate = vat.rate(one.vat_category, day_in_amsterdam(context.now()), "charges")
    return Price(
        title=one.title,
        member=one.membership.name,
        public_id=one.public_id,
        price_cents=one.price_cents,
        vat_cents=inside(one.price_cents, rate),
        rate=int(rate * 10_000),
    )
