"""Everything that is encrypted is written under a new key, wherever it stands, in parts and once."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from marketplace.gateways.database import Database
from marketplace.gateways.secretbox import NoKey, SecretBox
from marketplace.models.banking import BankLine, MunicipalityAccount, PayoutItem
from marketplace.models.costs import Cost
from marketplace.models.doors.contacts import Contact
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import Order
from marketplace.services import encryption
from marketplace.services.banking import accounts, batches, byhand, statements, townhalls
from marketplace.services.doors import contacts
from tests.banking.papers import OWN, PAYER, camt, entry
from tests.books import factories
from tests.conftest import KEY
from tests.services import market as markets

NEW = Fernet.generate_key().decode()
# Every column that is encrypted, with what this test writes there.
WRITTEN = {
    Agreement.decided_ground: "y",
    BankLine.counter_iban: PAYER,
    Contact.address: "Laan 12",
    Contact.phone: "+31612345678",
    Cost.supplier_iban: PAYER,
    Membership.iban: PAYER,
    MunicipalityAccount.iban: OWN,
    Order.refund_iban: PAYER,
    PayoutItem.iban: PAYER,
}


@pytest.fixture
def full(session, now):
    """One value in every encrypted column, written with the old key."""
    market = markets.make_market(session, decided_ground="y")
    member = market.member
    own = {"cooperative_id": member.cooperative_id, "actor_id": market.seller.id, "now": now}
    accounts.set_own(session, iban=OWN, account_name="Scharrel", **own)
    accounts.set_of_member(session, public_id=member.public_id, iban=PAYER, **own)
    town = session.get_one(Municipality, member.municipality_id)
    townhalls.set_account(session, public_id=town.public_id, iban=OWN, **own)
    statements.take(session, content=camt(entry(500, "vergissing"), total=500), **own)
    [(line, _state)] = byhand.waiting(session, cooperative_id=member.cooperative_id)
    batches.propose(session, keys=[f"surplus:{line.public_id}"], **own)
    factories.make_cost(
        session,
        member,
        now=now,
        paid_by="supplier",
        supplier=factories.SUPPLIER,
    )
    contacts.keep(
        session,
        cooperative_id=member.cooperative_id,
        person_id=market.buyer.id,
        phone=WRITTEN[Contact.phone],
        address=WRITTEN[Contact.address],
        by_id=market.seller.id,
        now=now,
    )
    order = markets.accepted(session, market, now=now)
    order.refund_iban, order.refund_name = PAYER, "K. Bakker"
    session.commit()
    session.close()


def values(url, keys):
    """What stands in each column, read with these keys."""
    database = Database(url, keys)
    try:
        with database.session(writes=False) as own:
            return {
                column: own.scalars(select(column).where(column.is_not(None))).all()
                for column in WRITTEN
            }
    finally:
        database.engine.dispose()


def write_anew(url, keys, limit):
    """Run through all columns; gives how many were written, were new already, and could not be read."""
    database = Database(url, keys)
    sums = [0, 0, 0]
    for column in encryption.columns():
        last: int | None = 0
        while last is not None:
            with database.session(writes=True) as own, own.begin():
                batch = encryption.write_anew(own, column, after=last, limit=limit)
            last = batch.last
            for at, more in enumerate((batch.written, batch.new_already, len(batch.unreadable))):
                sums[at] += more
    database.engine.dispose()
    return sums


def test_no_encrypted_column_is_forgotten():
    assert {str(column) for column in encryption.columns()} == {
        f"{column.class_.__tablename__}.{column.key}" for column in WRITTEN
    }


@pytest.mark.usefixtures("full")
def test_a_rotated_key_takes_over_everywhere(database_url):
    with pytest.raises(NoKey):
        values(database_url, [NEW])
    assert write_anew(database_url, [NEW, KEY], limit=1) == [len(WRITTEN), 0, 0]
    assert values(database_url, [NEW]) == {column: [value] for column, value in WRITTEN.items()}
    with pytest.raises(NoKey):
        values(database_url, [KEY])


@pytest.mark.usefixtures("full")
def test_a_number_is_still_found_once_the_old_key_is_gone(database_url):
    write_anew(database_url, [NEW, KEY], limit=100)
    database = Database(database_url, [NEW])
    [(column, mark)] = encryption.marks()
    by_number = select(Contact.id).where(Contact.phone_mark == WRITTEN[Contact.phone])
    with database.session(writes=True) as own, own.begin():
        assert own.scalars(by_number).all() == []
        assert encryption.mark_anew(own, column, mark, limit=1)[0] == 1
        assert len(own.scalars(by_number).all()) == 1
    database.engine.dispose()


@pytest.mark.usefixtures("full")
def test_a_run_that_was_stopped_goes_on_where_it_was(database_url):
    database = Database(database_url, [NEW, KEY])
    with database.session(writes=True) as own, own.begin():
        assert encryption.write_anew(own, encryption.columns()[0]).written == 1
    database.engine.dispose()
    assert write_anew(database_url, [NEW, KEY], limit=100) == [len(WRITTEN) - 1, 1, 0]
    assert write_anew(database_url, [NEW], limit=100) == [0, len(WRITTEN), 0]


@pytest.mark.usefixtures("full")
def test_what_no_key_opens_is_told_and_left_as_it_is(database_url):
    other = Fernet.generate_key().decode()
    assert write_anew(database_url, [NEW, other], limit=100) == [0, 0, len(WRITTEN)]
    assert values(database_url, [KEY])[Membership.iban] == [PAYER]


def test_the_command_tells_its_progress_and_what_it_could_not_read(app, session, now):
    market = markets.make_market(session, decided_ground="y")
    market.member.iban = PAYER
    session.commit()
    run = app.test_cli_runner()
    told = run.invoke(args=["people", "encrypt-anew"])
    assert told.exit_code == 0
    assert "memberships.iban: 0 written" in told.output  # the newest key wrote it already
    sealed = SecretBox([Fernet.generate_key().decode()]).seal(PAYER)
    session.execute(text("UPDATE memberships SET iban = :sealed"), {"sealed": sealed})
    session.commit()
    told = run.invoke(args=["people", "encrypt-anew"])
    assert told.exit_code == 1
    assert f"memberships.iban of row {market.member.id}" in told.output
