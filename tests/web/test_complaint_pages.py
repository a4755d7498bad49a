"""The pages of complaints: what each side reads and may do, what stays typed, and how little is asked."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.models.talk.complaints import Complaint
from marketplace.services.complaints import buying, clocks, reading
from marketplace.services.complaints.steps import Who
from tests.services import complaints as cases
from tests.web.house import open_house, picture
from tests.web.people_pages import send, words

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently
DAY = dt.timedelta(days=1)


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def line(house, now):
    with house.writing() as session:
        return cases.delivered(session, house.market, now)


@pytest.fixture
def made(house, line, now):
    with house.writing() as session:
        return cases.complain(session, house.market, line, now, wish="part", wish_cents=2500)


def steps_of(house, public_id):
    with house.writing() as session:
        return session.scalar(select(Complaint.steps).where(Complaint.public_id == public_id))


def order_of(house, line):
    with house.writing() as session:
        return session.scalar(
            select(Order.public_id)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.public_id == line)
        )


def test_a_complaint_walks_through_three_browsers(house, line):
    buyer, member = house.browser(house.market.buyer), house.browser(house.market.seller)
    coordinator = house.browser(house.coordinator)
    order = f"/bestellingen/{order_of(house, line)}"
    assert f"/klachten/nieuw/{line}" in buyer.get(order).text
    assert "Dit kan tot en met 14 februari 2026." in words(buyer.get(order))
    fields = {"problem": "not_good", "text": "Nog <b>scheef</b>", "wish": "part", "amount": "25,00"}
    key = re.search(r'name="key"[^>]*value="([^"]+)"', buyer.get(f"/klachten/nieuw/{line}").text)
    answer = send(buyer, f"/klachten/nieuw/{line}", key=key[1], **fields)
    assert answer.status_code == 303
    path = answer.location
    page = buyer.get(path).text
    assert "&lt;b&gt;scheef&lt;/b&gt;" in page
    assert "Groene Vingers is aan de beurt en antwoordt uiterlijk op dinsdag 20 januari." in page
    shown = buyer.get(order).text
    assert "Ja, het klopt" not in shown
    assert path in shown
    assert "Jij bent aan de beurt" in member.get("/werk").text
    theirs = f"/werk{path}"
    assert send(member, theirs, seen="0", how="part", amount="20,00").status_code == 303
    assert "stelt voor dat je €\xa020,00 terugkrijgt" in buyer.get(path).text
    assert send(buyer, f"{path}/eens", seen_at=path, seen="1").status_code == 303
    assert "Klacht over Heg knippen" in coordinator.get("/balie").text
    desk = f"/balie{path}"
    assert "Jij bent aan de beurt. Beslis uiterlijk op maandag 26 januari." in words(
        coordinator.get(desk)
    )
    form = coordinator.get(f"{desk}/besluit").text
    assert 'value="20,00"' in form
    sent = send(
        coordinator,
        f"{desk}/besluit",
        seen="2",
        how="refund",
        amount="20,00",
        liable="cooperative",
        text="Jullie waren het eens.",
    )
    assert sent.status_code == 303
    for browser, where in ((buyer, path), (member, theirs), (coordinator, desk)):
        page = words(browser.get(where))
        assert "Jullie waren het eens." in page
        assert "er gaat geld terug" in page
    assert "De coöperatie betaalt dit." in words(member.get(theirs))
    assert "De coöperatie betaalt dit." not in words(buyer.get(path))
    assert "ACM ConsuWijzer" in words(buyer.get(path))
    assert "Er wacht niets op je" in words(coordinator.get("/balie"))


def test_strangers_other_members_the_treasurer_and_the_municipality_find_nothing(house, made, line):
    photo = f"/klachten/{made.public_id}/foto/unknown"
    paths = [f"{start}/klachten/{made.public_id}" for start in ("", "/werk", "/balie")]
    for person in (house.stranger, house.treasurer):
        browser = house.browser(person)
        for path in (*paths, photo, f"/klachten/nieuw/{line}"):
            allowed = {403, 404} if person is house.treasurer else {404}
            assert browser.get(path).status_code in allowed, path
    # The member of the line is not its buyer, and the buyer does no work here.
    assert house.browser(house.market.seller).get(paths[0]).status_code == 404
    assert house.browser(house.market.buyer).get(paths[1]).status_code == 404
    assert house.browser(house.market.buyer).get(paths[2]).status_code == 404


def test_what_was_typed_stays_with_words_beside_the_field(house, line):
    buyer = house.browser(house.market.buyer)
    path = f"/klachten/nieuw/{line}"
    answer = send(buyer, path, key="k", problem="other", text="Toch iets", wish="part")
    assert answer.status_code == 422
    assert "Vul een bedrag in." in words(answer)
    assert "Toch iets" in answer.text
    answer = send(buyer, path, key="k", problem="other", text="x", wish="part", amount="121,01")
    assert "Dat is meer dan er betaald is en nog terug kan." in words(answer)
    fields = {"problem": "other", "text": "x", "wish": "tell", "key": "k"}
    answer = send(buyer, path, photo=(picture("GIF"), "a.gif"), **fields)
    assert answer.status_code == 422
    assert "Kies een" in words(answer)
    assert send(buyer, path, **fields | {"problem": "worst"}).status_code == 422
    assert send(buyer, path, **fields | {"text": "x" * 2001}).status_code == 422
    assert send(buyer, path, **fields).status_code == 303
    late = send(buyer, path, seen_at="/bestellingen", **fields | {"key": "other"})
    assert late.status_code == 409
    assert "Je hebt hier al iets over gemeld." in words(late)
    assert "Je hebt dit al gemeld" in words(buyer.get(path))


def test_after_thirty_days_the_page_says_where_one_can_go(house, line, clock):
    clock.shift(31 * DAY)
    page = words(house.browser(house.market.buyer).get(f"/klachten/nieuw/{line}"))
    assert "Dat kan hier nu niet" in page
    assert "Wat je koopt, moet goed zijn. Dat recht houd je" in page


def test_the_members_answer_asks_only_what_belongs_to_it(house, made, now):
    member, path = house.browser(house.market.seller), f"/werk/klachten/{made.public_id}"
    page = words(member.get(path))
    assert "Je hoeft nooit zelf geld bij te leggen." in page
    for fields, text in (
        ({"how": "redo"}, "Vul de dag in."),
        ({"how": "redo", "on_day": "2026-01-14"}, "Kies een dag die nog komt"),
        ({"how": "part"}, "Vul een bedrag in."),
        ({"how": "word"}, "Schrijf op wat er is gebeurd."),
        ({}, "Kies wat je kunt doen."),
    ):
        answer = send(member, path, seen="0", **fields)
        assert answer.status_code == 422
        assert text in words(answer)
    assert send(member, path, seen="x", how="help").status_code == 422
    assert send(member, path, seen="0", how="redo", on_day="2026-01-20").status_code == 303
    assert "De koper is aan de beurt" in words(member.get(path))


def test_doing_it_again_or_asking_for_help(house, made, now):
    member, path = house.browser(house.market.seller), f"/werk/klachten/{made.public_id}"
    buyer = house.browser(house.market.buyer)
    send(member, path, seen="0", how="redo", on_day="2026-01-20")
    send(buyer, f"/klachten/{made.public_id}/eens", seen_at=f"/klachten/{made.public_id}", seen="1")
    page = words(member.get(path))
    assert "Jij doet het opnieuw op dinsdag 20 januari." in page
    body = {"reactie-seen": "2", "reactie-text": "Klaar"}
    assert send(member, f"{path}/klaar", seen_at=path, **body).status_code == 303
    page = f"/klachten/{made.public_id}"
    assert "zegt dat het opnieuw gedaan is" in words(buyer.get(page))
    body = {"reactie-seen": "3", "reactie-text": "Nog steeds niet"}
    assert send(buyer, f"{page}/niet-eens", seen_at=page, **body).status_code == 303
    assert "Nog steeds niet" in words(member.get(path))
    with house.writing() as session:
        fresh = session.scalars(select(Complaint)).one()
        cases.decide(
            session,
            house.market,
            fresh,
            "redo",
            now,
            actor_id=house.coordinator.id,
            on_day=now.date() + DAY,
        )
    assert send(member, f"{path}/hulp", seen_at=path, seen="5").status_code == 303
    assert steps_of(house, made.public_id) == 6


def test_an_old_tab_says_that_something_changed(house, made, now):
    buyer, path = house.browser(house.market.buyer), f"/klachten/{made.public_id}"
    with house.writing() as session:
        fresh = session.scalars(select(Complaint)).one()
        cases.answer(session, house.market, fresh, "word", now, text="Het regende")
    answer = send(buyer, f"{path}/terugnemen", seen_at=path, seen="0")
    assert answer.status_code == 409
    assert "Er is intussen iets veranderd." in words(answer)
    assert send(buyer, f"{path}/terugnemen", seen_at=path, seen="1").status_code == 303
    assert "De koper heeft de melding teruggenomen." in words(buyer.get(path))


def test_words_and_photos_are_added_by_all_three_and_refused_when_closed(house, made):
    told = {"": house.market.buyer, "/werk": house.market.seller, "/balie": house.coordinator}
    for start, person in told.items():
        path, browser = f"{start}/klachten/{made.public_id}", house.browser(person)
        where = {"seen_at": path if start != "/werk" else "/werk"}
        assert send(browser, f"{path}/schrijf", **where).status_code == 422
        body = {"erbij-text": f"Van {start}", "erbij-photo": (picture(), "a.jpg")}
        assert send(browser, f"{path}/schrijf", **where, **body).status_code == 303
    page = house.browser(house.coordinator).get(f"/balie/klachten/{made.public_id}").text
    assert all(f"Van {start}" in page for start in told)
    photo = re.search(r'src="(/klachten/[^"]+/foto/[^"]+)"', page)[1]
    for person in told.values():
        answer = house.browser(person).get(photo)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    for person in (house.stranger, house.treasurer):
        assert house.browser(person).get(photo).status_code == 404
    buyer, path = house.browser(house.market.buyer), f"/klachten/{made.public_id}"
    send(buyer, f"{path}/terugnemen", seen_at=path, seen="0")
    body = {"erbij-text": "Nog iets"}
    assert send(buyer, f"{path}/schrijf", seen_at="/bestellingen", **body).status_code == 409


def test_twenty_words_an_hour(house, made, now):
    buyer, path = house.browser(house.market.buyer), f"/klachten/{made.public_id}"
    with house.writing() as session:
        for number in range(19):
            reading.write(
                session,
                storage=None,
                scope=buying.own(house.market.buyer.id),
                who=Who("buyer", house.market.buyer.id),
                public_id=made.public_id,
                text=str(number),
                now=now,
            )
    body = {"erbij-text": "En nog iets"}
    answer = send(buyer, f"{path}/schrijf", seen_at=path, **body)
    assert answer.status_code == 409
    assert "Wacht even en probeer het dan weer." in words(answer)


def test_a_decision_needs_a_reason_and_says_who_pays(house, made, now):
    coordinator, path = house.browser(house.coordinator), f"/balie/klachten/{made.public_id}"
    assert "Er valt nu niets te besluiten" in words(coordinator.get(f"{path}/besluit"))
    assert send(coordinator, f"{path}/overnemen", seen_at=path, seen="0").status_code == 303
    answer = send(coordinator, f"{path}/besluit", seen="1", how="no", liable="cooperative")
    assert answer.status_code == 422
    assert "Schrijf op waarom je dit besluit." in words(answer)
    body = {"how": "refund", "liable": "member", "amount": "121,00", "text": "Alles terug"}
    assert send(coordinator, f"{path}/besluit", seen="1", **body).status_code == 303
    again = send(coordinator, f"{path}/besluit", seen_at=path, seen="1", **body)
    assert again.status_code == 303
    with house.writing() as session:
        assert session.scalars(select(Refund.liable)).all() == ["member"]
    member = words(house.browser(house.market.seller).get(f"/werk/klachten/{made.public_id}"))
    assert "Dit gaat van de opbrengst van dit werk af." in member
    desk = words(coordinator.get(path))
    assert "Dit gaat van de opbrengst van het lid af." in desk


def test_a_stale_sign_in_types_the_password_before_it_decides(house, made, clock):
    coordinator = house.browser(house.coordinator)
    clock.shift(dt.timedelta(hours=2))
    answer = coordinator.get(f"/balie/klachten/{made.public_id}/besluit")
    assert answer.status_code == 303
    assert "/bevestig" in answer.location or "next=" in answer.location


def test_the_desk_says_that_a_decision_is_late(house, made, now, clock):
    with house.writing() as session:
        cases.answer(session, house.market, session.scalars(select(Complaint)).one(), "help", now)
    clock.shift(20 * DAY)
    coordinator = house.browser(house.coordinator)
    assert "Jouw besluit is te laat." in words(coordinator.get("/balie"))
    assert "te laat" in words(coordinator.get("/balie/klachten"))
    page = words(coordinator.get(f"/balie/klachten/{made.public_id}"))
    assert "De laatste dag was maandag 26 januari." in page
    assert "Jouw besluit is te laat." not in words(house.browser(house.treasurer).get("/balie"))
    buyer = words(house.browser(house.market.buyer).get(f"/klachten/{made.public_id}"))
    assert "Er gaat een herinnering naar de coördinator." in buyer


def test_lists_of_open_and_closed_ones(house, made, now):
    coordinator = house.browser(house.coordinator)
    assert "Heg knippen" in words(coordinator.get("/balie/klachten"))
    assert "Geen klachten" in words(coordinator.get("/balie/klachten?soort=gesloten"))
    with house.writing() as session:
        clocks.run(session, now=now + 8 * DAY)
        fresh = session.scalars(select(Complaint)).one()
        cases.decide(session, house.market, fresh, "no", now, actor_id=house.coordinator.id)
    assert "Geen klachten" in words(coordinator.get("/balie/klachten"))
    page = words(coordinator.get("/balie/klachten?soort=gesloten"))
    assert "hier volgt niets meer op" in page
    assert "hier volgt niets meer op" in words(
        house.browser(house.market.seller).get("/werk/klachten")
    )


def test_a_long_list_goes_by_page_and_none_is_lost(house, now, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    with house.writing() as session:
        made = [
            cases.complain(session, house.market, cases.delivered(session, house.market, now), now)
            for _ in range(5)
        ]
        ids = {one.public_id for one in made}
    for person, start in (
        (house.coordinator, "/balie/klachten"),
        (house.market.seller, "/werk/klachten"),
    ):
        browser, path, seen = house.browser(person), start, []
        while path:
            page = browser.get(path).text
            seen += re.findall(rf'href="{start}/([^"?]+)"', page)
            following = re.search(rf'href="({start}\?voor=[^"]+)"', page)
            path = following[1] if following else None
        assert sorted(seen) == sorted(ids)


def test_the_log_goes_by_page_too(house, made, now, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    path, browser = f"/klachten/{made.public_id}", house.browser(house.market.buyer)
    for number in range(3):
        with house.writing() as session:
            reading.write(
                session,
                storage=None,
                scope=buying.own(house.market.buyer.id),
                who=Who("buyer", house.market.buyer.id),
                public_id=made.public_id,
                text=f"Woord {number}",
                now=now,
            )
    page = browser.get(path).text
    assert "Woord 2" in page
    assert "Woord 0" not in page
    earlier = re.search(rf'href="({path}\?voor=[^"]+)"', page)[1]
    assert "Woord 0" in browser.get(earlier).text


def test_order_and_complaint_lead_to_each_other_at_the_desk(house, app, line, made):
    order, complaint = (
        f"/balie/bestellingen/{order_of(house, line)}",
        f"/balie/klachten/{made.public_id}",
    )
    coordinator = house.browser(house.coordinator)
    assert complaint in coordinator.get(order).text
    assert order in coordinator.get(complaint).text
    treasurer = house.browser(house.treasurer).get(order)
    assert "Klacht" not in words(treasurer)
    assert complaint not in treasurer.text
    elsewhere = open_house(app)
    assert elsewhere.browser(elsewhere.coordinator).get(order).status_code == 404


def test_who_works_sees_at_the_job_that_something_is_not_right(house, made, line):
    page = words(house.browser(house.market.seller).get(f"/werk/klussen/{line}"))
    assert "De koper is nog niet tevreden." in page
    assert "De koper heeft iets gemeld" in page
    assert "Wat niet klopte" in words(house.browser(house.market.seller).get("/werk/klussen"))


def test_a_photo_that_is_gone_is_not_found(house, made):
    with house.writing() as session:
        ids = cases.with_photo(session, house.market, context.gateways().storage, context.now())
        name = reading.photo_of(
            session,
            actor=house.reading(_actor, person_id=house.market.buyer.id),
            complaint=ids["complaint"],
            event=ids["complaint_photo"],
        )
        context.gateways().storage.forget(name)
    path = f"/klachten/{ids['complaint']}/foto/{ids['complaint_photo']}"
    assert house.browser(house.market.buyer).get(path).status_code == 404


def _actor(_session, *, person_id):
    from marketplace.domain.access import Actor

    return Actor(person_id, "x", "nl")
