"""Whole objects that the session does not follow: read by a prepared statement, and written when told.

For the few rows that every order goes through at each step. The session's own reading and writing of an
object costs several times more; in return it is up to the caller to write what was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from itertools import accumulate, pairwise
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Select, Table, bindparam, inspect, select, update
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from marketplace.gateways.rows.prepared import Change, Query

_Thing = TypeVar("_Thing", bound=DeclarativeBase)
Narrow = Callable[[Select[*tuple[Any, ...]]], Select[*tuple[Any, ...]]]


class Apart(Generic[_Thing]):
    """A prepared question for objects of one class, or `beside` another; `narrow` says which.

    Deferred columns stay unread.
    """

    def __init__(
        self, model: type[_Thing], narrow: Narrow, beside: type[DeclarativeBase] | None = None
    ) -> None:
        self._models: tuple[type[DeclarativeBase], ...] = (model, *([beside] if beside else ()))
        self._narrow = narrow

    def all(self, session: Session, named: Mapping[str, Any]) -> list[_Thing]:
        """Give the objects as they stand in the database; what the session holds back is written first."""
        return [things[0] for things in self.together(session, named)]

    def together(self, session: Session, named: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Give the same, each with the one of the other class beside it."""
        session.flush()
        rows = self._query.all(session, named)
        return [tuple(made(row) for made in self._makers) for row in rows]

    @cached_property
    def _query(self) -> Query[*tuple[Any, ...]]:
        columns = [getattr(model, name) for model in self._models for name in _names(model)]
        return Query(self._narrow(select(*columns)))

    @cached_property
    def _makers(self) -> list[Callable[[Sequence[Any]], Any]]:
        ends = list(accumulate(len(_names(model)) for model in self._models))
        parts = [slice(*pair) for pair in pairwise((0, *ends))]
        return [partial(_made, *pair) for pair in zip(self._models, parts, strict=True)]


def _made(model: type[DeclarativeBase], part: slice, row: Sequence[Any]) -> DeclarativeBase:
    thing = model()
    vars(thing).update(zip(_names(model), row[part], strict=True))
    return thing


@lru_cache
def _names(model: type[DeclarativeBase]) -> tuple[str, ...]:
    return tuple(one.key for one in inspect(model).column_attrs if not one.deferred)


def write(session: Session, thing: DeclarativeBase) -> None:
    """Write what was changed of an object that is apart; one of the same row in the session is read anew."""
    said, model = vars(thing), type(thing)
    before = inspect(thing).committed_state
    changed = {name: said[name] for name, was in before.items() if said[name] != was}
    if not changed:
        return
    _update(model, tuple(sorted(changed))).run(session, {**changed, _KEY: said["id"]})
    for name, value in changed.items():
        set_committed_value(thing, name, value)
    twin = session.identity_map.get(identity_key(model, said["id"]))
    if twin is not None:
        session.expire(twin, list(changed))


_KEY = "key_of_row"


@lru_cache(maxsize=64)
def _update(model: type[DeclarativeBase], names: tuple[str, ...]) -> Change:
    table = cast("Table", model.__table__)
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return Change(update(table).where(table.c.id == bindparam(_KEY)).values(values))
