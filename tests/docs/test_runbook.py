"""The runbook names what is there: metrics that are served with these labels, events that the code logs."""

from __future__ import annotations

import re
from pathlib import Path

from bot.intake.webhook import DELIVERIES
from bot.metrics import StoredMetrics
from bot.store.database import Database

TOP = Path(__file__).resolve().parents[2]
PAGES = {name: (TOP / "docs" / name).read_text() for name in ("runbook.md", "operators.md")}
EVENT = re.compile(r"`((?:analysis|inbox|permissions|round|sweep|webhook|worker)\.[a-z_]+|refused)`")


def test_metrics_are_served_and_documented(database: Database) -> None:
    families = [*StoredMetrics(database).collect(), *DELIVERIES.collect()]
    served = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    documented = set(re.findall(r"^\| `(concurrency_check_\w+)", PAGES["operators.md"], re.MULTILINE))
    assert documented == served
    assert set(re.findall(r"concurrency_check_\w+", PAGES["runbook.md"])) <= served


def test_events_are_logged_and_errors_are_in_the_runbook() -> None:
    source = "".join(path.read_text() for path in (TOP / "bot").rglob("*.py") if "demo" not in path.parts)
    logged = set(re.findall(r'log\.\w+\(\s*"([\w.]+)"', source))
    named = set(EVENT.findall(PAGES["runbook.md"]))
    assert named <= logged
    assert set(EVENT.findall(PAGES["operators.md"])) <= logged
    grave = set(re.findall(r'log\.(?:error|exception)\(\s*"([\w.]+)"', source))
    assert grave <= named, "an operator who meets one finds it"
