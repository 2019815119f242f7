"""The real processes, through good days and bad ones: no secret and no line of source stays behind anywhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import requests

from bot.demo.double import Double
from bot.demo.double.limits import Fault
from bot.demo.double.state import PullRequest
from bot.demo.play import completed
from bot.demo.service import service
from tests.judges.fixtures import github as github
from tests.patience import PATIENCE

LEAK = """package store

import "sync"

type Store struct {
	mu    sync.Mutex
	ready bool
}

func (s *Store) Open() error {
	s.mu.Lock() // a-remark-in-the-source
	if s.ready {
		return errors.New("a-text-in-the-source")
	}
	s.ready = true
	s.mu.Unlock()
	return nil
}
"""
FIXED = LEAK.replace("s.mu.Lock() //", "s.mu.Lock()\n\tdefer s.mu.Unlock() //").replace(
    "\ts.mu.Unlock()\n\treturn", "\treturn"
)
OF_THE_SOURCE = ("a-remark-in-the-source", "a-text-in-the-source", "return errors.New")


def test_nothing_secret_stays_behind(github: Double, tmp_path: Path) -> None:
    clean = LEAK.replace('\tif s.ready {\n\t\treturn errors.New("a-text-in-the-source")\n\t}\n', "")
    repository = github.people.repository(
        "acme/vault", {"go.mod": "module vault\n", "store.go": clean}, private=True, roles={"maintainer": "write"}
    )
    pages: list[str] = []
    with service(github, tmp_path) as address:
        pull = github.people.open(repository, {"store.go": LEAK})
        assert _reviewed(github, pull)
        assert len(pull.review_comments) == 1, "it works: the leak is told on the pull request itself"
        pages += _dashboard(github, address)
        _bad_days(github, pull)
        pages += _error_pages(github, address, tmp_path)
    log = (tmp_path / "service.log").read_bytes()
    assert b"round.end" in log and b"webhook.refused" in log and b"inbox.not_stored" in log
    needles = {*OF_THE_SOURCE, *_secrets(github, tmp_path)}
    assert len(needles) > 30
    for name, text in {**_at_rest(tmp_path), "pages": "\n".join(pages).encode()}.items():
        found = [needle for needle in needles if needle.encode() in text]
        assert not found, f"{name} holds {found}"


def _reviewed(github: Double, pull: PullRequest) -> bool:
    return github.wait(lambda: completed(pull), PATIENCE) is not None


def _bad_days(github: Double, pull: PullRequest) -> None:
    """Answers that are lost, tokens that GitHub does not know any more, files that do not parse, refusals."""
    github.limits.arrange(Fault("GET", "/compare/", status=502, times=2))
    github.limits.arrange(Fault("PATCH", "/check-runs/", status=502, when="after"))
    github.people.push(
        pull, {"store.go": LEAK.replace("func (s", "func ((s"), "go.mod": "module vault // a-remark-in-the-source\n"}
    )
    assert _reviewed(github, pull)
    github.world.tokens.clear()
    github.limits.arrange(Fault("POST", "/graphql$", status=403))
    github.people.push(pull, {"store.go": FIXED})
    assert _reviewed(github, pull)
    asked = github.people.comment(pull, "/concurrency-check explain 12345678", by="maintainer")
    assert github.wait(lambda: pull.comments[-1] is not asked or None, PATIENCE)


def _dashboard(github: Double, address: str) -> Iterator[str]:
    """Somebody who may see all of it logs in and looks around."""
    with requests.Session() as browser:
        asked = browser.get(f"{address}/login", timeout=PATIENCE)
        yield browser.get(f"{asked.url}&as=maintainer", timeout=PATIENCE).text
        until = time.monotonic() + PATIENCE  # it is written down after the check is completed
        while not browser.get(f"{address}/orgs/acme/findings/1", timeout=PATIENCE).ok and time.monotonic() < until:
            time.sleep(0.05)
        for page in ("findings", "findings/1", "heuristics", "pulls", "service"):
            answer = browser.get(f"{address}/orgs/acme/{page}", timeout=PATIENCE)
            assert answer.ok and "maintainer" in answer.text
            yield answer.text


def _error_pages(github: Double, address: str, folder: Path) -> Iterator[str]:
    """What the service answers to what is wrong with a request, and to what is wrong with itself."""
    token = "ghs_a-token-that-somebody-pasted"
    body = json.dumps({"action": "a-text-in-the-source", "installation": {"id": 1}}).encode()
    for path in (f"/nowhere?token={token}", "/setup?token=guess", "/setup/created?code=x&state=y", "/?token=guess"):
        yield requests.get(f"{address}{path}", headers={"Authorization": f"token {token}"}, timeout=PATIENCE).text
    yield _send(github, address, body, "wrong").text
    yield _send(github, address, b"a-text-in-the-source", github.world.app.webhook_secret).text
    with closing(sqlite3.connect(folder / "demo.db", PATIENCE, isolation_level=None)) as database:
        database.execute("ALTER TABLE inbox RENAME TO away")
        github.postman.wait()
        delivery = next(one for one in github.postman.deliveries if one.event == "pull_request")
        answer = _send(github, address, json.dumps(delivery.payload).encode(), github.world.app.webhook_secret)
        database.execute("ALTER TABLE away RENAME TO inbox")
    assert answer.status_code == 503
    yield answer.text


def _send(github: Double, address: str, body: bytes, secret: str) -> requests.Response:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "d", "X-Hub-Signature-256": signature}
    return requests.post(f"{address}/webhook", data=body, headers=headers, timeout=PATIENCE)


def _secrets(github: Double, folder: Path) -> set[str]:
    app = github.world.app
    key = "".join(app.private_key.splitlines()[1:-1])
    issued = {
        one.answer["token"] for one in github.log if one.template.endswith("/access_tokens") and one.status == 201
    }
    people = set(github.world.user_tokens)
    assert issued and people
    session = (folder / "demo.secret-key").read_text()
    lines = {key[at : at + 40] for at in range(0, len(key) - 40, 40)}
    return {
        app.webhook_secret,
        app.client_secret,
        *people,
        session,
        "BEGIN RSA PRIVATE KEY",
        "eyJhbGciOi",
        *issued,
        *lines,
    }


def _at_rest(folder: Path) -> dict[str, bytes]:
    """Every file that the service left, but those that are there to hold a secret; packed values unpacked too."""
    kept = {"app.pem", "demo.secret-key"}
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in kept}
    assert "demo.db" in files and "service.log" in files
    with closing(sqlite3.connect(folder / "demo.db")) as database:
        facts = [value for (value,) in database.execute("SELECT value FROM facts")]
    assert facts, "what is known of a file is kept"
    return files | {f"fact {number}": _unpacked(value) for number, value in enumerate(facts)}


def _unpacked(value: bytes) -> bytes:
    for unpack in (zlib.decompress, gzip.decompress, base64.b64decode):
        try:
            return value + unpack(value)
        except (OSError, ValueError, zlib.error):
            continue
    return value
