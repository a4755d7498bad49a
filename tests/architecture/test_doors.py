"""Every door has a lock or a sign that says: open to all."""

from __future__ import annotations

import re

import pytest

from marketplace.domain.access import Permission

pytestmark = pytest.mark.sqlite_only


def doors(app) -> dict[str, object]:
    """Give the mark of each view, None where nobody thought of it."""
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    return {name: getattr(view, "access", None) for name, view in views.items()}


def is_marked(access: object) -> bool:
    return access == "public" or isinstance(access, Permission)


def test_every_view_is_guarded_or_public(app):
    assert [name for name, access in doors(app).items() if not is_marked(access)] == []


def test_a_view_without_a_mark_is_found(app):
    app.view_functions["planted"] = lambda: ""
    assert not is_marked(doors(app)["planted"])


def test_no_address_leads_to_two_views(app):
    """Of two views at one address only the first is ever reached, whatever the second promises."""
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for rule in app.url_map.iter_rules():
        shape = re.sub(r"<[^>]+>", "<>", rule.rule)
        for method in sorted(rule.methods & {"GET", "POST"}):
            first = seen.setdefault((method, shape), rule.endpoint)
            twice += [f"{method} {rule.rule}: {first}, {rule.endpoint}"] * (first != rule.endpoint)
    assert twice == []
