"""The demo, one click away: `concurrency-check demo` as a process of its own, as long as this one lives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading

from bot.values import UserError

_COMMAND = (sys.executable, "-c", "import sys; from bot.cli.main import main; sys.exit(main())", "demo", "--attached")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class Demo:
    """At most one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._address = ""
        self._lock = threading.Lock()

    def start(self) -> str:
        """Its address; it is started where it does not run. Raises UserError."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._address = self._begin()
            return self._address

    def close(self) -> None:
        """End it. It also ends by itself when this process does: the pipe that it reads from is closed then."""
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                self._process.wait()

    def _begin(self) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "DEMO_EXIT"}
        process = subprocess.Popen(
            _COMMAND,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._process = process
        assert process.stdout is not None
        found = next((hit for line in process.stdout if (hit := _ADDRESS.search(line))), None)
        if found is None:
            raise UserError("The demo did not start; `concurrency-check demo` on a terminal says why.")
        threading.Thread(target=_drain, args=(process,), name="demo", daemon=True).start()
        return found[0]


def _drain(process: subprocess.Popen[str]) -> None:
    """What the demo says is for a terminal; a full pipe would stop it."""
    assert process.stdout is not None
    for _ in process.stdout:
        pass
    process.stdout.close()
