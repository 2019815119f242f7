"""Progress for a person who waits: one line on standard error, only on a terminal and only after a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0  # seconds without a word
_BEAT = 0.5  # seconds between two updates
_CLEAR = "\r\033[K"


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[None]:
    """Say what is going on and for how long, until the block ends; then the line is wiped away."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(what, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _tell(what: str, done: threading.Event) -> None:
    start = time.monotonic()
    if done.wait(_PATIENCE):
        return
    while True:
        print(f"{_CLEAR}{what} ... {time.monotonic() - start:.0f} s", end="", file=sys.stderr, flush=True)
        if done.wait(_BEAT):
            break
    print(_CLEAR, end="", file=sys.stderr, flush=True)
