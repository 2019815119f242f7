"""The demo itself: the real service as a process, five pull requests, a change of a local repository."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest
import requests

from bot.demo.afterwards import afterwards
from bot.demo.double import Double
from bot.demo.double.state import CheckRun
from bot.demo.play import MAINTAINER, NOT_ANALYSED, completed, five, stage
from bot.demo.scenes import NAMES, scenes
from bot.review import comments
from tests.conftest import Checkout

COMMAND = [sys.executable, "-c", "import sys; from bot.cli.main import main; sys.exit(main())", "demo"]
SECONDS = 240
EXPECTED = {
    "tanka": "goroutine-shares-map-argument",
    "thanos": "lock-leak-on-return",
    "submariner": "package-map-concurrent-write",
    "prometheus": "new-lock-shared-state",
    "cri-o": "waitgroup-",
}
LEAK = """package store

import "sync"

type Store struct {
	mu    sync.Mutex
	ready bool
}

func (s *Store) Open() {
	s.mu.Lock()
	if s.ready {
		return
	}
	s.ready = true
	s.mu.Unlock()
}
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEMO_EXIT": "1"}
    return subprocess.run([*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=SECONDS)


def test_the_scenes_are_changes() -> None:
    for scene in scenes():
        assert scene.base.items() & scene.head.items() == set(), "head holds the files that change, and these alone"
        assert {**scene.base, **scene.head}.items() & scene.fixed.items() == set()
        assert scene.fixed.keys() <= {**scene.base, **scene.head}.keys()


def test_all_five_are_reviewed_and_their_fixes_recognised() -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    parts = dict(re.findall(r"^━━ demo/(\S+) #1 (.*?)(?=^━━|^──)", done.stdout, re.DOTALL | re.MULTILINE))
    assert tuple(parts) == NAMES
    for name, said in parts.items():
        assert "concurrency-check[bot] commented on line" in said
        assert f"(`{EXPECTED[name]}" in said
        assert "● concurrency-check: neutral" in said
    fixes = re.findall(r"^── demo/(\S+) #1: \w+ pushes .*?✔ concurrency-check: success", done.stdout, re.DOTALL | re.M)
    assert tuple(fixes) == NAMES
    assert "Fixed in " in done.stdout
    assert re.search(r"^The dashboard: http://127\.0\.0\.1:\d+/ \(log in as maintainer\)$", done.stdout, re.MULTILINE)


def test_a_change_of_a_local_repository_until_ctrl_c(checkout: Callable[[str], Checkout], tmp_path: Path) -> None:
    repository = checkout("store")
    base = repository.commit({"go.mod": "module store\n", "store.go": LEAK.replace("return\n", "panic(1)\n")})
    head = repository.commit({"store.go": LEAK}, message="Return early")
    (tmp_path / "scratch").mkdir()
    environment = {**os.environ, "DEMO_EXIT": "", "TMPDIR": str(tmp_path / "scratch")}
    change = ["--git-dir", str(repository.folder / ".git"), "--base", base, "--head", head[:10]]
    process = subprocess.Popen([*COMMAND, *change], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        said = "".join(takewhile(lambda line: "Ctrl-C ends it." not in line, process.stdout))
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert "local/store #1  Return early" in said
    assert "lock-leak-on-return" in said
    assert list((tmp_path / "scratch").iterdir()) == []
    assert repository.git("status", "--porcelain") == ""


def test_a_check_that_says_that_it_is_tried_again_is_no_review() -> None:
    with Double() as double:
        pull = double.people.open(double.people.repository("o/r", {"a.go": b"package a\n"}), {"a.go": b"package b\n"})
        now = datetime.now(UTC)
        run = CheckRun(1, 1, "concurrency-check", pull.head, "completed", "neutral", now, now, "", "")
        pull.repository.checks[1] = run
        for check in (comments.tried_again(""), comments.tried_again("rate limit")):
            run.title = check.title
            assert completed(pull) is None
        run.title = comments.analysis_failed("it took too long").title
        assert completed(pull) is run
        assert run.title == NOT_ANALYSED
        run.title = comments.given_up("502").title
        assert completed(pull) is run


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--base", "main"], 2, "belong together"),
        (["--git-dir", ".", "--base", "HEAD", "--head", "nowhere"], 3, "nowhere"),
        (["--git-dir", "/nowhere", "--base", "HEAD", "--head", "HEAD"], 3, "/nowhere"),
    ],
)
def test_what_cannot_be_shown(
    arguments: list[str], code: int, message: str, checkout: Callable[[str], Checkout], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = checkout("store")
    repository.commit({"go.mod": "module store\n"})
    monkeypatch.chdir(repository.folder)
    done = run(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for what is written down after a check is completed. Each look asks the service, which asks GitHub: nothing
    is held meanwhile."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_the_dashboard_tells_the_story() -> None:
    with stage(lambda _: None) as running, requests.Session() as browser:
        assert five(running)
        running.double.postman.wait()
        asked = browser.get(f"{running.dashboard}/login", timeout=SECONDS)
        page = browser.get(f"{asked.url}&as={MAINTAINER}", timeout=SECONDS)
        assert page.url == f"{running.dashboard}/orgs/demo/"

        def fixed() -> int:
            overview = browser.get(page.url, timeout=SECONDS).text
            return int(next(iter(re.findall(r'state=fixed&amp;where=pulls">(\d+)<', overview)), 0))

        until(lambda: fixed() >= 5, "all five are fixed")
        assert afterwards(running)

        def numbers() -> dict[str, int]:
            overview = browser.get(page.url, timeout=SECONDS).text
            shown = re.findall(r'findings\?(?:where=standing&amp;)?state=(\w+)[^"]*">(\d+)</a></dd></div>', overview)
            return {f"{name} {at}": int(many) for at, (name, many) in enumerate(shown)}

        def complete() -> bool:
            shown = numbers()
            return len(shown) == 6 and all(shown.values())

        until(complete, "of each fate there is one, and some stand from before")
        found = browser.get(f"{running.dashboard}/orgs/demo/findings?state=fixed", timeout=SECONDS).text
        assert all(f"{name} #1" in found for name in NAMES)
        one = browser.get(
            running.dashboard + re.findall(r'href="(/orgs/demo/findings/\d+)"', found)[0], timeout=SECONDS
        )
        links = set(re.findall(r'href="(http[^"#]*)', one.text))
        assert {re.split("/", link)[5] for link in links} == {"blob", "pull", "commit"}
        assert all(browser.get(link, timeout=SECONDS).ok for link in links)
        assert all(name in found for name in EXPECTED.values())
