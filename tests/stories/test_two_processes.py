"""Two web processes on one socket: their numbers are one, and what one of them learns both keep to themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.double import Double
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE
from tests.stories.test_setup import TOKEN, register

COMMAND = (sys.executable, "-c", "import sys; from bot.cli.main import main; sys.exit(main())", "serve")


@contextmanager
def serving(github: Double, folder: Path) -> Iterator[str]:
    """`serve` with two web processes, before there is an App; what it writes goes to `folder`/service.log."""
    foreign = ("GITHUB_", "SECRET_KEY", "WEB_", "WORKER_", "PROMETHEUS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
        "GITHUB_API_URL": github.api_url,
        "GITHUB_WEB_URL": github.url,
        "CREDENTIALS_FILE": str(folder / "app.json"),
        "DATABASE_URL": f"sqlite:///{folder}/service.db",
        "SETUP_TOKEN": TOKEN,
        "WEB_PROCESSES": "2",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "LOG_FORMAT": "json",
        "TMPDIR": str(folder),
    }
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(COMMAND, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def sent(address: str, delivery: str) -> requests.Response:
    """A webhook that nobody signed, on a connection of its own."""
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": delivery, "X-Hub-Signature-256": "sha256=0"}
    return requests.post(f"{address}/webhook", data=b"{}", headers=headers, timeout=PATIENCE)


def refused(address: str) -> float:
    """How many webhooks were refused for their signature, as one of the processes tells it."""
    text = requests.get(f"{address}/metrics", timeout=PATIENCE).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    (up,) = [sample.value for sample in samples if sample.name == "concurrency_check_database_up"]
    assert up == 1
    return sum(
        sample.value
        for sample in samples
        if sample.name == "concurrency_check_deliveries_total" and "signature" in sample.labels["result"]
    )


def test_numbers_are_one_and_what_the_wizard_brought_is_in_no_log(github: Double, tmp_path: Path) -> None:
    with serving(github, tmp_path) as address, requests.Session() as browser:
        pages = [register(github, address, browser).text]
        app = github.world.app
        secrets = (app.webhook_secret, app.client_secret)
        until, times = time.monotonic() + PATIENCE, 0
        while times < 20 or len([*tmp_path.glob("concurrency-check-*/counter_*.db")]) < 2:
            answer = sent(address, f"pasted {' '.join(secrets)} here")
            pages.append(answer.text)
            times += answer.status_code == 401
            assert time.monotonic() < until, "one of the processes was never asked"
        assert {refused(address) for _ in range(10)} == {times}
        pages += [
            requests.get(f"{address}{path}", timeout=PATIENCE).text
            for path in (f"/?token={secrets[0]}", f"/setup/created?code={secrets[1]}&state=x", f"/{secrets[0]}")
        ]
    log = (tmp_path / "service.log").read_text()
    assert log.count("webhook.refused") >= times and "pasted [redacted] [redacted] here" in log
    database = b"".join(file.read_bytes() for file in tmp_path.glob("service.db*"))
    key = app.private_key.splitlines()[1]
    for secret in (*secrets, key):
        assert secret not in log and secret not in "".join(pages) and secret.encode() not in database
