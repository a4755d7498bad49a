"""The workplace: what to do now, what a job leaves, the thermometer, and the month so far."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.services import workplace
from marketplace.services.books import pots
from marketplace.services.months import statements, whatif
from marketplace.services.trade import orders, work
from tests.books import factories
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

AGREEMENTS = {
    "pot": {},
    "near the threshold": {"threshold_cents": 10_000},
    "set_off": {"regime": "set_off", "exemption_n_granted": True, "cost_sharers": 1},
    "set_off, nothing accepted": {
        "regime": "set_off",
        "deductions_accepted": False,
        "costs_accepted": False,
    },
}


def live(house, now):
    """Sales and receipts of two months, one question that waits, one job to do, one for next month."""
    member, market = house.market.member, house.market
    with house.writing() as session:
        long_ago = now - dt.timedelta(days=20)
        factories.sell(session, member, gross_cents=24_200, now=long_ago)
        factories.spend(session, member, now=long_ago)
        factories.sell(session, member, gross_cents=12_100, now=now)
        factories.spend(session, member, now=now)
        markets.paid(session, market, now=now)
        markets.accepted(session, market, now=now)
        markets.place(session, market, market.service, now=now)
        order = markets.place(session, market, market.service, now=now)
        session.refresh(order)
        order.wanted_on = dt.date(2026, 2, 3)


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_today_says_in_six_queries_what_the_long_ways_say(app, now, agreement):
    house = open_house(app, **AGREEMENTS[agreement])
    live(house, now)
    day, member = day_in_amsterdam(now), house.membership_id
    with house.writing() as session:
        today = workplace.today(
            session, cooperative_id=house.cooperative_id, membership_id=member, now=now
        )
        asked = today.jobs["asked"]
        assert len(asked) == 2
        for line in asked:
            on = whatif.day_of(line, day)
            ground = whatif.ground(session, member, house.cooperative_id, on, day)
            assert today.keeps[line.id] == whatif.on_top_of(ground, line)
        assert None not in today.keeps.values()
        long_way = pots.thermometer(session, membership_id=member, on=day)
        in_pot = today.regime == "pot"
        assert today.thermometer == (long_way if in_pot else None)
        told = statements.draft(session, membership_id=member, month=Month.of(day), now=now)
        for name in ("turnover", "costs", "member", "income", "exempt"):
            assert getattr(today.so_far, f"{name}_cents") == told.figures[f"{name}_cents"], name
        assert today.so_far.jobs == len(told.inputs["jobs"])
        assert today.so_far.receipts == len(told.inputs["costs"])


@pytest.mark.sqlite_only
def test_a_question_tells_first_what_it_leaves(app, now):
    house = open_house(app)
    live(house, now)
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Eén klus staat klaar. 2 vragen wachten op jou." in page
    assert "Wat houd ik over? + € " in page
    assert "in je thermometer" in page
    assert "Betaalt eerst € 121,00. Begin nog niet." in page
    assert "INDICATIE" in page


@pytest.mark.sqlite_only
def test_who_passes_the_threshold_hears_of_the_municipality(app, now):
    house = open_house(app, threshold_cents=10_000)
    live(house, now)
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "gaat naar de gemeente: je komt boven de grens." in page


@pytest.mark.sqlite_only
def test_where_all_is_set_off_it_says_so_as_large_as_a_gain(app, now):
    house = open_house(app, regime="set_off", exemption_n_granted=False)
    live(house, now)
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Wat houd ik over? € 0,00" in page
    assert "Deze maand gaat alles van je uitkering af." in page
    assert "Jouw thermometer" not in page


@pytest.mark.sqlite_only
def test_a_new_member_without_an_agreement_hears_what_happens_next(app, now):
    house = open_house(app, valid_from=dt.date(2026, 3, 1))
    page = words(house.browser(house.market.seller).get("/werk"))
    assert "Nog geen afspraak" in page
    assert "Je hoeft nu niets te doen." in page


def test_done_is_one_press_away_and_fills_the_thermometer(app, now):
    house = open_house(app)
    with house.writing() as session:
        line = markets.line_of(session, markets.paid(session, house.market, now=now))
    browser = house.browser(house.market.seller)
    assert f'action="/werk/klussen/{line}/geleverd"' in browser.get("/werk").text
    answer = send(browser, f"/werk/klussen/{line}/geleverd", seen_at="/werk")
    assert answer.status_code == 303
    # 121.00 less 21 % VAT is 100.00; less 5 and 10 percent
    assert "Nu gespaard € 85,00" in words(browser.get("/werk"))


def test_what_waits_for_the_buyer_is_hatched_and_said_and_free_after_the_yes(app, now):
    house = open_house(app)
    with house.writing() as session:
        order = markets.paid(session, house.market, now=now)
        line = markets.line_of(session, order)
        work.deliver(session, **house.market.own, public_id=line, now=now)
        public_id = order.public_id
    browser = house.browser(house.market.seller)
    page = browser.get("/werk")
    assert 'fill="url(#sm-hatch-pending)"' in page.text
    for part in ("Wacht nog op de koper € 85,00", "Nu vrij € 0,00", "Nu gespaard € 85,00"):
        assert part in words(page)
    with house.writing() as session:
        orders.confirm(
            session,
            buyer_id=house.market.buyer.id,
            public_id=public_id,
            line=line,
            now=now,
        )
    page = browser.get("/werk")
    assert 'fill="url(#sm-hatch-pending)"' not in page.text
    assert "Wacht nog op de koper" not in words(page)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_the_workplace_asks_little_however_much_work_there_is(app, now, agreement):
    house = open_house(app, **AGREEMENTS[agreement])
    live(house, now)
    asks_little(house, house.market.seller, "/werk", lambda: live(house, now))
