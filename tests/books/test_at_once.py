"""Two happenings at the same moment: both are booked, and the waterfall counts both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from marketplace.gateways.database import Database
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.services import ledgercheck
from marketplace.services.books import payouts, pots
from tests.books.factories import at, deliver, make_member, make_paid_order, make_person, sell

NOW = at("2026-01-20")


def at_once(database_url, *acts):
    """Run each act in a session and thread of its own; gives what it returned or raised."""
    database = Database(database_url)
    start = Barrier(len(acts))

    def run(act):
        with database.session(writes=True) as session:
            start.wait(timeout=30)
            try:
                found = act(session)
                session.commit()
            except Exception as fault:  # noqa: BLE001 the test looks at what it was
                return fault
            return found

    with ThreadPoolExecutor(len(acts)) as pool:
        found = list(pool.map(run, acts))
    database.engine.dispose()
    return found


def test_two_deliveries_of_one_member_at_once_divide_one_result(session, database_url):
    member = make_member(session)
    orders = [make_paid_order(session, member, gross_cents=99_999, now=NOW) for _ in range(3)]
    session.commit()

    def delivering(order_id):
        return lambda own: deliver(own, own.get_one(Order, order_id), now=NOW)

    assert at_once(database_url, *(delivering(order.id) for order in orders)) == [None] * 3
    session.expire_all()
    assert ledgercheck.check(session) == []
    # 3 x 826.44 = 2,479.32: 123.97 and 247.93
    found = pots.pots(session, cooperative_id=member.cooperative_id)
    assert (found.training_cents, found.reserve_cents) == (12_397, 24_793)


def test_first_sales_of_two_members_at_once_share_the_new_accounts(session, database_url):
    first = make_member(session)
    cooperative = session.get_one(Cooperative, first.cooperative_id)
    second = make_member(session, cooperative=cooperative)
    session.commit()

    def selling(membership_id):
        def act(own):
            sell(own, own.get_one(Membership, membership_id), gross_cents=12_100, now=NOW)

        return act

    assert at_once(database_url, selling(first.id), selling(second.id)) == [None, None]
    session.expire_all()
    assert ledgercheck.check(session) == []


def paying(member, treasurer, key, cents):
    return lambda own: (
        payouts.book(
            own,
            cooperative_id=member.cooperative_id,
            membership_id=member.id,
            kind="earnings",
            amount_cents=cents,
            bank_reference="NL00",
            paid_on=NOW.date(),
            booked_by_id=treasurer.id,
            idempotency_key=key,
            now=NOW,
        ).id
    )


def test_of_two_payouts_at_once_only_what_is_payable_goes_out(session, database_url):
    member = make_member(session, regime="set_off")
    sell(session, member, gross_cents=12_100, now=NOW)
    treasurer = make_person(session)
    session.commit()

    found = at_once(
        database_url, paying(member, treasurer, "a", 8_500), paying(member, treasurer, "b", 8_500)
    )
    assert sorted(type(one).__name__ for one in found) == ["MoreThanPayable", "int"]


def test_the_same_payout_sent_twice_at_once_is_one(session, database_url):
    member = make_member(session, regime="set_off")
    sell(session, member, gross_cents=12_100, now=NOW)
    treasurer = make_person(session)
    session.commit()
    act = paying(member, treasurer, "a", 4_000)
    first, second = at_once(database_url, act, act)
    assert first == second
