"""A cooperative at work: the market with its coordinator and treasurer, and a member of another cooperative."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image

from marketplace import context
from marketplace.models.people import Grant, Person
from tests.books import factories
from tests.services.market import make_market
from tests.web.query_count import MOST, counted
from tests.web.shop import Shop


@dataclass
class House(Shop):
    """Who works for the cooperative of the market's seller, and who works elsewhere."""

    coordinator: Person
    treasurer: Person
    stranger: Person

    @contextmanager
    def writing(self):
        """A session that is committed at the end."""
        with self.app.app_context(), context.transaction() as session:
            yield session

    def reading(self, read: Callable[..., Any], **scope: Any) -> Any:
        """What a service says, asked in a session of its own."""
        with self.writing() as session:
            return read(session, **scope)

    @property
    def cooperative_id(self) -> int:
        return self.market.member.cooperative_id

    @property
    def membership_id(self) -> int:
        return self.market.member.id


def open_house(app, **agreement) -> House:
    """Build it in the application's database; the agreement is in `pot` unless told otherwise."""
    with app.app_context(), context.parts().database.session(writes=True) as session:
        market = make_market(session, **agreement)
        other = make_market(session)
        staff = [factories.make_person(session, name=name) for name in ("Ilse", "Wies")]
        for person, role in zip(staff, ("coordinator", "treasurer"), strict=True):
            grant = Grant(
                person_id=person.id,
                role=role,
                cooperative_id=market.member.cooperative_id,
                created_at=factories.LONG_AGO,
            )
            factories.add(session, grant)
        session.commit()
    return House(app, market, staff[0], staff[1], other.seller)


def picture(kind: str = "JPEG") -> io.BytesIO:
    """A small picture as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "#fffdf6").save(out, kind)
    out.seek(0)
    return out


def asks_little(house: House, person: Person, path: str, more: Callable[[], None]) -> None:
    """Fail when a page asks more than it may, or more once there is more."""

    def asked():
        with counted(house.app) as queries:
            assert browser.get(path).status_code == 200
        return queries

    browser = house.browser(person)
    asked()  # the first one also reads the files of the rules
    few = asked()
    more()
    many = asked()
    assert len(many) <= MOST, str(many)
    assert len(many) == len(few), f"{few}\n\nthen\n\n{many}"
