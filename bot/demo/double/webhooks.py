"""Webhooks: signed, sent one after the other by a thread of their own, and logged for redelivery."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import requests

from bot.demo.double import render
from bot.demo.double.state import Repository, User, World

TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an event. status: HTTP status of the receiver, 0 when there was no answer."""

    id: int
    guid: str
    event: str
    payload: dict[str, Any]
    url: str
    headers: dict[str, str]
    at: datetime
    redelivery: bool
    seconds: float
    status: int
    status_text: str
    answer: str

    @property
    def succeeded(self) -> bool:
        """GitHub counts every 2xx in time as delivered."""
        return 200 <= self.status < 300


class Postman:
    """Sends webhooks in the order in which they come.

    dropping: while True they are logged as failed, unsent. patience: seconds that a receiver has to answer, as on
    GitHub; a test in which that is not the matter gives as many as a slow machine needs.
    """

    def __init__(self, world: World) -> None:
        self.deliveries: list[Delivery] = []
        self.dropping = False
        self.patience = TIMEOUT_SECONDS
        self._world = world
        self._queue: queue.Queue[tuple[str, str, dict[str, Any], bool] | None] = queue.Queue()
        self._broken: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def send(self, event: str, payload: dict[str, Any]) -> str:
        """Hands in an event; returns its GUID. Does nothing for events that the App is not subscribed to."""
        guid = str(uuid.uuid4())
        of_every_app = ("check_run", "check_suite", "github_app_authorization", "ping")
        automatic = event.startswith("installation") or event in of_every_app
        if automatic or event in self._world.app.events:
            self._queue.put((guid, event, payload, False))
        return guid

    def redeliver(self, delivery: Delivery) -> None:
        """Sends the same payload again, under the same GUID."""
        self._queue.put((delivery.guid, delivery.event, delivery.payload, True))

    def wait(self) -> None:
        """Returns when everything that was handed in has been answered or given up; raises RuntimeError when one of
        them could not even be sent, with the cause."""
        self._queue.join()
        broken, self._broken = self._broken, None
        if broken is not None:
            raise RuntimeError("a webhook could not be made or sent") from broken

    def close(self) -> None:
        """Ends the thread, what was handed in being sent first."""
        self._queue.put(None)
        self._thread.join()

    def about(self, repository: Repository, sender: User, **payload: Any) -> dict[str, Any]:
        """A payload with the parts that every event about a repository has."""
        world = self._world
        found = world.installation_of(repository)
        whole = {**payload, "repository": render.repository(world, repository), "sender": render.user(world, sender)}
        if found is not None:
            whole["installation"] = {"id": found.id, "node_id": render.node("MDIz", found.id)}
        if repository.owner.type == "Organization":
            whole["organization"] = render.organisation(world, repository.owner)
        return whole

    def _run(self) -> None:
        with requests.Session() as session:
            while (item := self._queue.get()) is not None:
                try:
                    self.deliveries.append(self._deliver(session, *item))
                except Exception as error:  # who waits must hear of it, and the later ones still have to go out
                    self._broken = self._broken or error
                finally:
                    self._queue.task_done()
            self._queue.task_done()

    def _deliver(
        self, session: requests.Session, guid: str, event: str, payload: dict[str, Any], again: bool
    ) -> Delivery:
        app = self._world.app
        body = json.dumps(payload).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/double",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid,
            "X-GitHub-Hook-ID": str(app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-GitHub-Hook-Installation-Target-ID": str(app.id),
            "X-Hub-Signature-256": "sha256=" + hmac.new(app.webhook_secret.encode(), body, hashlib.sha256).hexdigest(),
        }
        if self._world.enterprise:
            headers["X-GitHub-Enterprise-Host"] = self._world.url.partition("://")[2]
            headers["X-GitHub-Enterprise-Version"] = f"{self._world.enterprise}.0"
        status, text, answer = 0, "failed to connect to host", ""
        started = time.monotonic()
        if app.webhook_url and not self.dropping:
            try:
                response = session.post(app.webhook_url, data=body, headers=headers, timeout=self.patience)
                status, text, answer = response.status_code, response.reason, response.text
            except requests.Timeout:
                text = "timed out"
            except requests.RequestException:
                text = "failed to connect to host"
        return Delivery(
            id=self._world.next_id(),
            guid=guid,
            event=event,
            payload=payload,
            url=app.webhook_url,
            headers=headers,
            at=self._world.now(),
            redelivery=again,
            seconds=time.monotonic() - started,
            status=status,
            status_text=text,
            answer=answer,
        )
