"""The wish to stop, as an event that SIGTERM, SIGINT and SIGHUP set."""

from __future__ import annotations

import signal
import threading


def stop_event() -> threading.Event:
    """An event that is set by the first signal that asks this process to stop."""
    stop = threading.Event()

    def ask(number: int, frame: object) -> None:
        # In a thread: the handler may have interrupted the very lock that `set` needs.
        threading.Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)
    return stop
