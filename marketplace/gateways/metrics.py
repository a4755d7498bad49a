"""Figures as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

MIME = CONTENT_TYPE_LATEST
PREFIX = "scharrelmarkt"
# Each figure with what it tells, and the name of its label where it has one.
GAUGES: Mapping[str, tuple[str, str | None]] = {
    "outbox_waiting": ("Mails that wait", None),
    "outbox_failed": ("Mails that were given up", None),
    "outbox_oldest_waiting_seconds": ("Age of the oldest mail that waits", None),
    "refused_payment_events": ("Signed events of the payment provider that did not fit", None),
    "orders": (
        "Orders: all open ones, and those that ended of the newest ten thousand",
        "payment_state",
    ),
    "worker_heartbeat_age_seconds": ("Since the worker was last seen; infinite: never", None),
    "worker_step_last_run_timestamp_seconds": ("When a step of the worker last ran", "step"),
    "worker_step_done": ("How much a step did in its last run", "step"),
    "worker_step_failing": ("Whether the last run of a step failed", "step"),
}


def exposition(values: Mapping[str, float | Mapping[str, float]]) -> bytes:
    """Write the figures of GAUGES; one with a label is a mapping from the label to its figure.

    A registry for one answer: what each process of the web server counted by itself would say little.
    """
    registry = CollectorRegistry()
    for name, (told, label) in GAUGES.items():
        value = values[name]
        gauge = Gauge(name, told, [label] if label else [], namespace=PREFIX, registry=registry)
        if isinstance(value, Mapping):
            for key, one in value.items():
                gauge.labels(key).set(one)
        else:
            gauge.set(value)
    return generate_latest(registry)
