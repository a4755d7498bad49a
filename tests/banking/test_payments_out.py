"""Payments that we send, against a bank that is not ours: proposed, released, sent, answered, booked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.domain.bank.paying import (
    AccountMissing,
    AnswerOfAnother,
    BatchStepNotAllowed,
    NothingProposed,
    SecondPersonNeeded,
    WrongIban,
)
from marketplace.domain.errors import NotFound
from marketplace.gateways.secretbox import NoKey, SecretBox
from marketplace.models.banking import PayoutItem
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.services import ledgercheck
from marketplace.services.banking import accounts, batches, byhand, payables, statements
from marketplace.services.books import ledger, payouts
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.conftest import KEY
from tests.services import market as markets

BOX = SecretBox([KEY])
OTHER = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q="


@pytest.fixture
def house(session, now):
    """Anouk has 100.00 coming, and somebody sent 5.00 that belongs nowhere."""
    market = markets.make_market(session, regime="set_off", deductions_accepted=False)
    own = session.get_one(Cooperative, market.member.cooperative_id)
    own.iban, own.account_name = OWN, "Coöperatie Scharrel"
    factories.sell(session, market.member, gross_cents=12_100, now=now)
    made = SimpleNamespace(
        market=market,
        cooperative_id=own.id,
        treasurer=factories.make_person(session).id,
        second=factories.make_person(session).id,
        now=now,
    )
    take(session, made, camt(entry(500, "vergissing"), total=500))
    accounts.set_of_member(
        session,
        cooperative_id=own.id,
        public_id=market.member.public_id,
        iban="NL20 INGB 0001 2345 67",
        actor_id=made.treasurer,
        now=now,
    )
    session.commit()
    return made


def take(session, house, content):
    return statements.take(
        session,
        cooperative_id=house.cooperative_id,
        content=content,
        actor_id=house.treasurer,
        now=house.now,
    )


def propose(session, house, keys=None):
    due = payables.all_of(session, cooperative_id=house.cooperative_id)
    return batches.propose(
        session,
        cooperative_id=house.cooperative_id,
        keys=[one.key for one in due] if keys is None else keys,
        actor_id=house.treasurer,
        now=house.now,
    )


def act(session, house, step, batch, actor_id, **values):
    return step(
        session,
        cooperative_id=house.cooperative_id,
        public_id=batch.public_id,
        actor_id=actor_id,
        now=house.now,
        **values,
    )


def sent(session, house):
    batch = propose(session, house)
    act(session, house, batches.release, batch, house.second)
    content = batches.file_of(
        session, cooperative_id=house.cooperative_id, public_id=batch.public_id
    )
    return batch, content


def states(session, batch):
    query = select(PayoutItem.kind, PayoutItem.state).where(PayoutItem.batch_id == batch.id)
    return {kind: state for kind, state in session.execute(query)}  # noqa: C416 rows are no pairs


def balance(session, house, code):
    return ledger.balance(session, cooperative_id=house.cooperative_id, code=code)


def due_keys(session, house):
    return [one.kind for one in payables.all_of(session, cooperative_id=house.cooperative_id)]


def test_the_bank_takes_our_file_and_its_statement_closes_the_batch(session, house, bank):
    bank.account()
    batch, content = sent(session, house)
    assert "0 findings" in bank.read("POST", "/_mock/validate", content)
    answer = bank.ask("POST", "/payments", content)
    assert {one["outcome"] for one in answer["payments"]} == {"accepted"}, answer
    [report] = bank.messages("pain.002")
    assert act(session, house, batches.answer, batch, house.treasurer, content=report) == (2, 0)
    assert states(session, batch) == {"earnings": "accepted", "surplus": "accepted"}
    assert balance(session, house, "bank") == 500  # nothing is booked on a promise
    bank.ask("POST", "/_mock/advance?days=3")
    # The bank has other customers: their statements lie in the same box.
    own = [one for one in bank.messages("camt.053") if f"<IBAN>{OWN}</IBAN>".encode() in one]
    assert own
    for statement in own:
        take(session, house, statement)
    assert states(session, batch) == {"earnings": "paid", "surplus": "paid"}
    assert batch.state == "closed"
    assert balance(session, house, "unmatched_receipts") == 0
    assert balance(session, house, "bank") == -10_000
    [payout] = payouts.of_cooperative(session, cooperative_id=house.cooperative_id)
    assert (payout.amount_cents, payout.kind) == (10_000, "earnings")
    assert due_keys(session, house) == []
    assert ledgercheck.check(session) == []


def test_what_the_bank_refuses_is_payable_again(session, house, bank):
    bank.account(balance=0, behaviour="insufficient-funds")
    batch, content = sent(session, house)
    bank.ask("POST", "/payments", content)
    [report] = bank.messages("pain.002")
    assert act(session, house, batches.answer, batch, house.treasurer, content=report) == (0, 2)
    reasons = session.scalars(select(PayoutItem.reason_code).where(PayoutItem.batch_id == batch.id))
    assert set(reasons) == {"AM04"}
    assert sorted(due_keys(session, house)) == ["earnings", "surplus"]
    assert batch.state == "closed"
    assert ledgercheck.check(session) == []


def test_a_file_that_the_bank_refuses_whole(session, house, bank):
    bank.account(behaviour="reject-file")
    batch, content = sent(session, house)
    bank.ask("POST", "/payments", content)
    [report] = bank.messages("pain.002")
    assert act(session, house, batches.answer, batch, house.treasurer, content=report) == (0, 2)


def test_the_same_file_twice_is_known_to_the_bank(session, house, bank):
    bank.account()
    batch, content = sent(session, house)
    again = batches.file_of(session, cooperative_id=house.cooperative_id, public_id=batch.public_id)
    assert again == content
    bank.ask("POST", "/payments", content)
    assert "DUPL" in bank.read("POST", "/payments", again)


def test_who_proposed_does_not_release(session, house):
    batch = propose(session, house)
    with pytest.raises(SecondPersonNeeded):
        act(session, house, batches.release, batch, house.treasurer)
    with pytest.raises(BatchStepNotAllowed):
        batches.file_of(session, cooperative_id=house.cooperative_id, public_id=batch.public_id)
    act(session, house, batches.release, batch, house.second)
    with pytest.raises(BatchStepNotAllowed):
        act(session, house, batches.withdraw, batch, house.treasurer)


def test_the_database_holds_to_two_people_too(session, house):
    batch = propose(session, house)
    batch.released_by_id = house.treasurer
    with pytest.raises(IntegrityError):
        session.flush()


def test_nothing_is_proposed_twice_and_a_withdrawal_frees_it(session, house):
    keys = [one.key for one in payables.all_of(session, cooperative_id=house.cooperative_id)]
    batch = propose(session, house, keys)
    with pytest.raises(NothingProposed):
        propose(session, house, keys)
    with pytest.raises(NothingProposed):
        propose(session, house, [])
    act(session, house, batches.withdraw, batch, house.treasurer)
    assert propose(session, house, keys).state == "proposed"


def test_without_an_account_number_nothing_goes(session, house):
    session.get_one(Membership, house.market.member.id).iban = None
    with pytest.raises(AccountMissing):
        propose(session, house)


def test_an_answer_about_another_batch_is_refused(session, house, bank):
    bank.account()
    first, content = sent(session, house)
    bank.ask("POST", "/payments", content)
    [report] = bank.messages("pain.002")
    wrong = report.replace(batches.message_id(first).encode(), b"SM20200101-1")
    with pytest.raises(AnswerOfAnother):
        act(session, house, batches.answer, first, house.treasurer, content=wrong)


def test_a_stranger_finds_no_batch(session, house):
    batch = propose(session, house)
    foreign = markets.make_market(session).member.cooperative_id
    with pytest.raises(NotFound):
        batches.get(session, cooperative_id=foreign, public_id=batch.public_id)


def test_a_line_that_goes_back_has_no_other_use(session, house):
    from marketplace.domain.bank.banking import LineIsUsed

    propose(session, house)
    [(line, _state)] = byhand.waiting(session, cooperative_id=house.cooperative_id)
    with pytest.raises(LineIsUsed):
        byhand.to_other(
            session,
            cooperative_id=house.cooperative_id,
            public_id=line.public_id,
            code="reserve",
            reason="x",
            actor_id=house.treasurer,
            now=house.now,
        )


def test_account_numbers_are_encrypted_in_the_table_and_checked(session, house):
    raw = text("SELECT iban FROM memberships WHERE id = :id")
    sealed = session.execute(raw, {"id": house.market.member.id}).scalar_one()
    assert "INGB" not in sealed
    assert BOX.open(sealed) == "NL20INGB0001234567"
    assert SecretBox([OTHER, KEY]).open(sealed) == "NL20INGB0001234567"
    with pytest.raises(NoKey):
        SecretBox([OTHER]).open(sealed)
    with pytest.raises(WrongIban):
        accounts.plain("NL21INGB0001234567")
