"""POST /webhook: bytes and headers in, an answer out once the delivery is stored; it reviews nothing."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

import structlog
from flask import Blueprint, Response, request
from prometheus_client import Counter

from bot import traces
from bot.intake import events
from bot.intake.inbox import Inbox, NotStored
from bot.store.inbox import Outcome
from bot.values import Event

LARGEST_BYTES = 25 * 1024 * 1024
# Longer than any id of GitHub's; a header may be anything.
LONGEST_ID = 200

DELIVERIES = Counter(
    "concurrency_check_deliveries", "Webhook deliveries by event and what became of them.", ["event", "result"]
)
# What comes before the signature is known to be right may say anything.
_OTHER = "other"

log = structlog.get_logger()


def blueprint(inbox: Inbox, secrets: Callable[[], Sequence[str]]) -> Blueprint:
    """The route. secrets: the one or two webhook secrets that are valid now; none while the App is not set up."""
    routes = Blueprint("webhook", __name__)

    @routes.post("/webhook")
    def receive() -> Response:
        status, result = _receive(inbox, secrets())
        name = request.headers.get("X-GitHub-Event", "")
        DELIVERIES.labels(name if name in events.NAMES else _OTHER, result).inc()
        return Response(f"{result}\n", status, mimetype="text/plain")

    return routes


def signed(body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether `signature` (X-Hub-Signature-256) was made over `body` with one of the secrets; in constant time."""
    valid = False
    for secret in secrets:
        expected = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        valid |= hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
    return valid


def _receive(inbox: Inbox, secrets: Sequence[str]) -> tuple[int, str]:
    """Status and one word or sentence; what is refused leaves one line in the log."""
    if (request.content_length or 0) > LARGEST_BYTES:
        return _refused(413, "too large")
    name, delivery = request.headers.get("X-GitHub-Event", ""), request.headers.get("X-GitHub-Delivery", "")
    if not secrets:
        return _refused(503, "the App is not set up yet")
    body = request.stream.read(LARGEST_BYTES + 1)
    if len(body) > LARGEST_BYTES:
        return _refused(413, "too large")
    if not signed(body, request.headers.get("X-Hub-Signature-256", ""), secrets):
        return _refused(401, "signature wrong or absent")
    if not name or not delivery or len(delivery) > LONGEST_ID:
        return _refused(400, "headers missing")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return _refused(400, "not JSON")
    with structlog.contextvars.bound_contextvars(delivery=delivery):
        if person := events.revoked(name, payload):
            return _logged_out(inbox, person)
        return _stored(inbox, events.parse(name, delivery, payload))


def _stored(inbox: Inbox, event: Event | None) -> tuple[int, str]:
    if event is None:
        return 200, "ignored"
    named = {"delivery": event.delivery, "action": event.action, "subject": event.subject.key}
    try:
        with traces.span("webhook", **named) as trace:
            outcome = inbox.accept(replace(event, trace=trace) if trace else event)
    except NotStored as error:
        log.error("webhook.not_stored", action=event.action, reason=str(error))
        return 503, "not stored"
    log.info("webhook.accepted", action=event.action, subject=event.subject.key, outcome=outcome.value)
    return (200, "ignored") if outcome is Outcome.UNKNOWN else (202, outcome.value)


def _logged_out(inbox: Inbox, person: int) -> tuple[int, str]:
    try:
        inbox.log_out(person)
    except NotStored as error:
        log.error("webhook.not_stored", action=events.REVOCATION, reason=str(error))
        return 503, "not stored"
    return 202, Outcome.STORED.value


def _refused(status: int, reason: str) -> tuple[int, str]:
    delivery = request.headers.get("X-GitHub-Delivery", "")[:LONGEST_ID]
    log.warning("webhook.refused", status=status, reason=reason, delivery=delivery)
    return status, reason
