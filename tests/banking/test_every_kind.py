"""Every kind of payment through the bank that is not ours: whole, as one sum, refused and come back."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.domain.bank.banking import AmountsDiffer
from marketplace.domain.bank.paying import AccountMissing
from marketplace.domain.errors import NotFound
from marketplace.models.banking import BankLine, PayoutItem
from marketplace.models.cooperatives import Cooperative
from marketplace.models.municipalities import Municipality
from marketplace.models.outbox import OutboxMessage
from marketplace.services import ledgercheck
from marketplace.services.banking import (
    accounts,
    batches,
    byhand,
    bypayment,
    payables,
    statements,
    townhalls,
    transfer,
)
from marketplace.services.books import ledger, payouts
from marketplace.services.trade import refunds, settling
from tests.banking.conftest import as_one_sum
from tests.banking.papers import OWN, PAYER, camt, entry
from tests.books import factories
from tests.doors.test_slots import only_line
from tests.services import market as markets

# What each kind is in this house, in cents.
DUE = {
    "earnings": 10_000,
    "receipts": 2_420,
    "surplus": 500,
    "refund": 12_100,
    "supplier": 9_680,
    "municipality": 4_250,
}


@pytest.fixture
def house(session, now):
    """One of each kind that can be paid, and a treasurer with a second person beside her."""
    market = markets.make_market(session, regime="set_off", deductions_accepted=False)
    own = session.get_one(Cooperative, market.member.cooperative_id)
    own.iban, own.account_name = OWN, "Coöperatie Scharrel"
    made = SimpleNamespace(
        session=session,
        market=market,
        cooperative_id=own.id,
        treasurer=factories.make_person(session).id,
        second=factories.make_person(session).id,
        now=now,
    )
    factories.sell(session, market.member, gross_cents=12_100, now=now)
    town = factories.make_municipality(session, name="Ons Dorp")
    pot = factories.make_membership(session, cooperative=own, municipality=town)
    factories.make_agreement(session, pot, threshold_cents=0)
    factories.sell(session, pot, gross_cents=12_100, now=now)
    factories.spend(session, pot, now=now, paid_by="member", gross_cents=2_420, vat_cents=420)
    factories.spend(session, pot, now=now, paid_by="supplier", supplier=factories.SUPPLIER)
    factories.sell(session, pot, gross_cents=12_100, now=now)
    made.town, made.pot = town, pot
    order = markets.accepted(session, market, now=now)
    transfer.choose(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    take(made, camt(entry(12_100, order.bank_reference), entry(500, "x"), total=12_600))
    made.order = order
    give_back(made, order)
    for member in (market.member, pot):
        act(made, accounts.set_of_member, member, made.treasurer, iban=PAYER)
    act(made, townhalls.set_account, town, made.treasurer, iban=PAYER)
    session.commit()
    return made


def give_back(house, order):
    return refunds.refund(
        house.session,
        order_id=order.id,
        lines={only_line(house.session, order.id).id: 12_100},
        reason="cancelled",
        liable="cooperative",
        by_id=None,
        now=house.now,
    )


def take(house, content):
    return statements.take(
        house.session,
        cooperative_id=house.cooperative_id,
        content=content,
        actor_id=house.treasurer,
        now=house.now,
    )


def act(house, step, thing, actor_id, **values):
    return step(
        house.session,
        cooperative_id=house.cooperative_id,
        public_id=thing.public_id,
        actor_id=actor_id,
        now=house.now,
        **values,
    )


def due(house):
    found = payables.all_of(house.session, cooperative_id=house.cooperative_id)
    return {one.kind: one for one in found}


def released(house, kinds=tuple(DUE)):
    """A batch of these kinds that a second person let go; gives it with the file for the bank."""
    batch = batches.propose(
        house.session,
        cooperative_id=house.cooperative_id,
        keys=[due(house)[kind].key for kind in kinds],
        actor_id=house.treasurer,
        now=house.now,
    )
    act(house, batches.release, batch, house.second)
    content = batches.file_of(
        house.session, cooperative_id=house.cooperative_id, public_id=batch.public_id
    )
    return batch, content


def states(house, batch):
    query = select(PayoutItem.kind, PayoutItem.state).where(PayoutItem.batch_id == batch.id)
    return {kind: state for kind, state in house.session.execute(query)}  # noqa: C416 rows are no pairs


def balances(house):
    codes = ("payable_to_member", "receipts_payable", "unmatched_receipts")
    codes += ("refunds_payable", "payable_to_supplier", "payable_to_municipality", "bank")
    return {
        code: ledger.balance(house.session, cooperative_id=house.cooperative_id, code=code)
        for code in codes
    }


def clean(house):
    house.session.flush()
    return ledgercheck.check(house.session) == []


def all_in_state(state):
    return dict.fromkeys(DUE, state)


def test_each_kind_is_payable_and_the_file_says_under_what(house):
    found = due(house)
    assert {kind: one.cents for kind, one in found.items()} == DUE
    assert {one.iban for one in found.values()} == {PAYER, factories.SUPPLIER.iban}
    assert found["refund"].name == "K. Bakker"  # who paid, as the bank told
    _batch, content = released(house)
    assert b"F-2026-17" in content
    assert due(house) == {}
    assert clean(house)


@pytest.mark.parametrize("as_told", [bytes, as_one_sum], ids=["each", "one sum"])
def test_the_bank_carries_all_of_it_out(house, bank, as_told):
    bank.account()
    before = balances(house)
    batch, content = released(house)
    answer = bank.ask("POST", "/payments", content)
    assert {one["outcome"] for one in answer["payments"]} == {"accepted"}, answer
    [report] = bank.messages("pain.002")
    assert act(house, batches.answer, batch, house.treasurer, content=report) == (len(DUE), 0)
    assert balances(house) == before  # nothing is booked on a promise
    for statement in bank.statements():
        take(house, as_told(statement))
    assert states(house, batch) == all_in_state("paid")
    assert batch.state == "closed"
    after = balances(house)
    assert after.pop("bank") == before["bank"] - sum(DUE.values())
    assert set(after.values()) == {0}
    [refund] = refunds.of_order(house.session, order_id=house.order.id)
    assert (refund.state, refund.via) == ("done", "bank")
    assert due(house) == {}
    assert clean(house)


def test_what_comes_back_is_payable_again_and_goes_out_once_more(house, bank):
    bank.account(behaviour="return-later", parameters={"days": 2, "reason": "AC04"})
    before = balances(house)
    batch, content = released(house)
    bank.ask("POST", "/payments", content)
    for statement in bank.statements(days=9):
        take(house, statement)
    assert states(house, batch) == all_in_state("returned")
    assert balances(house) == before
    codes = house.session.scalars(select(PayoutItem.reason_code)).all()
    assert set(codes) == {"AC04"}
    [(_batch, count, _cents, back)] = batches.newest(
        house.session, cooperative_id=house.cooperative_id
    )
    assert (count, back) == (len(DUE), len(DUE))
    waiting = byhand.waiting(house.session, cooperative_id=house.cooperative_id)
    assert [line.left_cents for line, _state in waiting] == [DUE["surplus"]]
    assert all(
        one.returned_on
        for one in payouts.of_cooperative(house.session, cooperative_id=house.cooperative_id)
    )
    assert clean(house)
    again = due(house)
    assert {kind: one.cents for kind, one in again.items()} == DUE
    # The account from which the buyer paid is gone: she is asked for another one.
    [mail] = house.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "refund_came_back")
    )
    assert mail.facts["path"] == f"/bestellingen/{house.order.public_id}/geld-terug"
    assert (again["refund"].iban, again["refund"].note) == ("", "AC04")
    with pytest.raises(AccountMissing):
        released(house)
    house.order.refund_iban, house.order.refund_name = PAYER, "K. Bakker"
    house.session.flush()
    bank.ask("PATCH", "/_mock/accounts/own", b'{"behaviour": "accept"}')
    second, content = released(house)
    bank.ask("POST", "/payments", content)
    for statement in bank.statements(days=5):
        take(house, statement)
    assert states(house, second) == all_in_state("paid")
    assert balances(house)["refunds_payable"] == 0
    assert clean(house)


def test_one_that_the_bank_refuses_leaves_the_sum_of_the_others(house):
    """The sum comes before the report: it waits, and finds its place when the report is read."""
    batch, _content = released(house)
    items = house.session.scalars(select(PayoutItem).order_by(PayoutItem.id)).all()
    refused = next(item for item in items if item.kind == "refund")
    rest = sum(DUE.values()) - refused.cents
    name = batches.message_id(batch)
    sum_line = entry(-rest, "", ref="S1").replace(
        "<NtryDtls>", f"<NtryDtls><Btch><PmtInfId>{name}-1</PmtInfId></Btch>"
    )
    assert take(house, camt(sum_line, total=-rest)).matched == 0
    report = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
    <OrgnlGrpInfAndSts><OrgnlMsgId>{name}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
    <OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{refused.public_id}</OrgnlEndToEndId>
    <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
    </CstmrPmtStsRpt></Document>""".encode()
    assert act(house, batches.answer, batch, house.treasurer, content=report) == (0, 1)
    assert states(house, batch) == all_in_state("paid") | {"refund": "rejected"}
    assert batch.state == "closed"
    assert (due(house)["refund"].note, due(house)["refund"].iban) == ("AC04", "")
    assert clean(house)


def test_a_sum_of_another_amount_is_left_to_a_person_who_cannot_force_it(house):
    batch, _content = released(house, ("earnings", "surplus"))
    name = batches.message_id(batch)
    take(house, camt(entry(-10_400, "", e2e=name), total=-10_400))
    [(line, _state)] = [
        one
        for one in byhand.waiting(house.session, cooperative_id=house.cooperative_id)
        if one[0].cents < 0
    ]
    assert bypayment.candidates(house.session, line=line) == []
    with pytest.raises(AmountsDiffer):
        act(house, bypayment.place, line, house.treasurer, key=f"batch:{batch.public_id}")


def test_a_bank_that_loses_our_reference_is_helped_by_hand(house):
    batch, _content = released(house, ("supplier", "earnings"))
    other, _content = released(house, ("municipality",))
    take(house, camt(entry(-19_680, "samen"), entry(-4_250, "gemeente"), total=-23_930))
    whole, single = house.session.scalars(
        select(BankLine).where(BankLine.cents < 0).order_by(BankLine.id)
    )
    [candidate] = bypayment.candidates(house.session, line=whole)
    assert (candidate.kind, candidate.count) == ("batch", 2)
    act(house, bypayment.place, whole, house.treasurer, key=candidate.key)
    [candidate] = bypayment.candidates(house.session, line=single)
    assert candidate.name == "Ons Dorp"
    act(house, bypayment.place, single, house.treasurer, key=candidate.key)
    assert {batch.state, other.state} == {"closed"}
    take(house, camt(entry(4_250, "retour"), total=4_250))
    back = house.session.scalars(select(BankLine).order_by(BankLine.id.desc())).first()
    [candidate] = bypayment.candidates(house.session, line=back)
    act(house, bypayment.place, back, house.treasurer, key=candidate.key)
    assert due(house)["municipality"].cents == 4_250
    assert clean(house)


def test_a_municipality_gets_its_own_part_and_never_more_than_the_books_hold(house):
    other = factories.make_municipality(house.session, name="Een ander dorp")
    own = house.session.get_one(Cooperative, house.cooperative_id)
    moved = factories.make_membership(house.session, cooperative=own, municipality=other)
    factories.make_agreement(house.session, moved, threshold_cents=0)
    factories.sell(house.session, moved, gross_cents=12_100, now=house.now)

    def owed():
        found = townhalls.owed(house.session, cooperative_id=house.cooperative_id)
        return {one.name: one.cents for one in found}

    assert owed() == {"Een ander dorp": 4_250, "Ons Dorp": 4_250}
    settling.municipality_paid(
        house.session,
        cooperative_id=house.cooperative_id,
        amount_cents=6_000,
        reference="zelf",
        now=house.now,
    )
    assert sum(owed().values()) == 2_500
    stranger = markets.make_market(house.session).member.cooperative_id
    with pytest.raises(NotFound):
        townhalls.name_of(house.session, cooperative_id=stranger, public_id=other.public_id)
    elsewhere = house.session.get_one(Municipality, house.town.id)
    assert elsewhere.public_id == house.town.public_id


PLANTED = {
    "a bill that lost its payment": (
        lambda item: setattr(item, "state", "withdrawn"),
        {"entry_without_happening", "balance_differs"},
    ),
    "a payment of another amount": (
        lambda item: setattr(item, "cents", item.cents + 1),
        {"amount_differs", "balance_differs"},
    ),
    "a return that was never booked": (
        lambda item: setattr(item, "state", "returned"),
        {"happening_not_booked", "balance_differs"},
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_check_sees_a_fault_in_what_was_paid(house, fault):
    plant, codes = PLANTED[fault]
    batch, _content = released(house, ("supplier",))
    take(house, camt(entry(-9_680, "", e2e=batch_item(house, batch).public_id), total=-9_680))
    assert clean(house)
    plant(batch_item(house, batch))
    house.session.flush()
    assert {one.code for one in ledgercheck.check(house.session)} == codes


def batch_item(house, batch):
    return house.session.scalars(select(PayoutItem).where(PayoutItem.batch_id == batch.id)).one()
