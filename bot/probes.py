"""What an operator's machines ask: does the process live, can it work, how much is there to do."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.store import schema, subjects
from bot.store.database import Database


def blueprint(db: Database) -> Blueprint:
    """Routes /healthz, /readyz and /metrics."""
    routes = Blueprint("probes", __name__)
    queue = CollectorRegistry()
    queue.register(QueueMetrics(db))
    counters = _counters()

    @routes.get("/healthz")
    def healthz() -> Response:
        return _plain("alive", 200)

    @routes.get("/readyz")
    def readyz() -> Response:
        try:
            reason = schema.missing(db)
        except SQLAlchemyError as error:
            reason = f"the database does not answer ({type(error).__name__})"
        return _plain(reason or "ready", 503 if reason else 200)

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(queue) + generate_latest(counters), content_type=CONTENT_TYPE_LATEST)

    return routes


class QueueMetrics(Collector):
    """The state of the work queue, read from the database when it is asked for: every process gives the same answer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What Prometheus calls at each scrape; without the database, only that it is away."""
        up = GaugeMetricFamily("concurrency_check_database_up", "1 when the database answers.")
        depth = GaugeMetricFamily("concurrency_check_subjects", "Subjects by state.", labels=["state"])
        age = GaugeMetricFamily("concurrency_check_oldest_due_seconds", "How long the longest-waiting subject is due.")
        try:
            for state, number in subjects.counts(self._db).items():
                depth.add_metric([state], number)
            age.add_metric([], subjects.oldest_age(self._db))
        except SQLAlchemyError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield from (up, depth, age)


def _counters() -> CollectorRegistry:
    """Where the counters of all web processes are: in files that `serve` has made room for, else in this process."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _plain(line: str, status: int) -> Response:
    return Response(f"{line}\n", status, mimetype="text/plain")
