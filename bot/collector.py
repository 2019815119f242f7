"""Python's garbage collector and the engine: the facts of an analysis live until its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Do not look for garbage meanwhile: among millions of facts that are all in use it costs a quarter of the time.

    For a process that does nothing else at the time. A process that goes on collects afterwards: the facts of an
    analysis refer to each other.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
