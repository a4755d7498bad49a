"""What a monitor and the operator see of the house: alive, ready, figures, and each step of the worker."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from marketplace import context
from marketplace.cli import ticks
from marketplace.gateways import disk, revisions, schema
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent
from marketplace.services import health
from marketplace.settings import Settings, WrongSetting
from tests.services import market as markets
from tests.web.people_pages import add_operator, sign_in, words
from tests.web.query_count import counted
from tests.web.shop import open_shop

TOKEN = "only-for-tests-only"
GOOD = {"status": "ok", "away": []} | dict.fromkeys(
    ("database", "migrations", "worker", "disk"), True
)


def tick(app, *steps) -> dict[str, int | None]:
    with app.app_context():
        return ticks.tick(steps or ticks.steps())


def fails() -> int:
    raise RuntimeError("mail to anna@example.nl did not leave")


def work(app) -> health.Work:
    with app.app_context(), context.transaction() as session:
        return health.work(session)


def rows(app) -> dict[str, health.Report]:
    return {one.name: one for one in work(app).steps}


@pytest.fixture
def at_work(app):
    """The worker did one tick just now."""
    tick(app)
    return app


def test_it_is_alive_without_a_database(app, client):
    with counted(app) as queries:
        assert client.get("/healthz").json == {"status": "ok"}
    assert len(queries) == 0


def test_it_is_ready_when_every_part_is_there(at_work, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, GOOD)


def test_readiness_asks_little(at_work, client):
    client.get("/readyz")
    with counted(at_work) as queries:
        client.get("/readyz")
    assert len(queries) <= 4, str(queries)


def test_it_is_not_ready_before_the_worker_was_seen(client):
    answer = client.get("/readyz")
    told = GOOD | {"status": "away", "away": ["worker"], "worker": False}
    assert (answer.status_code, answer.json) == (503, told)


@pytest.mark.parametrize(
    ("minutes", "status"), [(4, 200), (5, 503), (60, 503), (-4, 200), (-60, 503)]
)
def test_a_worker_that_was_seen_five_minutes_ago_is_away(at_work, client, clock, minutes, status):
    clock.shift(dt.timedelta(minutes=minutes))
    assert client.get("/readyz").status_code == status
    tick(at_work)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("revision", ["base", "0001"])
def test_it_is_not_ready_before_the_migrations_ran(app, client, database_url, revision):
    schema.downgrade(database_url, revision)
    answer = client.get("/readyz")
    told = {"status": "away", "away": ["migrations"], "migrations": False, "worker": None}
    assert (answer.status_code, answer.json) == (503, GOOD | told)


def test_it_is_not_ready_at_a_migration_that_it_does_not_know(at_work, client, session):
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.commit()
    assert client.get("/readyz").json["away"] == ["migrations"]


def test_the_newest_migration_is_the_head_that_alembic_knows(database_url):
    assert schema.current_is_head(database_url)
    schema.downgrade(database_url, "-1")
    schema.upgrade(database_url, revisions.newest())
    assert schema.current_is_head(database_url)


def test_a_full_disk_is_told(at_work, client, monkeypatch):
    room = SimpleNamespace(free=disk.LEAST_FREE - 1)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: room)
    answer = client.get("/readyz")
    told = {"status": "away", "away": ["disk"], "disk": False}
    assert (answer.status_code, answer.json) == (503, GOOD | told)


def test_a_folder_that_cannot_be_written_is_told(at_work, client, settings):
    shutil.rmtree(settings.var_dir)
    settings.var_dir.write_text("a file where the folder was")
    assert client.get("/readyz").json["away"] == ["disk"]


def test_a_probe_leaves_no_file(tmp_path):
    assert disk.has_room(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_fails_is_visible_and_the_others_go_on(app, now):
    assert tick(app, ("broken", fails), ("mails", lambda: 3)) == {"broken": None, "mails": 3}
    broken, mails = rows(app)["broken"], rows(app)["mails"]
    assert (broken.failing, broken.failed_at, broken.error) == (True, now, "RuntimeError")
    assert (mails.failing, mails.last_at, mails.done) == (False, now, 3)
    assert work(app).at_work(now)


def test_the_last_fault_stays_to_be_seen_after_a_good_run(app, clock, now):
    tick(app, ("mails", fails))
    clock.shift(dt.timedelta(minutes=1))
    tick(app, ("mails", lambda: 2))
    row = rows(app)["mails"]
    assert (row.failing, row.done, row.failed_at, row.error) == (False, 2, now, "RuntimeError")


def test_a_step_of_once_a_day_keeps_the_row_of_its_run(app, clock, now):
    daily = ("months", ticks.OncePerDay(lambda: 7))
    assert tick(app, daily) == {"months": 7}
    clock.shift(dt.timedelta(minutes=1))
    assert tick(app, daily, ("mails", lambda: 0)) == {"months": 0, "mails": 0}
    assert (rows(app)["months"].last_at, rows(app)["months"].done) == (now, 7)
    assert work(app).seen_at == now + dt.timedelta(minutes=1)


def test_a_long_step_beats_between_its_batches(app, clock, now):
    left = [1, 1, 0]

    def batch() -> int:
        clock.shift(dt.timedelta(minutes=2))
        return left.pop(0)

    with app.app_context():
        assert ticks._in_batches(batch) == 2
    assert work(app).seen_at == now + dt.timedelta(minutes=4)


def test_a_row_that_cannot_be_written_stops_no_step(app, monkeypatch):
    monkeypatch.setattr(health, "report", lambda *_args, **_values: fails())
    assert tick(app, ("broken", fails), ("mails", lambda: 1)) == {"broken": None, "mails": 1}


def scrape(client, *, address="127.0.0.1", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/metrics", headers=names, environ_overrides={"REMOTE_ADDR": address})


def figures(answer) -> dict[str, float]:
    """The figures by name, with the label's value behind a slash."""
    return {
        "/".join([one.name, *one.labels.values()]).removeprefix("scharrelmarkt_"): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def test_an_empty_house_has_figures_too(client):
    answer = scrape(client)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert figures(answer) == {
        "outbox_waiting": 0,
        "outbox_failed": 0,
        "outbox_oldest_waiting_seconds": 0,
        "refused_payment_events": 0,
        "orders/not_due": 0,
        "orders/awaiting": 0,
        "orders/paid": 0,
        "orders/cancelled": 0,
        "worker_heartbeat_age_seconds": float("inf"),
    }


def fill(app, session, now) -> None:
    shop = open_shop(app)
    session.add(
        PaymentEvent(
            provider="testbank",
            event_id="event-1",
            kind="paid",
            payload_sha256="0" * 64,
            outcome="refused",
            received_at=now,
        )
    )
    for number, (state, minutes) in enumerate((("failed", 90), ("waiting", 30), ("waiting", 1))):
        session.add(
            OutboxMessage(
                dedupe_key=str(number),
                kind="reset",
                address="anna@example.nl",
                facts={},
                state=state,
                not_before=now,
                created_at=now - dt.timedelta(minutes=minutes),
            )
        )
    markets.accepted(session, shop.market, now=now)
    markets.paid(session, shop.market, now=now)
    session.commit()


def test_the_figures_count_what_is_there(app, client, session, clock, now):
    fill(app, session, now)
    waiting = figures(scrape(client))["outbox_waiting"]
    tick(app, ("months", fails), ("mails", lambda: 5))
    clock.shift(dt.timedelta(seconds=42))
    found = figures(scrape(client))
    assert found["outbox_waiting"] == waiting >= 2
    assert found["outbox_failed"] == 1
    assert found["outbox_oldest_waiting_seconds"] == 30 * 60 + 42
    assert found["refused_payment_events"] == 1
    assert (found["orders/awaiting"], found["orders/paid"]) == (1, 1)
    assert found["worker_heartbeat_age_seconds"] == 42
    assert found["worker_step_last_run_timestamp_seconds/mails"] == now.timestamp()
    assert found["worker_step_done/mails"] == 5
    assert (found["worker_step_failing/mails"], found["worker_step_failing/months"]) == (0, 1)


def test_orders_that_ended_are_counted_among_the_newest(app, client, session, now, monkeypatch):
    shop = open_shop(app)
    for make in (markets.accepted, markets.paid, markets.paid):
        make(session, shop.market, now=now)
    session.commit()
    monkeypatch.setattr(health, "NEWEST_ORDERS", 1)
    found = figures(scrape(client))
    assert (found["orders/awaiting"], found["orders/paid"]) == (1, 1)


def test_the_figures_tell_of_no_person(app, client, session, now):
    fill(app, session, now)
    tick(app, ("mails", fails))
    answer = scrape(client)
    assert answer.status_code == 200
    told = answer.text
    assert "@" not in told
    assert "RuntimeError" not in told


def test_the_figures_ask_little_of_the_database(at_work, client):
    with counted(at_work) as queries:
        assert scrape(client).status_code == 200
    assert len(queries) <= 4, str(queries)


def with_token(app) -> None:
    parts = app.extensions["marketplace"]
    settings = parts.settings.model_copy(update={"metrics_token": TOKEN})
    app.extensions["marketplace"] = replace(parts, settings=settings)


@pytest.mark.sqlite_only
def test_the_figures_are_for_this_machine_only(client):
    assert scrape(client, address="::1").status_code == 200
    for address in ("203.0.113.9", "10.0.0.1", "", "nobody"):
        assert scrape(client, address=address, Authorization="Bearer ").status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"])
def test_what_a_proxy_on_this_machine_hands_on_comes_from_elsewhere(client, header):
    assert scrape(client, **{header: "127.0.0.1"}).status_code == 404


@pytest.mark.sqlite_only
def test_the_token_opens_the_figures_from_elsewhere(app, client):
    with_token(app)
    for wrong in ("", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"):
        headers = {"Authorization": wrong} if wrong else {}
        assert scrape(client, address="203.0.113.9", **headers).status_code == 404
    right = scrape(client, address="203.0.113.9", Authorization=f"Bearer {TOKEN}")
    assert right.status_code == 200


def test_a_token_that_can_be_guessed_stops_the_start(tmp_path):
    with pytest.raises(WrongSetting, match=r"METRICS_TOKEN.*16 random characters"):
        Settings.from_environment(metrics_token="short", var_dir=tmp_path)


@pytest.fixture
def operator(app, client):
    add_operator(app)
    sign_in(client, "beheer@example.nl")
    return client


def test_the_operator_sees_each_step(app, operator):
    assert "De werker is nog niet gestart" in words(operator.get("/beheer/"))
    tick(app, ("months", fails), ("mails", lambda: 12), ("from_later", lambda: 0))
    page = words(operator.get("/beheer/"))
    assert "De werker doet zijn werk" in page
    assert "Mails versturen 15 januari 2026 11:00 12 geen" in page
    assert "voorbij zijn 15 januari 2026 11:00 mislukt 15 januari 2026 11:00 · Runtime" in page
    assert "from_later" in page
    assert "anna@example.nl" not in page


def test_the_operator_sees_a_worker_that_stands_still(at_work, operator, clock):
    clock.shift(dt.timedelta(minutes=6))
    page = words(operator.get("/beheer/"))
    assert "De werker staat stil" in page
    assert "het laatst van zich horen op 15 januari 2026 11:00" in page


@pytest.mark.sqlite_only
def test_every_step_of_the_worker_has_its_words(app):
    from marketplace.web.words import STEP_WORDS

    assert {name for name, _step in ticks.steps()} == set(STEP_WORDS)
