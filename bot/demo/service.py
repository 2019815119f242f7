"""The real service beside the double: `concurrency-check serve --with-worker` as a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import requests

from bot.demo.double import Double
from bot.values import UserError

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
_COMMAND: Final = (sys.executable, "-c", "import sys; from bot.cli.main import main; sys.exit(main())")


@contextlib.contextmanager
def service(double: Double, folder: Path) -> Iterator[str]:
    """Runs the service for this GitHub with a database of its own in `folder`; gives the address where it listens.

    GitHub's webhooks go there from then on. Its log is `folder`/service.log. Raises UserError when it does not come up.
    """
    with free_port() as port:
        address = f"http://127.0.0.1:{port}"
        environment = _environment(double, folder, address)
        with (folder / "service.log").open("wb") as log:
            migrated = subprocess.run([*_COMMAND, "db", "upgrade"], env=environment, cwd=folder, stdout=log, stderr=log)
            if migrated.returncode:
                raise UserError(f"the database could not be made: {_last(folder)}")
            process = subprocess.Popen(
                [*_COMMAND, "serve", "--with-worker"],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the demo, which then ends the service in good order.
            )
        try:
            _await(process, address, folder)
            double.world.app.webhook_url = f"{address}/webhook"
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(double: Double, folder: Path, address: str) -> Mapping[str, str]:
    """That of this process without what belongs to another installation of the service."""
    foreign = ("GITHUB_", "SECRET_KEY", "WEB_", "WORKER_", "SETUP_TOKEN", "DEFAULT_MODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        **double.environment(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "CREDENTIALS_FILE": str(folder / "github-app.json"),
        "PUBLIC_URL": address,
        "HOST": "127.0.0.1",
        "PORT": address.rsplit(":", 1)[1],
        "WEB_PROCESSES": "1",
        "LOG_FORMAT": "json",
    }


def _await(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise UserError(f"the service ended with {process.returncode}: {_last(folder)}")
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}/readyz", timeout=READY_SECONDS).status_code == 200:
                return
        time.sleep(0.05)
    raise UserError(f"the service was not ready after {READY_SECONDS:.0f} s: {_last(folder)}")


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """A port that no other process is given meanwhile, for a server that is told to listen on it.

    Linux lets a server listen beside who has reserved the port like this; elsewhere it is only looked for.
    """
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        port = int(reserved.getsockname()[1])
        if sys.platform != "linux":
            reserved.close()
        yield port


def _last(folder: Path) -> str:
    """The last line of the service's log."""
    return ((folder / "service.log").read_text("utf-8", "replace").strip().splitlines() or ["it logged nothing"])[-1]
