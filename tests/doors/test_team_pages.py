"""Sharing a job without JavaScript: what was typed stays, and each side reads its own side of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Grant, Person
from tests.books import factories
from tests.doors.test_teams import make_crew
from tests.services import market as markets
from tests.web.house import House, asks_little
from tests.web.people_pages import send, words

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently


@pytest.fixture
def house(app, now):
    """A house whose market has two colleagues who can sign in."""
    with app.app_context(), context.parts().database.session(writes=True) as session:
        crew = make_crew(session)
        other = markets.make_market(session)
        staff = []
        for role in ("coordinator", "treasurer"):
            person = factories.make_person(session, name=role)
            staff.append(person)
            session.add(
                Grant(
                    person_id=person.id,
                    role=role,
                    cooperative_id=crew.market.member.cooperative_id,
                    created_at=now,
                )
            )
        for one in crew.colleagues:
            session.add(
                Grant(
                    person_id=one.person_id,
                    role="member",
                    cooperative_id=one.cooperative_id,
                    membership_id=one.id,
                    created_at=now,
                )
            )
        markets.place(session, crew.market, crew.market.service, now=now)
        session.commit()
        opened = House(app, crew.market, staff[0], staff[1], other.seller)
        opened.colleagues = crew.colleagues
    return opened


@pytest.fixture
def line(house) -> str:
    return house.reading(lambda session: session.scalar(select(OrderLine.public_id)))


def colleague(house, place):
    person_id = house.colleagues[place].person_id
    return house.browser(house.reading(lambda session: session.get_one(Person, person_id)))


def part_of(house, place) -> str:
    query = select(OrderLine.public_id).where(OrderLine.membership_id == house.colleagues[place].id)
    return house.reading(lambda session: session.scalars(query.order_by(-OrderLine.id)).first())


def both(house, **own):
    first, second = (one.public_id for one in house.colleagues)
    return {
        "mode": "amount",
        "shown": "2",
        "who_0": first,
        "part_0": "40",
        "who_1": second,
        "part_1": "20,50",
        **own,
    }


def test_a_member_shares_and_everybody_sees_the_own_part(house, line):
    anouk = house.browser(house.market.seller)
    page = f"/werk/klussen/{line}"
    path = f"{page}/delen"
    assert path in anouk.get(page).text
    counted = send(anouk, path, **both(house, reken="1"))
    assert counted.status_code == 200
    assert "60,50" in words(counted)
    assert "Wat houd ik over?" in words(counted)
    assert 'value="20,50"' in counted.text
    assert send(anouk, path, **both(house, vraag="1")).location == page
    told = words(anouk.get(page))
    assert "Dit doen jullie samen" in told
    assert "We wachten nog op een ander antwoord" in told
    bram = colleague(house, 0)
    own = f"/werk/klussen/{part_of(house, 0)}"
    asked = words(bram.get(own))
    assert "Doe je mee?" in asked
    assert "Wat houd ik over?" in asked
    assert "40,00" in asked
    assert bram.get(f"{own}/delen").status_code == 409
    assert send(bram, f"{own}/ja", seen_at=own, price="999").status_code == 409
    assert send(bram, f"{own}/ja", seen_at=own, price="4000").status_code == 303
    last = f"/werk/klussen/{part_of(house, 1)}"
    assert send(colleague(house, 1), f"{last}/ja", seen_at=last).status_code == 303
    order = house.reading(lambda session: session.scalar(select(Order.public_id)))
    buyer = house.browser(house.market.buyer).get(f"/bestellingen/{order}")
    seen = words(buyer)
    assert "Dit is één klus" in seen
    assert "samen gedaan door 3 mensen" in seen
    assert buyer.text.count("Betaal € 121,00".replace(" ", "\u00a0")[7:]) >= 1
    assert "uitkering" not in seen


def test_a_no_is_told_with_what_can_be_done_now(house, line):
    anouk = house.browser(house.market.seller)
    page = f"/werk/klussen/{line}"
    send(anouk, f"{page}/delen", **both(house, vraag="1"))
    bram, own = colleague(house, 0), f"/werk/klussen/{part_of(house, 0)}"
    assert send(bram, f"{own}/nee", seen_at=own).status_code == 303
    told = words(anouk.get(page))
    assert "Samen lukte het niet" in told
    assert "121,00" in told
    assert f"{page}/delen" in anouk.get(page).text
    order = house.reading(lambda session: session.scalar(select(Order.public_id)))
    seen = words(house.browser(house.market.buyer).get(f"/bestellingen/{order}"))
    assert house.colleagues[0].trade_name not in seen
    # And she can take a proposal back herself.
    send(anouk, f"{page}/delen", **both(house, vraag="1"))
    assert "Toch niet samen" in anouk.get(page).text
    assert send(anouk, f"{page}/delen/terug", seen_at=page).status_code == 303
    assert "Toch niet samen" not in anouk.get(page).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"who_0": "", "who_1": ""}, "Kies met wie"),
        ({"own": "50"}, "te weinig"),
        ({"own": "70"}, "te veel"),
        ({"part_0": "veel"}, "bedrag in euro"),
        ({"part_0": ""}, "bedrag in euro"),
        ({"part_0": "200"}, "een deel dat meer is"),
        ({"mode": "weight", "part_0": "x"}, "Schrijf een getal"),
        ({"mode": "weight", "part_0": "0"}, "een deel dat meer is"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(house, line, typed, said):
    anouk = house.browser(house.market.seller)
    answer = send(anouk, f"/werk/klussen/{line}/delen", **both(house, vraag="1", **typed))
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="20,50"' in answer.text


def test_the_same_person_twice_is_refused_and_more_rows_come(house, line):
    anouk = house.browser(house.market.seller)
    path = f"/werk/klussen/{line}/delen"
    key = house.colleagues[0].public_id
    answer = send(anouk, path, **both(house, vraag="1", who_1=key))
    assert answer.status_code == 409
    assert "Kies andere mensen" in words(answer)
    assert "who_2" in send(anouk, path, **both(house, erbij="1")).text


def test_by_weight_nothing_filled_in_is_the_same_for_everybody(house, line):
    anouk = house.browser(house.market.seller)
    answer = send(
        anouk,
        f"/werk/klussen/{line}/delen",
        **both(house, mode="weight", part_0="", part_1="", reken="1"),
    )
    assert words(answer).count("40,33") == 2
    assert "40,34" in words(answer)


def test_the_desk_shares_an_order_by_telephone_only(house, line):
    desk = house.browser(house.coordinator)
    path = f"/balie/klussen/{line}/delen"
    assert desk.get(path).status_code == 404
    with house.writing() as session:
        order = session.scalars(select(Order)).one()
        order.origin = "phone"
        page = f"/balie/bestellingen/{order.public_id}"
    assert path in desk.get(page).text
    assert send(desk, path, **both(house, vraag="1")).location == page
    assert "Toch niet samen" in desk.get(page).text
    own = f"/werk/klussen/{line}"
    anouk = house.browser(house.market.seller)
    assert "Doe je mee?" in words(anouk.get(own))
    assert "Nee, dank je" not in anouk.get(own).text
    assert send(desk, f"{path}/terug", seen_at=page).status_code == 303
    assert house.browser(house.treasurer).get(path).status_code == 403


def test_a_stranger_finds_no_job_to_share(house, line):
    stranger = house.browser(house.stranger)
    assert stranger.get(f"/werk/klussen/{line}/delen").status_code == 404
    assert colleague(house, 0).get(f"/werk/klussen/{line}/delen").status_code == 404


def test_the_pages_of_a_team_ask_little(house, line):
    anouk = house.browser(house.market.seller)
    page = f"/werk/klussen/{line}"

    def more():
        send(anouk, f"{page}/delen", **both(house, vraag="1"))

    asks_little(house, house.market.seller, f"{page}/delen", lambda: None)
    asks_little(house, house.market.seller, page, more)
