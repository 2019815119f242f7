"""`concurrency-check worker`: reviews what the web side has queued, until it is told to stop."""

from __future__ import annotations

import os
import threading
from functools import partial

import click
import structlog

from bot import logs, traces
from bot.cli.stopping import stop_event
from bot.github.client import GitHub
from bot.settings import Settings
from bot.setup.current import Current
from bot.store import installations, schema
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.values import UserError
from bot.work.analyst import Analyst
from bot.work.probes import Probes
from bot.work.queue import Queue
from bot.work.rounds import rounds
from bot.work.sweep import Sweep
from bot.work.worker import Worker

# The loop, the heartbeat and the sweep use the database beside the rounds.
OTHER_THREADS = 3
LOOK_SECONDS = 1.0
# GitHub asks for a second between two writes.
WRITE_SECONDS = 1.0
NOT_SET_UP = "the App is not set up yet"

log = structlog.get_logger()


@click.command()
def worker() -> None:
    """Review pull requests; waits while the App is not set up."""
    stop = stop_event()
    given = Settings.load(os.environ)
    traces.configure()
    probes = Probes(dead=lambda: "", unready=lambda: NOT_SET_UP)
    with probes.served(given.host, given.worker_port):
        settings = _complete(given, stop)
        if settings is not None:
            _work(settings, stop, probes)


def _complete(settings: Settings, stop: threading.Event) -> Settings | None:
    """Settings with credentials, as soon as there are any; None when told to stop before."""
    logs.configure(settings.log_format, settings.secrets)
    current = Current(settings)
    if current.settings.credentials is None:
        log.info("worker.waits", reason=NOT_SET_UP)
    while current.settings.credentials is None:
        if stop.wait(LOOK_SECONDS):
            return None
    return None if stop.is_set() else current.settings


def _work(settings: Settings, stop: threading.Event, probes: Probes) -> None:
    logs.configure(settings.log_format, settings.secrets)
    db = Database(settings.database_url, size=settings.worker_threads + OTHER_THREADS)
    with schema.reached():
        reason = schema.missing(db)
    if reason:
        raise UserError(reason)
    github = GitHub(settings, turn=partial(installations.take_turn, db, every=WRITE_SECONDS))
    analyst = Analyst(StoredFacts(db))
    sweep = Sweep(db, settings.sweep_seconds, github)
    lease = settings.lease_seconds
    crew = Worker(
        Queue(db, lease),
        rounds(settings, db, github, analyst),
        threads=settings.worker_threads,
        poll=settings.poll_seconds,
        beat=lease / 4,
        chores=sweep.maybe,
    )
    probes.dead, probes.unready = crew.dead, partial(schema.unready, db)
    log.info("worker.ready", threads=settings.worker_threads)
    crew.run(stop)
    analyst.close()
    log.info("worker.stopped")
