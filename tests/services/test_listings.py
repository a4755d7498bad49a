"""Members make listings; only who may offer shows them, and only the owner changes them."""

from __future__ import annotations

import pytest

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import MayNotOffer, StockDoesNotFit, UnitDoesNotFit
from marketplace.models.listings import Picture
from marketplace.services.market import catalogue, listings, places
from tests.services.offers import AT, make_cooperative, make_listing, make_membership, offer


@pytest.fixture
def membership(session):
    places.load(session, [("Breda", 51.5866, 4.7760), ("Tilburg", 51.5555, 5.0913)])
    return make_membership(session, make_cooperative(session))


def test_a_new_listing_is_a_draft_with_the_coordinates_of_its_place(session, membership):
    made = make_listing(session, membership, published=False, place="breda")
    assert (made.state, made.place, made.lat) == ("draft", "Breda", 51.5866)


def test_a_place_that_nobody_knows_is_kept_without_coordinates(session, membership):
    made = make_listing(session, membership, place="Wilgendam")
    assert (made.place, made.lat, made.lon) == ("Wilgendam", None, None)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"unit": "piece"}, UnitDoesNotFit),
        ({"kind": "product", "unit": "hour", "stock": 1}, UnitDoesNotFit),
        ({"kind": "product", "unit": "piece"}, StockDoesNotFit),
        ({"stock": 3}, StockDoesNotFit),
    ],
)
def test_kind_unit_and_stock_must_fit_together(session, membership, wrong, refusal):
    with pytest.raises(refusal):
        make_listing(session, membership, **wrong)


@pytest.mark.parametrize("status", ["invited", "paused", "left"])
def test_who_is_not_active_offers_nothing(session, membership, status):
    made = make_listing(session, membership, published=False)
    membership.status = status
    with pytest.raises(MayNotOffer):
        listings.publish(session, membership_id=membership.id, public_id=made.public_id, now=AT)
    with pytest.raises(MayNotOffer):
        make_listing(session, membership)


def test_the_listing_of_somebody_else_is_not_found(session, membership):
    other = make_membership(session, make_cooperative(session))
    made = make_listing(session, membership)
    for act in (listings.publish, listings.pause):
        with pytest.raises(NotFound):
            act(session, membership_id=other.id, public_id=made.public_id, now=AT)
    with pytest.raises(NotFound):
        listings.change(
            session, membership_id=other.id, public_id=made.public_id, offer=offer(), now=AT
        )


def test_what_was_sold_while_the_form_stood_open_stays_sold(session, membership):
    made = make_listing(session, membership, kind="product", unit="piece", stock=5)
    made.stock = 3  # two were sold meanwhile
    session.flush()
    changed = listings.change(
        session,
        membership_id=membership.id,
        public_id=made.public_id,
        offer=offer(kind="product", unit="piece", stock=6),
        stock_seen=5,
        now=AT,
    )
    assert changed.stock == 4


def test_own_listings_come_in_pages_without_doubles(session, membership):
    made = {make_listing(session, membership, published=False).public_id for _ in range(45)}
    found, before = [], None
    while True:
        page, before = listings.of_membership(session, membership_id=membership.id, before=before)
        found += [listing.public_id for listing in page]
        if before is None:
            break
    assert len(found) == 45
    assert set(found) == made


def test_a_draft_is_seen_by_its_owner_only(session, membership):
    made = make_listing(session, membership, published=False)
    with pytest.raises(NotFound):
        catalogue.one(session, public_id=made.public_id)
    own = catalogue.one(session, public_id=made.public_id, membership_ids=(membership.id,))
    assert own.id == made.id


def test_a_listing_disappears_when_its_maker_pauses_the_membership(session, membership):
    made = make_listing(session, membership)
    membership.status = "paused"
    session.flush()
    with pytest.raises(NotFound):
        catalogue.one(session, public_id=made.public_id)


def test_the_first_guess_of_the_place_is_the_last_one_used(session, membership):
    where = {"cooperative_id": membership.cooperative_id, "membership_id": membership.id}
    assert listings.usual_place(session, **where) == "Wilgendam"
    make_listing(session, membership, place="Tilburg")
    assert listings.usual_place(session, **where) == "Tilburg"


def test_the_split_is_the_cooperatives_own_and_the_same_for_each_seller(session, membership):
    day = AT.date()
    listing = make_listing(session, membership, price_cents=72600)
    split = catalogue.split_of(session, listing=listing, day=day)
    assert split == (12600, 3000, 6000, 51000)
    assert sum(split) == 72600
    kor = make_membership(session, make_cooperative(session, scheme="kor"))
    assert catalogue.split_of(
        session, listing=make_listing(session, kor, price_cents=72600), day=day
    ) == (0, 3630, 7260, 61710)


def test_makers_are_counted_once_per_category(session, membership):
    second = make_membership(session, make_cooperative(session))
    for maker in (membership, membership, second):
        make_listing(session, maker)
    make_listing(session, membership, category="food")
    make_listing(session, membership, category="bike", published=False)
    assert catalogue.makers_by_category(session) == {"garden": 2, "food": 1}


def test_the_cover_of_a_card_is_the_first_picture(session, membership):
    made = make_listing(session, membership)
    for position in (1, 0):
        session.add(
            Picture(
                cooperative_id=made.cooperative_id,
                listing_id=made.id,
                file="pictures/aaaaaaaaaa.webp",
                alt="",
                width=1,
                height=1,
                position=position,
                public_id=f"p{position}",
                created_at=AT,
            )
        )
    session.flush()
    shelf = catalogue.browse(session, search=catalogue.Search())
    assert [card.picture for card in shelf.cards] == ["p0"]
