"""flask --app wsgi statements close."""

from __future__ import annotations

from marketplace import context
from marketplace.models.statements import Statement
from tests.books.factories import at
from tests.statements.pages import make_world


def close(app, month: str):
    return app.test_cli_runner().invoke(args=["statements", "close", "--month", month])


def test_closing_a_month_says_what_was_made_and_can_be_repeated(app, clock):
    make_world(app)
    clock.move_to(at("2026-02-01"))
    done = close(app, "2026-01")
    assert (done.exit_code, done.output) == (0, "2026-01: 1 statements made, 0 refused\n")
    assert close(app, "2026-01").output == "2026-01: 0 statements made, 0 refused\n"


def test_a_month_that_is_not_over_or_no_month_is_refused_in_words(app):
    make_world(app)
    assert "has not ended yet" in close(app, "2026-01").output
    wrong = close(app, "januari")
    assert wrong.exit_code == 2
    assert "a month looks like 2026-01" in wrong.output


def test_who_cannot_be_assessed_is_named_by_reference(app, clock):
    world = make_world(app)
    with app.app_context(), context.transaction() as session:
        from marketplace.models.memberships import Agreement

        agreement = session.query(Agreement).filter_by(membership_id=world.membership_id).one()
        agreement.born_on = agreement.born_on.replace(year=2015)
    clock.move_to(at("2026-02-01"))
    done = close(app, "2026-01")
    assert done.exit_code == 1
    assert "W-0001: norm_under_18" in done.output
    with app.app_context(), context.transaction() as session:
        assert session.query(Statement).count() == 1
