"""Logs for machines: one line of JSON each, with the request's id, and never what somebody typed.

A traceback is written without the values of its variables, since those may be passwords or names.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Set the form of every log line of this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def begin_request(request_id: str) -> None:
    """Give the lines of this request their id."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request_id)
