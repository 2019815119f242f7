"""What an operator's machines ask: does the process live, can it work, how much is there to do."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot import metrics
from bot.store import schema
from bot.store.database import Database


def blueprint(db: Database) -> Blueprint:
    """Routes /healthz, /readyz and /metrics."""
    routes = Blueprint("probes", __name__)
    stored = CollectorRegistry()
    stored.register(metrics.StoredMetrics(db))
    processes = metrics.of_processes()

    @routes.get("/healthz")
    def healthz() -> Response:
        return _plain("alive", 200)

    @routes.get("/readyz")
    def readyz() -> Response:
        reason = schema.unready(db)
        return _plain(reason or "ready", 503 if reason else 200)

    @routes.get("/metrics", endpoint="metrics")
    def numbers() -> Response:
        return Response(generate_latest(stored) + generate_latest(processes), content_type=CONTENT_TYPE_LATEST)

    return routes


def _plain(line: str, status: int) -> Response:
    return Response(f"{line}\n", status, mimetype="text/plain")
