"""`concurrency-check serve`: the web side under gunicorn, with a worker beside it if wished."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import click

from bot import traces
from bot.cli.stopping import stop_event
from bot.settings import Settings, SettingsError
from bot.store import schema
from bot.store.database import Database
from bot.values import UserError

WORKER = "import sys; from bot.cli.main import main; sys.exit(main(['worker']))"
# SIGTERM to exit is 10 s; the children know that and take less.
PATIENCE_SECONDS = 9.5
LOOK_SECONDS = 0.2


@click.command()
@click.option("--with-worker", is_flag=True, help="Run a worker beside it.")
def serve(with_worker: bool) -> None:
    """Serve webhooks and pages; without credentials of an App, the page that creates one."""
    stop = stop_event()
    settings = Settings.load(os.environ)
    traces.wanted(os.environ)  # so that a package that is lacking is told here, and not by each process
    prepare(settings)
    with listening(settings) as listener, tempfile.TemporaryDirectory(prefix="concurrency-check-") as folder:
        token = settings.setup_token or secrets.token_urlsafe(18)
        environ = {**os.environ, "SETUP_TOKEN": token, "PROMETHEUS_MULTIPROC_DIR": folder}
        children = [web(listener, environ)]
        announce(settings, listener, token)
        if with_worker:
            children.append(subprocess.Popen([sys.executable, "-c", WORKER]))
        watch(children, stop)


def prepare(settings: Settings) -> None:
    """Make the tables of the embedded database; of PostgreSQL, only look whether they are there. Raises UserError."""
    db = Database(settings.database_url)
    try:
        with schema.reached():
            if settings.embedded:
                schema.upgrade(db)
            elif reason := schema.missing(db):
                raise UserError(reason)
    finally:
        db.close()


def listening(settings: Settings) -> socket.socket:
    """The socket to serve on, which names a port that is taken before anything has started. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(f"PORT: cannot listen on {where} ({os.strerror(error.errno or 0)})") from None


def web(listener: socket.socket, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Gunicorn on that socket."""
    number = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:bot.gunicorn", "-b", f"fd://{number}"]
    return subprocess.Popen(command, env=dict(environ), pass_fds=(number,))


def announce(settings: Settings, listener: socket.socket, token: str) -> None:
    """Print where to go."""
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    click.echo(f"concurrency-check listens on {address}")
    if settings.credentials is None:
        click.echo(f"The GitHub App is not set up yet. Set it up at {address}/?token={token}")
    else:
        click.echo(f"Self-test: {address}/setup/check?token={token}")
    sys.stdout.flush()


def watch(children: list[subprocess.Popen[bytes]], stop: threading.Event, until: Path | None = None) -> None:
    """Wait for `stop` or for the file `until`, then stop all children. Raises UserError when one ends by itself."""
    while not stop.wait(LOOK_SECONDS):
        ended = [child for child in children if child.poll() is not None]
        if ended or (until and until.exists()):
            _stop(children)
            if ended:
                raise UserError(f"a process of the service ended by itself ({ended[0].returncode}); its log says why")
            return
    _stop(children)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
