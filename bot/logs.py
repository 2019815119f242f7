"""Logging: structured, one line an event, with what was bound (delivery, subject) and without a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import structlog

# Tokens are known by their prefix: their length and alphabet are GitHub's to change.
_SECRET = re.compile(
    r"gh[pousr]_[A-Za-z0-9_.\-]+"
    r"|github_pat_\w+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\beyJ[\w\-]+\.[\w\-]+\.[\w\-]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
    re.DOTALL,
)
REDACTED = "[redacted]"
# Shorter ones would blot out ordinary words.
_SHORTEST_SECRET = 6


def configure(format_: str, secrets: Iterable[str] = ()) -> None:
    """Set logging up for this process, the standard library's included. format_: text, json, or "" for what suits.

    secrets: values that never appear, whatever they look like (webhook secret, session key).
    """
    hide(secrets)
    as_text = format_ == "text" or (not format_ and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redaction,
    ]
    renderer: Any = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Alembic tells of every migration, urllib3 of every connection.
    for name in ("alembic", "urllib3", "github"):
        logging.getLogger(name).setLevel(logging.WARNING)


def hide(secrets: Iterable[str]) -> None:
    """From now on these values do not appear in what this process logs either, such as those the wizard brings."""
    _redaction.add(secrets)


class Redaction:
    """A structlog processor that takes secrets out of every value, however deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._known: re.Pattern[str] | None = None
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Know more of them."""
        self._secrets |= {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        """The value without secrets; what is neither text nor a container of it stays as it is."""
        if isinstance(value, str):
            text = _SECRET.sub(REDACTED, value)
            return self._known.sub(REDACTED, text) if self._known else text
        if isinstance(value, Mapping):
            return {key: self.clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(item) for item in value]
        if isinstance(value, BaseException):
            return self.clean(f"{type(value).__name__}: {value}")
        return value


# Loggers keep the processors that they began with, so it is one for the life of the process.
_redaction = Redaction()
