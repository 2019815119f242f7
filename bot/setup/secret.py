"""The key that signs sessions: given by the operator, or made once and kept beside the embedded database."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.settings import Settings


def session_key(settings: Settings) -> str:
    """SECRET_KEY, else the kept key, which several processes that start at once agree on."""
    if settings.secret_key:
        return settings.secret_key
    file = Path(make_url(settings.database_url).database or "").absolute().with_suffix(".secret-key")
    if not file.exists():
        _make(file)
    return file.read_text(encoding="ascii")


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(32))
    with contextlib.suppress(FileExistsError):  # another process was first, and its key is the one
        os.link(fresh, file)
    fresh.unlink()
