"""What the webhook answers, and that what it accepts is there."""

from __future__ import annotations

import copy
import functools
import hmac
import json
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.credentials import Credentials
from bot.intake.inbox import Inbox, NotStored
from bot.intake.webhook import LARGEST_BYTES, signed
from bot.settings import Settings
from bot.store import inbox as store
from bot.store.database import Database
from bot.values import Event, Kind, Subject
from bot.web import create_app
from tests.judges.fetch import kept
from tests.patience import PATIENCE

SECRETS = ("It's a Secret to Everybody", "the new one")
PAYLOAD = {
    "action": "opened",
    "installation": {"id": 5},
    "repository": {"id": 7, "full_name": "octo/widgets"},
    "pull_request": {"number": 3, "head": {"sha": "a" * 40}},
}


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    settings = Settings(
        database_url=database_url,
        credentials=Credentials(1, "-----BEGIN PRIVATE KEY-----", SECRETS),
        credentials_file=tmp_path / "app.json",
        secret_key="for sessions",
    )
    app = create_app(settings)
    yield app.test_client()
    app.extensions["inbox"].close()
    app.extensions["database"].close()


def send(
    client: FlaskClient,
    payload: object = PAYLOAD,
    *,
    secret: str = SECRETS[0],
    event: str = "pull_request",
    guid: str = "guid-1",
    **headers: str,
) -> tuple[int, str]:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    names = {"X-GitHub-Event": event, "X-GitHub-Delivery": guid, "X-Hub-Signature-256": signature}
    given_ = {name: value for name, value in (names | headers).items() if value}
    answer = client.post("/webhook", data=body, headers=given_)
    return answer.status_code, answer.text.strip()


def test_a_delivery_is_stored_before_it_is_answered(client: FlaskClient, database: Database) -> None:
    assert send(client) == (202, "stored")
    with database.read() as connection:
        assert connection.execute(text("SELECT delivery, want FROM inbox")).all() == [("guid-1", 1)]
        assert connection.execute(text("SELECT number, head, want, done FROM subjects")).all() == [(3, "a" * 40, 1, 0)]
    assert send(client) == (202, "duplicate")


def test_both_secrets_are_good_while_they_are_rotated(client: FlaskClient) -> None:
    assert send(client, secret=SECRETS[1]) == (202, "stored")
    assert send(client, secret="neither") == (401, "signature wrong or absent")


def test_what_is_refused_and_why(client: FlaskClient) -> None:
    signature = "X-Hub-Signature-256"
    assert send(client, **{signature: ""}) == (401, "signature wrong or absent")
    assert send(client, **{signature: "sha256=é"}) == (401, "signature wrong or absent")
    assert send(client, b"not json") == (400, "not JSON")
    assert send(client, b"[" * 100_000) == (400, "not JSON")
    assert send(client, b"\xff\xfe") == (400, "not JSON")
    assert send(client, event="") == (400, "headers missing")
    assert send(client, guid="") == (400, "headers missing")
    assert send(client, b" " * (LARGEST_BYTES + 1)) == (413, "too large")


def test_what_means_nothing_to_us_is_fine(client: FlaskClient) -> None:
    assert send(client, {"zen": "Speak like a human."}, event="ping") == (200, "ignored")
    assert send(client, {"action": "created"}, event="star") == (200, "ignored")
    assert send(client, []) == (200, "ignored")


def test_get_is_not_post(client: FlaskClient) -> None:
    assert client.get("/webhook").status_code == 405


def test_github_s_own_example_of_a_signature() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signed(b"Hello, World!", signature, SECRETS)
    assert not signed(b"Hello, World!", signature.replace("7", "8", 1), SECRETS)
    assert not signed(b"Hello, World!", signature, ())


@given(st.binary(), st.text())
def test_no_other_signature_is_good(body: bytes, signature: str) -> None:
    right = "sha256=" + hmac.new(b"secret", body, sha256).hexdigest()
    assert signed(body, right, ["secret"])
    assert signed(body, signature, ["secret"]) == (signature == right)


def event(guid: str, number: int = 1) -> Event:
    return Event(guid, "pull_request.opened", Subject(Kind.PULL_REQUEST, 1, 2, number), "octo/widgets", "a" * 40)


def test_many_at_once_share_few_commits(database: Database) -> None:
    inbox = Inbox(database, PATIENCE)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda n: inbox.accept(event(f"d{n}", n % 7 + 1)).value, range(200)))
    inbox.close()
    assert outcomes == ["stored"] * 200
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar() == 200
        assert connection.execute(text("SELECT sum(want) FROM subjects")).scalar() == 200


def test_one_that_the_database_refuses_does_not_harm_the_others(database: Database) -> None:
    inbox = Inbox(database, PATIENCE)
    gate = threading.Barrier(3)

    def accept(one: Event) -> str:
        gate.wait()
        try:
            return inbox.accept(one).value
        except NotStored as error:
            return str(error)

    poison = event("half \ud800")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(accept, [event("d1"), poison, event("d2")]))
    inbox.close()
    assert answers == ["stored", "the database refused", "stored"]


def test_a_slow_database_is_a_503_in_time(database: Database) -> None:
    inbox = Inbox(database, patience=0.2)
    with database.write() as connection:
        connection.execute(text("UPDATE schedule SET run_at = 0"))
        connection.execute(text("LOCK TABLE inbox") if not database.sqlite else text("SELECT 1"))
        with pytest.raises(NotStored, match=r"did not answer within 0.2 s"):
            inbox.accept(event("late"))
    # It is stored in the end: a redelivery is then a duplicate, not a loss.
    patient = time.monotonic() + PATIENCE
    while not store.known(database, ["late"]):
        assert time.monotonic() < patient
        time.sleep(0.01)
    inbox.close()


def test_a_database_that_is_gone_is_a_503(client: FlaskClient, database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    try:
        assert send(client) == (503, "not stored")
    finally:
        with database.write() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO inbox"))
    assert send(client) == (202, "stored")


def test_probes_and_metrics(client: FlaskClient, database: Database) -> None:
    send(client)
    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")
    metrics = client.get("/metrics").text
    assert 'concurrency_check_subjects{state="queued"} 1.0' in metrics
    assert 'concurrency_check_deliveries_total{event="pull_request",result="stored"}' in metrics
    assert "octo" not in metrics


def test_pages_allow_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200 and "Work queue" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    missing = client.get("/<script>")
    assert (missing.status_code, missing.text, missing.mimetype) == (404, "404 Not Found\n", "text/plain")


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Iterator[FlaskClient]:
    """One application for many deliveries."""
    folder = tmp_path_factory.mktemp("hooked")
    shutil.copy(sqlite_file, folder / "service.db")
    credentials = Credentials(1, "-----BEGIN PRIVATE KEY-----", SECRETS)
    url = f"sqlite:///{folder}/service.db?synchronous=normal"
    app = create_app(Settings(database_url=url, credentials=credentials, credentials_file=folder / "app.json"))
    yield app.test_client()
    app.extensions["inbox"].close()
    app.extensions["database"].close()


@functools.cache
def recorded() -> list[tuple[str, Any]]:
    """GitHub's own recorded deliveries of the events that we read: event, payload."""
    entries = json.loads(kept("webhooks-examples.json").read_bytes())
    return [(entry["name"], one) for entry in entries if entry["name"] in READ for one in entry["examples"]]


READ = ("check_run", "check_suite", "installation", "installation_repositories", "issue_comment", "merge_group",
        "ping", "pull_request", "pull_request_review_comment", "pull_request_review_thread", "push",
        "repository")  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 2**64, 1.5, "", "x", "\0", "\ud800", "/concurrency-check",
    "\u202e/concurrency-check ignore",
    [], [None], {}, {"id": None}, "a" * 70_000, ["[" * 100], float("nan"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from places(below, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """A recorded delivery in which some parts are gone, of another type, surplus, or belong to another event."""
    name, payload = draw(st.sampled_from(recorded()))
    payload = copy.deepcopy(payload)
    payload.setdefault("installation", {"id": 5})
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places(payload)) or [("action",)]))
        holder = payload
        for key in path[:-1]:
            holder = holder[key]
        how = draw(st.sampled_from(["gone", "odd", "surplus", "action"]))
        if how == "action":
            payload["action"] = draw(st.sampled_from(["created", "opened", "something_new", ""]))
        elif how == "odd" or isinstance(holder, list):
            holder[path[-1]] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif how == "gone":
            del holder[path[-1]]
        else:
            holder["surplus"] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return draw(st.sampled_from([name, name, name, *READ])), payload


@given(mutated(), st.uuids())
def test_a_mutated_delivery_is_stored_or_ignored(
    hooked: FlaskClient, delivery: tuple[str, Any], guid: uuid.UUID
) -> None:
    name, payload = delivery
    status, said = send(hooked, payload, event=name, guid=str(guid))
    assert (status, said) in {(202, "stored"), (202, "duplicate"), (200, "ignored")}


def test_the_largest_delivery_that_github_sends_is_taken(hooked: FlaskClient) -> None:
    whole = {**PAYLOAD, "surplus": ""}
    whole["surplus"] = "x" * (LARGEST_BYTES - len(json.dumps(whole)))
    body = json.dumps(whole).encode()
    assert len(body) == LARGEST_BYTES
    assert send(hooked, body, guid="large") == (202, "stored")
    assert send(hooked, body + b" ", guid="larger") == (413, "too large")
