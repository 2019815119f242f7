"""What the App proves itself with: from the environment, else from the file that the set-up wizard writes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.values import UserError


class SettingsError(UserError):
    """The environment cannot be used: one line that names the variable."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The App's identity. webhook_secrets: one, or two while the secret is rotated. private_key: PEM text."""

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


# Variable -> the key that the wizard's file keeps it under, which is GitHub's own.
FILE_KEYS = {
    "GITHUB_APP_ID": "id",
    "GITHUB_PRIVATE_KEY": "pem",
    "GITHUB_WEBHOOK_SECRET": "webhook_secret",
    "GITHUB_CLIENT_ID": "client_id",
    "GITHUB_CLIENT_SECRET": "client_secret",
    "GITHUB_API_URL": "api_url",
    "GITHUB_WEB_URL": "web_url",
    "PUBLIC_URL": "public_url",
}
NEEDED = ("GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET")
TOGETHER = (*NEEDED, "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET")


def merged(environ: Mapping[str, str], file: Path) -> dict[str, str]:
    """The variables of FILE_KEYS that have a value: the environment's, else the file's. Raises SettingsError."""
    kept = _read(file)
    values = {name: kept[key] for name, key in FILE_KEYS.items() if kept.get(key)}
    given = {name: environ[name].strip() for name in FILE_KEYS if environ.get(name, "").strip()}
    path = environ.get("GITHUB_PRIVATE_KEY_PATH", "").strip()
    if path:
        if "GITHUB_PRIVATE_KEY" in given:
            raise SettingsError("GITHUB_PRIVATE_KEY_PATH: set either this or GITHUB_PRIVATE_KEY, not both")
        given["GITHUB_PRIVATE_KEY"] = _key_file(Path(path))
    return values | given


def credentials(values: Mapping[str, str]) -> Credentials | None:
    """Credentials out of what `merged` gave; None when there are none at all. Raises SettingsError when in part."""
    if not any(name in values for name in TOGETHER):
        return None
    for name in NEEDED:
        if name not in values:
            raise SettingsError(f"{name}: missing, while other credentials of the App are set")
    for one, other in (("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"), ("GITHUB_CLIENT_SECRET", "GITHUB_CLIENT_ID")):
        if one in values and other not in values:
            raise SettingsError(f"{other}: missing, while {one} is set")
    return Credentials(
        app_id=_app_id(values["GITHUB_APP_ID"]),
        private_key=_pem(values["GITHUB_PRIVATE_KEY"]),
        webhook_secrets=_secrets(values["GITHUB_WEBHOOK_SECRET"]),
        client_id=values.get("GITHUB_CLIENT_ID", ""),
        client_secret=values.get("GITHUB_CLIENT_SECRET", ""),
    )


def save(file: Path, values: Mapping[str, str]) -> None:
    """Write the wizard's file, readable by its owner only; whole or not at all. values: by GitHub's own keys."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(dict(values), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def _read(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"CREDENTIALS_FILE: {file} cannot be read ({type(error).__name__})") from None
    if not isinstance(kept, dict):
        raise SettingsError(f"CREDENTIALS_FILE: {file} is not a JSON object")
    return {str(key): str(value) for key, value in kept.items() if value is not None}


def _key_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"GITHUB_PRIVATE_KEY_PATH: {path} cannot be read ({type(error).__name__})") from None


def _app_id(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SettingsError("GITHUB_APP_ID: not a number")
    return int(text)


def _pem(text: str) -> str:
    pem = text.replace("\\n", "\n")  # many stores of variables cannot keep a line break
    if "PRIVATE KEY-----" not in pem:
        raise SettingsError("GITHUB_PRIVATE_KEY: not a private key in PEM form")
    return pem


def _secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(","))
    if not all(secrets) or len(secrets) > 2:
        raise SettingsError("GITHUB_WEBHOOK_SECRET: one secret, or two separated by a comma")
    return secrets
