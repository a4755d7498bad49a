"""The drill's instruments: its checks find what is planted, its Stripe forgets nothing when killed."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import create_engine, select, text

from marketplace.gateways.database import Database
from marketplace.models.orders import OrderLine
from marketplace.services.invoices import seller
from marketplace.services.trade import refunds, telling, work
from tests.faults import checks
from tests.faults.hours import Hours
from tests.faults.people import FACTS
from tests.faults.provider import Provider
from tests.services import market as markets
from tests.stripe.objects import Refused

OPEN = "(SELECT max(id) FROM orders)"  # the order that waits for its money
PLANTED = [
    (
        f"UPDATE order_lines SET order_id = (SELECT min(id) FROM orders) WHERE order_id = {OPEN}",
        "an order without its line",
    ),
    ("UPDATE payment_intents SET state = 'paid'", "an order was paid by two intents"),
    ("UPDATE payment_intents SET state = 'open'", "a paid order without a paid intent"),
    (
        "UPDATE orders SET payment_state = 'awaiting'",
        "a paid intent of an order that is not",
    ),
    (
        f"UPDATE orders SET payment_state = 'paid' WHERE id = {OPEN}",
        "a paid order that is not booked once",
    ),
    (
        f"UPDATE order_lines SET delivered_on = '2026-01-15' WHERE order_id = {OPEN}",
        "a delivered line that is not booked once",
    ),
    ("UPDATE orders SET total_cents = 1", "more went back than was paid"),
    ("DELETE FROM outbox WHERE kind = 'order_paid_buyer'", "a paid order without its mail"),
    (
        f"UPDATE orders SET payment_state = 'paid' WHERE id = {OPEN}",
        "a paid order without its invoice",
    ),
    ("DELETE FROM outbox WHERE kind = 'order_delivered'", "a delivery without its mail"),
    ("DELETE FROM outbox WHERE kind = 'order_refund_buyer'", "a refund of ours without its mail"),
    (
        "UPDATE payment_intents SET state = 'stray' WHERE state <> 'paid'",
        "a stray payment that is not booked once",
    ),
    (
        "UPDATE payment_intents SET state = 'stray' WHERE state <> 'paid'",
        "a stray payment without its mail",
    ),
    (
        "UPDATE payment_intents SET state = 'returned' WHERE state <> 'paid'",
        "a stray payment is not given back as often as its row says",
    ),
]


@pytest.fixture
def engine(database_url, now):
    """A market with an order that was paid, delivered and partly given back, and one that waits."""
    database = Database(database_url)
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        tenant = market.member.cooperative_id
        seller.keep(session, cooperative_id=tenant, facts=FACTS, actor_id=None, now=now)
        order = markets.accepted(session, market, now=now)
        failing = markets.wish(session, market, order, now=now)
        markets.receive(session, markets.word(failing, "failed"), now=now)
        markets.receive(
            session, markets.word(markets.wish(session, market, order, now=now)), now=now
        )
        public_id = markets.line_of(session, order)
        work.deliver(session, **market.own, public_id=public_id, now=now)
        row = session.execute(text("SELECT id FROM order_lines")).scalar_one()
        made = refunds.refund(
            session,
            order_id=order.id,
            lines={row: 500},
            reason="price",
            liable="member",
            by_id=None,
            now=now,
        )
        line = session.scalars(select(OrderLine).where(OrderLine.id == row)).one()
        telling.tell_refund(
            session, order=order, lines=[line], refund=made, kind="order_refund_buyer"
        )
        markets.accepted(session, market, now=now)
        session.commit()
    database.engine.dispose()
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_a_market_that_is_well_passes_and_is_not_yet_at_rest(engine):
    with engine.connect() as connection:
        assert checks.cheap(connection) == []
        found = {one.split(":")[0] for one in checks.at_rest(connection)}
    assert found == {
        "an order still waits",
        "a delivery is not confirmed",
        "a refund did not arrive",
        "a mail is not sent",
    }


@pytest.mark.parametrize(("plant", "found"), PLANTED)
def test_what_is_planted_is_found(engine, plant, found):
    with engine.begin() as connection:
        connection.execute(text(plant))
    with engine.connect() as connection:
        assert found in {one.split(":")[0] for one in checks.cheap(connection)}


def figures(**values):
    return {"balance": 0, "waiting": 0, "pages": {}, "refunds": [], **values}


def test_the_provider_and_the_books_are_laid_side_by_side(engine):
    with engine.connect() as connection:
        key = connection.execute(
            text("SELECT public_id FROM payment_intents WHERE state = 'paid'")
        ).scalar_one()
        page = {"cs_1": [key, "complete", "paid", 12_100]}
        back = [[None, "k", 500, "succeeded"]]
        good = figures(balance=12_100, pages=page, refunds=back)
        assert list(checks._provider(connection, good)) == []
        wrong = {
            "payments differ": {"pages": {}},
            "refunds differ": {"refunds": []},
            "the provider gave back twice": {"refunds": back * 2},
            "the clearing account says": {"balance": 12_099},
            "1 words were never taken": {"waiting": 1},
        }
        for said, change in wrong.items():
            found = list(checks._provider(connection, good | change))
            assert any(one.startswith(said) for one in found), (said, found)


def test_a_mail_that_is_lost_strange_or_double_is_found_and_one_handed_over_again_is_not(
    engine, tmp_path
):
    with engine.connect() as connection:
        ids = connection.execute(text("SELECT public_id FROM outbox")).scalars().all()
        letters = [{"id": one, "text": f"text {one}", "subject": "Hoi"} for one in ids]
        assert list(checks._mails(connection, letters + letters[:2])) == []
        strange = [*letters, {"id": "x", "text": "else", "subject": "Hoi"}]
        double = [*letters, letters[0] | {"id": ids[1]}]
        for wrong, said in (
            (letters[1:], "mails that never arrived"),
            (strange, "mails that nobody wrote"),
            (double, "the same words under 2 Message-IDs"),
        ):
            assert [one[: len(said)] for one in checks._mails(connection, wrong)] == [said]
    path = tmp_path / "letters.jsonl"
    path.write_text("\n".join(map(json.dumps, letters + letters[:2])))
    assert checks.handed_over_again(path) == 2


def test_a_stripe_that_was_killed_comes_back_as_it_was(tmp_path):
    Hours(tmp_path).begin()
    first = Provider(tmp_path)
    asked = {
        "mode": "payment",
        "client_reference_id": "intent-1",
        "line_items": [{"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 5_000}}],
    }
    made = first._once("key", "what", "post /v1/checkout/sessions", (), asked)
    url = made[1]["url"]
    slow = asked | {"client_reference_id": "intent-2"}
    later = first._once("key-2", "what", "post /v1/checkout/sessions", (), slow)[1]["url"]
    for act in ("buyer_pays_slowly", "money_comes", "money_comes"):
        first.world(act, url=later)
    for event in list(first._words):
        first.world("taken", event=event)
    assert first.world("buyer_pays", url=url) == "paid"
    with pytest.raises(Refused, match="paid"):
        first.world("buyer_pays", url=url)
    first.world("dashboard", url=url, cents=500)
    event = next(iter(first._words))
    first.world("taken", event=event)
    first.world("bank_day")

    second = Provider(tmp_path)  # while the first one still stands there, as after SIGKILL
    assert (second.tables, second.inside, second._words) == (
        first.tables,
        first.inside,
        first._words,
    )
    assert second.figures() == first.figures()
    assert second._once("key", "what", "post /v1/checkout/sessions", (), asked) == made
    assert [len(second.tables[name]) for name in ("cs", "ch")] == [2, 2]
    assert len(second.due) == len(second._words) == 1
    first.close()
    second.close()
