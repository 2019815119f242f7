"""The environment becomes settings, or one line that names the variable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import credentials
from bot.settings import Settings, SettingsError

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----"
APP = {"GITHUB_APP_ID": "12", "GITHUB_PRIVATE_KEY": PEM, "GITHUB_WEBHOOK_SECRET": "hush-hush"}


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    return {"CREDENTIALS_FILE": str(tmp_path / "app.json")}


def test_nothing_set_is_a_service_that_can_be_set_up(nowhere: dict[str, str]) -> None:
    settings = Settings.load(nowhere)
    assert settings.credentials is None and settings.embedded
    assert (settings.host, settings.port, settings.default_mode) == ("127.0.0.1", 8000, "review")
    assert (settings.demote_last, settings.demote_percent) == (20, 80)
    noisier = Settings.load(nowhere | {"DEMOTE_LAST": "10", "DEMOTE_PERCENT": "0"})
    assert (noisier.demote_last, noisier.demote_percent) == (10, 0)
    assert Settings.load({}).credentials_file == Path("var/github-app.json")


def test_credentials_are_read_and_never_shown(nowhere: dict[str, str]) -> None:
    settings = Settings.load(nowhere | APP | {"GITHUB_WEBHOOK_SECRET": "hush-hush, rotated", "SECRET_KEY": "sess"})
    assert settings.credentials is not None
    assert settings.credentials.webhook_secrets == ("hush-hush", "rotated")
    shown = repr(settings)
    assert not [secret for secret in ("hush", "rotated", "MII", "sess") if secret in shown]


def test_a_key_may_be_a_file_or_have_its_line_breaks_written_out(nowhere: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM)
    for key in (
        {"GITHUB_PRIVATE_KEY_PATH": str(tmp_path / "key.pem")},
        {"GITHUB_PRIVATE_KEY": PEM.replace("\n", "\\n")},
    ):
        environ = nowhere | {name: value for name, value in APP.items() if name != "GITHUB_PRIVATE_KEY"} | key
        app = Settings.load(environ).credentials
        assert app is not None and app.private_key == PEM


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"GITHUB_APP_ID": "12"}, "GITHUB_PRIVATE_KEY: missing, while other credentials of the App are set"),
        ({"GITHUB_CLIENT_ID": "x"}, "GITHUB_APP_ID: missing, while other credentials of the App are set"),
        (APP | {"GITHUB_CLIENT_ID": "x"}, "GITHUB_CLIENT_SECRET: missing, while GITHUB_CLIENT_ID is set"),
        (APP | {"GITHUB_APP_ID": "twelve"}, "GITHUB_APP_ID: not a number"),
        (APP | {"GITHUB_PRIVATE_KEY": "x"}, "GITHUB_PRIVATE_KEY: not a private key in PEM form"),
        (APP | {"GITHUB_WEBHOOK_SECRET": "a,"}, "GITHUB_WEBHOOK_SECRET: one secret, or two separated by a comma"),
        (
            APP | {"GITHUB_PRIVATE_KEY_PATH": "/x"},
            "GITHUB_PRIVATE_KEY_PATH: set either this or GITHUB_PRIVATE_KEY, not both",
        ),
        ({"GITHUB_PRIVATE_KEY_PATH": "/no/x"}, "GITHUB_PRIVATE_KEY_PATH: /no/x cannot be read (FileNotFoundError)"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL: mysql is neither sqlite nor postgresql"),
        ({"DATABASE_URL": "x"}, "DATABASE_URL: not an address of a database"),
        (
            {"DATABASE_URL": "sqlite://"},
            "DATABASE_URL: an SQLite database needs a file, for several processes share it",
        ),
        ({"DATABASE_URL": "postgresql://h/d"}, "SECRET_KEY: required with PostgreSQL, since every host needs the same"),
        ({"PORT": "http"}, "PORT: not a whole number"),
        ({"PORT": "70000"}, "PORT: not between 0 and 65535"),
        ({"LEASE_SECONDS": "nan"}, "LEASE_SECONDS: not between 0.2 and 3600"),
        ({"DEMOTE_LAST": "0"}, "DEMOTE_LAST: not between 1 and 1000"),
        ({"DEMOTE_LAST": "2.5"}, "DEMOTE_LAST: not a whole number"),
        ({"DEMOTE_PERCENT": "101"}, "DEMOTE_PERCENT: not between 0 and 100"),
        ({"DEFAULT_MODE": "loud"}, "DEFAULT_MODE: not one of review, check-only, on-demand"),
        ({"GITHUB_API_URL": "ftp://x"}, "GITHUB_API_URL: not an http address"),
        (
            {"GITHUB_API_URL": "https://ghe/api/v3"},
            "GITHUB_WEB_URL: needed, since GITHUB_API_URL is https://ghe/api/v3",
        ),
        ({"GITHUB_WEB_URL": "https://ghe"}, "GITHUB_API_URL: needed, since GITHUB_WEB_URL is https://ghe"),
    ],
)
def test_what_cannot_be_is_one_line(nowhere: dict[str, str], environ: dict[str, str], line: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.load(nowhere | environ)
    assert str(error.value) == line


def test_the_wizard_s_file_counts_and_variables_win(nowhere: dict[str, str]) -> None:
    file = Path(nowhere["CREDENTIALS_FILE"])
    credentials.save(file, {"id": "7", "pem": PEM, "webhook_secret": "from the file"})
    assert file.stat().st_mode & 0o777 == 0o600
    app = Settings.load(nowhere | {"GITHUB_APP_ID": "8"}).credentials
    assert app is not None and (app.app_id, app.webhook_secrets) == (8, ("from the file",))


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_broken_file_is_named(nowhere: dict[str, str], text: str) -> None:
    Path(nowhere["CREDENTIALS_FILE"]).write_text(text)
    with pytest.raises(SettingsError, match=r"^CREDENTIALS_FILE: "):
        Settings.load(nowhere)


def test_a_running_process_notices_the_file(nowhere: dict[str, str]) -> None:
    settings = Settings.load(nowhere)
    assert settings.reloaded() is settings
    values = {"id": "7", "pem": PEM, "webhook_secret": "s", "web_url": "https://ghe", "api_url": "https://ghe/api/v3"}
    values["public_url"] = "https://check.example.org/"
    Path(nowhere["CREDENTIALS_FILE"]).write_text(json.dumps(values))
    found = settings.reloaded()
    assert found.credentials is not None and (found.web_url, found.api_url) == ("https://ghe", "https://ghe/api/v3")
    assert found.public_url == "https://check.example.org"


def test_postgresql_goes_through_the_one_driver() -> None:
    settings = Settings.load({"DATABASE_URL": "postgresql://u:p@h/d", "SECRET_KEY": "k", "CREDENTIALS_FILE": "/no"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"
    assert "u:p" not in repr(settings)


def test_every_secret_is_known_to_the_logs() -> None:
    app = credentials.Credentials(
        1, "-----BEGIN PRIVATE KEY-----", ("the new one", "the old one"), "Iv1.public", "of the log-in"
    )
    url = "postgresql+psycopg://service:p%40ssword@database/name"
    settings = Settings(database_url=url, credentials=app, secret_key="sessions", setup_token="of the wizard")
    assert set(settings.secrets) == {
        "the new one",
        "the old one",
        "of the log-in",
        "p@ssword",
        "sessions",
        "of the wizard",
    }
    assert Settings().secrets == ()
