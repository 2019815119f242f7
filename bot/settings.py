"""The environment of the service, read and checked once, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.credentials import Credentials, SettingsError, credentials, merged

__all__ = ["Credentials", "Settings", "SettingsError"]

API = "https://api.github.com"
WEB = "https://github.com"
DATABASE_URL = "sqlite:///var/concurrency-check.db"
CREDENTIALS_FILE = "var/github-app.json"
MODES = ("review", "check-only", "on-demand")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service runs with; secrets stay out of its repr.

    public_url: under which people reach this service, "" while nobody said.
    credentials: None until the App is set up. secret_key: "" means made and kept beside the embedded database.
    log_format: "text", "json", or "" for what suits the output. setup_token: what opens the wizard, "" closes it.
    worker_port: where a worker answers probes, 0 nowhere.
    demote_last, demote_percent: a heuristic that had less of its last decided findings fixed comments no more there.
    Times are seconds.
    """

    database_url: str = field(default=DATABASE_URL, repr=False)
    credentials: Credentials | None = None
    credentials_file: Path = Path(CREDENTIALS_FILE)
    api_url: str = API
    web_url: str = WEB
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = 2
    web_threads: int = 16
    worker_threads: int = 4
    worker_port: int = 0
    lease_seconds: float = 60
    poll_seconds: float = 0.25
    sweep_seconds: float = 300
    default_mode: str = "review"
    demote_last: int = 20
    demote_percent: int = 80
    secret_key: str = field(default="", repr=False)
    log_format: str = ""
    setup_token: str = field(default="", repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Settings:
        """Settings out of variables (and the credentials file that they name). Raises SettingsError."""
        text = {name: value.strip() for name, value in environ.items()}
        file = Path(text.get("CREDENTIALS_FILE") or CREDENTIALS_FILE)
        app = merged(environ, file)
        api, web = _servers(app)
        settings = cls(
            database_url=_database(text),
            credentials=credentials(app),
            credentials_file=file,
            api_url=api,
            web_url=web,
            public_url=_public(app),
            host=text.get("HOST") or "127.0.0.1",
            port=int(_number(text, "PORT", 8000, 0, 65_535, whole=True)),
            web_processes=int(_number(text, "WEB_PROCESSES", 2, 1, 64, whole=True)),
            web_threads=int(_number(text, "WEB_THREADS", 16, 1, 256, whole=True)),
            worker_threads=int(_number(text, "WORKER_THREADS", 4, 1, 64, whole=True)),
            worker_port=int(_number(text, "WORKER_PORT", 0, 0, 65_535, whole=True)),
            lease_seconds=_number(text, "LEASE_SECONDS", 60, 0.2, 3600),
            poll_seconds=_number(text, "POLL_SECONDS", 0.25, 0.01, 60),
            sweep_seconds=_number(text, "SWEEP_SECONDS", 300, 0.1, 86_400),
            demote_last=int(_number(text, "DEMOTE_LAST", 20, 1, 1000, whole=True)),
            demote_percent=int(_number(text, "DEMOTE_PERCENT", 80, 0, 100, whole=True)),
            default_mode=_choice(text, "DEFAULT_MODE", "review", MODES),
            secret_key=text.get("SECRET_KEY", ""),
            log_format=_choice(text, "LOG_FORMAT", "", ("", "text", "json")),
            setup_token=text.get("SETUP_TOKEN", ""),
        )
        if not settings.embedded and not settings.secret_key:
            raise SettingsError("SECRET_KEY: required with PostgreSQL, since every host needs the same")
        return settings

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite, and with it the whole service on one host."""
        return self.database_url.startswith("sqlite")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that no log may show, whatever they look like."""
        app = self.credentials
        of_app = (*app.webhook_secrets, app.client_secret) if app else ()
        password = make_url(self.database_url).password
        return tuple(one for one in (*of_app, self.secret_key, self.setup_token, password) if one)

    def reloaded(self) -> Settings:
        """The same with the App's credentials, if the wizard has written them since; the environment's servers win."""
        app = merged({}, self.credentials_file)
        found = credentials(app)
        if self.credentials or not found:
            return self
        api, web = _servers(app) if (self.api_url, self.web_url) == (API, WEB) else (self.api_url, self.web_url)
        public = self.public_url or _public(app)
        return replace(self, credentials=found, api_url=api, web_url=web, public_url=public)


def _database(text: Mapping[str, str]) -> str:
    given = text.get("DATABASE_URL") or DATABASE_URL
    try:
        url = make_url(given)
    except ArgumentError:
        raise SettingsError("DATABASE_URL: not an address of a database") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise SettingsError(f"DATABASE_URL: {url.get_backend_name()} is neither sqlite nor postgresql")
    if url.database in (None, "", ":memory:"):
        raise SettingsError("DATABASE_URL: an SQLite database needs a file, for several processes share it")
    return given


def _servers(app: Mapping[str, str]) -> tuple[str, str]:
    """REST root and web address; one of github.com with one of an Enterprise Server is a contradiction."""
    api = _address("GITHUB_API_URL", app.get("GITHUB_API_URL", API))
    web = _address("GITHUB_WEB_URL", app.get("GITHUB_WEB_URL", WEB))
    if web == WEB and api != API and not _is_loopback(api):
        raise SettingsError(f"GITHUB_WEB_URL: needed, since GITHUB_API_URL is {api}")
    if api == API and web != WEB:
        raise SettingsError(f"GITHUB_API_URL: needed, since GITHUB_WEB_URL is {web}")
    return api, web


def _public(app: Mapping[str, str]) -> str:
    given = app.get("PUBLIC_URL", "")
    return _address("PUBLIC_URL", given) if given else ""


def _address(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{name}: not an http address")
    return text.rstrip("/")


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _number(
    text: Mapping[str, str], name: str, default: float, low: float, high: float, *, whole: bool = False
) -> float:
    given = text.get(name, "")
    if not given:
        return default
    try:
        value = int(given) if whole else float(given)
    except ValueError:
        raise SettingsError(f"{name}: not a {'whole ' if whole else ''}number") from None
    if not low <= value <= high:
        raise SettingsError(f"{name}: not between {low:g} and {high:g}")
    return value


def _choice(text: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    given = text.get(name) or default
    if given not in choices:
        raise SettingsError(f"{name}: not one of {', '.join(choice for choice in choices if choice)}")
    return given
