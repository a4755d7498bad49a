"""The provider beside the books: each cooperative sees its own differences, the operator all."""

from __future__ import annotations

import pytest

from marketplace import context
from marketplace.services.money import reconciliation
from marketplace.services.money.reconciliation import Difference
from tests.books import factories
from tests.web.shop import open_shop


@pytest.fixture
def shop(app):
    return open_shop(app)


def staff(app, shop, role, cooperative_id):
    from marketplace.models.people import Grant

    with app.app_context(), context.transaction() as session:
        person = factories.make_person(session)
        session.add(
            Grant(
                person_id=person.id,
                role=role,
                cooperative_id=cooperative_id,
                created_at=factories.LONG_AGO,
            )
        )
        session.flush()
        session.expunge(person)
    return shop.browser(person)


def differs(app, cooperative_id):
    found = [
        Difference("missing_here", "txn_own", cooperative_id, None, -500),
        Difference("missing_here", "txn_nobody", None, None, 700),
    ]
    with app.app_context(), context.transaction() as session:
        reconciliation.keep(session, provider="stripe", account="", found=found, now=context.now())


def test_a_treasurer_sees_the_differences_of_the_own_cooperative_only(app, shop):
    own = shop.market.member.cooperative_id
    differs(app, own)
    page = staff(app, shop, "treasurer", own).get("/balie/betaaldienst")
    assert page.status_code == 200
    assert "txn_own" in page.text
    assert "txn_nobody" not in page.text


def test_a_buyer_does_not_see_the_page(shop):
    assert shop.browser(shop.market.buyer).get("/balie/betaaldienst").status_code in {403, 404}


def test_a_difference_that_is_right_again_goes_from_the_page(app, shop):
    own = shop.market.member.cooperative_id
    differs(app, own)
    with app.app_context(), context.transaction() as session:
        reconciliation.keep(session, provider="stripe", account="", found=[], now=context.now())
    page = staff(app, shop, "treasurer", own).get("/balie/betaaldienst")
    assert "Alles klopt" in page.text
