"""What Prometheus reads: numbers of the whole service from the database, numbers of a host's processes from files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.store import budgets, posted, subjects, tallies
from bot.store.database import Database


class StoredMetrics(Collector):
    """Read from the database when it is asked: every process gives the same answer, so it must not be summed.

    Labels are of bounded sets; of installations only those that were active within the hour, by their number. Names of
    repositories and people are in none.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def collect(self) -> Iterator[Metric]:
        """What Prometheus calls at each scrape; without the database, only that it is away."""
        try:
            metrics = (*_queue(self._db), *_findings(self._db), *_budgets(self._db), *_tallies(self._db))
        except SQLAlchemyError:
            metrics = ()
        yield GaugeMetricFamily(
            "concurrency_check_database_up", "1 when the database answers.", value=float(bool(metrics))
        )
        yield from metrics


def of_processes() -> CollectorRegistry:
    """Where the counters of all web processes are: in files that `serve` has made room for, else in this process."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _queue(db: Database) -> Iterator[Metric]:
    depth = GaugeMetricFamily("concurrency_check_subjects", "Subjects by state.", labels=["state"])
    for state, number in subjects.counts(db).items():
        depth.add_metric([state], number)
    yield depth
    yield GaugeMetricFamily(
        "concurrency_check_oldest_due_seconds",
        "How long the longest-waiting subject is due.",
        value=subjects.oldest_age(db),
    )


def _findings(db: Database) -> Iterator[Metric]:
    findings = GaugeMetricFamily(
        "concurrency_check_findings",
        "Findings that were told, by what became of them.",
        labels=["heuristic", "state"],
    )
    for (heuristic, state), number in sorted(posted.counts(db).items()):
        findings.add_metric([heuristic, state], number)
    yield findings


def _budgets(db: Database) -> Iterator[Metric]:
    left = GaugeMetricFamily(
        "concurrency_check_github_requests_left",
        "Requests that GitHub leaves an installation in this hour.",
        labels=["installation", "resource"],
    )
    for (installation, resource), requests in sorted(budgets.left(db).items()):
        left.add_metric([str(installation), resource], requests)
    yield left
    yield GaugeMetricFamily(
        "concurrency_check_installations_resting",
        "Installations that wait for GitHub's limits.",
        value=budgets.resting(db),
    )


def _tallies(db: Database) -> Iterator[Metric]:
    counted = tallies.read(db)
    rounds = CounterMetricFamily("concurrency_check_rounds", "Rounds by what became of them.", labels=["result"])
    for result, number in counted.rounds.items():
        rounds.add_metric([result], number)
    yield rounds
    checks = CounterMetricFamily(
        "concurrency_check_checks", "Completed checks by conclusion.", labels=["conclusion", "reviewed"]
    )
    for (conclusion, reviewed), number in counted.checks.items():
        checks.add_metric([conclusion, "yes" if reviewed else "no"], number)
    yield checks
    bounds = ["+Inf" if bound == float("inf") else str(bound) for bound in counted.waited]
    yield HistogramMetricFamily(
        "concurrency_check_review_seconds",
        "From the arrival of a delivery to the end of the round that covers it.",
        buckets=list(zip(bounds, accumulate(counted.waited.values()), strict=True)),
        sum_value=counted.waited_seconds,
    )
