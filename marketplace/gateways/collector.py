"""Python's collector of cycles, made to wait while a batch fills the memory with what goes with the batch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_waits() -> Iterator[None]:
    """Collect no cycles inside; what nobody holds is freed as ever.

    For one bounded batch at a time: it holds for the whole process. The collector looks at all that was
    made since, again and again, and in a batch nearly all of that is still needed.
    """
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
