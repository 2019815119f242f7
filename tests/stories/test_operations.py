"""What an operator sees of the real processes: one delivery's way in the logs, numbers that add up, no private name."""

from __future__ import annotations

import json
import time
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.double import Double
from bot.demo.play import completed
from bot.demo.service import service
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE
from tests.stories.test_secrets import LEAK


def test_a_delivery_can_be_followed_from_webhook_to_review(github: Double, tmp_path: Path) -> None:
    clean = LEAK.replace("\t\treturn errors", "\t\ts.mu.Unlock()\n\t\treturn errors")
    with service(github, tmp_path) as address:
        repository = github.people.repository(
            "acme/vault", {"go.mod": "module vault\n", "store.go": clean}, private=True
        )
        pull = github.people.open(repository, {"store.go": LEAK})
        assert github.wait(lambda: completed(pull), PATIENCE)
        metrics = _once_done(address)
        github.postman.wait()
    opened = next(one for one in github.postman.deliveries if one.event == "pull_request")
    log = (tmp_path / "service.log").read_text().splitlines()
    lines = [json.loads(line) for line in log if line.startswith("{")]
    way = [line["event"] for line in lines if opened.guid in (line.get("delivery"), *line.get("deliveries", ()))]
    # What is stored may be taken up before the web side has come to say so.
    assert sorted(event for event in way if event != "refused") == ["round.begin", "round.end", "webhook.accepted"]
    assert {line["level"] for line in lines} == {"info"}

    numbers = {
        (sample.name.removeprefix("concurrency_check_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }
    assert numbers["deliveries_total", "pull_request", "stored"] == 1
    assert numbers["checks_total", "neutral", "yes"] == 1
    assert numbers["findings", "lock-leak-on-return", "open"] == len(pull.review_comments) == 1
    rounds = {key[1]: value for key, value in numbers.items() if key[0] == "rounds_total"}
    assert rounds["done"] >= 1 and not rounds["again"] + rounds["failed"] + rounds["handed back"]
    assert numbers["review_seconds_count",] == 1
    (left,) = [value for key, value in numbers.items() if key[0] == "github_requests_left" and "core" in key]
    assert 0 < left < 5000
    assert "vault" not in metrics and "acme" not in metrics


def _once_done(address: str) -> str:
    """The metrics, as soon as nothing is left to do: the check is completed shortly before its round is over, and the
    repository's baseline may be counted after that. What is in hand when the service is stopped may be handed back."""
    over = ("review_seconds_count 1.0", *(f'subjects{{state="{one}"}} 0.0' for one in ("queued", "running", "delayed")))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        metrics = requests.get(f"{address}/metrics", timeout=PATIENCE).text
        if all(f"\nconcurrency_check_{one}\n" in metrics for one in over):
            return metrics
        time.sleep(0.05)
    raise AssertionError("the rounds did not end")
