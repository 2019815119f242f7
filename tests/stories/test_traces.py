"""Traces: from the webhook to the review, for who wants them; who does not needs no package and loads none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from bot.demo.double import Double
from bot.demo.play import completed
from bot.demo.service import service
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE
from tests.stories.test_secrets import FIXED, LEAK

MAIN = "import sys; from bot.cli.main import main; code = main([{!r}])"
VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
def sent() -> Iterator[tuple[str, list[bytes]]]:
    """A collector: its address, and what it was sent."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def spans_of(bodies: Sequence[bytes]) -> list[tuple[Any, dict[str, Any]]]:
    """What was sent so far: each span with its attributes."""
    return [
        (span, {one.key: one.value for one in span.attributes})
        for body in tuple(bodies)
        for resource in traces.ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def has_come(bodies: Sequence[bytes], delivery: str) -> bool:
    """Whether the spans of a delivery were sent: of its webhook, of its round, and of the analysis in that."""
    spans = spans_of(bodies)
    webhooks = {
        span.span_id for span, said in spans if span.name == "webhook" and said["delivery"].string_value == delivery
    }
    rounds = {span.span_id for span, _ in spans if span.name == "round" and span.parent_span_id in webhooks}
    return any(span.name == "analysis" and span.parent_span_id in rounds for span, _ in spans)


def test_a_trace_goes_from_the_webhook_to_the_review(
    github: Double, tmp_path: Path, sent: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, bodies = sent
    monkeypatch.setenv(VARIABLE, address)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    # Milliseconds. Awaited while the service runs: one that is stopped is given seconds, which may be too few.
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    with service(github, tmp_path):
        repository = github.people.repository("acme/vault", {"go.mod": "module vault\n", "store.go": FIXED})
        pull = github.people.open(repository, {"store.go": LEAK})
        assert github.wait(lambda: completed(pull), PATIENCE)
        github.postman.wait()
        opened = next(one for one in github.postman.deliveries if one.event == "pull_request")
        until = time.monotonic() + PATIENCE
        while not has_come(bodies, opened.guid) and time.monotonic() < until:
            time.sleep(0.05)
    spans = spans_of(bodies)
    (webhook,) = [
        span for span, said in spans if span.name == "webhook" and said["delivery"].string_value == opened.guid
    ]
    ((reviewed, said),) = [
        (span, said) for span, said in spans if span.name == "round" and span.parent_span_id == webhook.span_id
    ]
    (analysis,) = [span for span, _ in spans if span.name == "analysis" and span.parent_span_id == reviewed.span_id]
    assert reviewed.trace_id == webhook.trace_id == analysis.trace_id
    assert said["subject"].string_value == f"pull_request/{repository.id}/{pull.number}"
    assert [one.string_value for one in said["deliveries"].array_value.values] == [opened.guid]
    whole = b"".join(bodies)
    assert not [text for text in (b"vault", b"acme", github.world.app.webhook_secret.encode()) if text in whole]


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_without_the_packages_one_line_says_what_to_install(command: str, tmp_path: Path) -> None:
    code = f"import sys; sys.modules['opentelemetry'] = None; {MAIN.format(command)}; sys.exit(code)"
    environment = {**os.environ, VARIABLE: "http://127.0.0.1:9", "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True)
    line = f"concurrency-check: {VARIABLE}: traces need more packages: pip install 'concurrency-check[otel]'\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_who_wants_none_loads_nothing(tmp_path: Path) -> None:
    code = "import bot.web, bot.cli.worker, sys; bot.web.application(); sys.exit('opentelemetry' in sys.modules)"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "GITHUB_"))}
    environment = {**kept, "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path).returncode == 0
