"""The image and the composition of services start, work and stop, from the very commands that they name."""

from __future__ import annotations

import json
import re
import secrets
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.settings import Settings
from tests.conftest import PostgreSQL
from tests.deploy import wheelhouse
from tests.deploy.image import DOCKERFILE, TOP, Image, build, instructions
from tests.patience import PATIENCE

COMPOSE = DOCKERFILE.with_name("compose.yml")
EXAMPLE = DOCKERFILE.with_name("env.example")

Start = Callable[[tuple[str, ...], dict[str, str]], "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The Dockerfile's result."""
    assert wheelhouse.complete(), "run tests/setup.py"
    return build(tmp_path_factory.mktemp("image"))


@pytest.fixture
def start(image: Image) -> Iterator[Start]:
    """Starts containers of the image; what a test leaves behind is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(command: tuple[str, ...], environ: dict[str, str]) -> subprocess.Popen[str]:
        started.append(image.start(command, environ))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def services(postgresql: PostgreSQL) -> Iterator[dict[str, Any]]:
    """What compose.yml says of each service, for env.example filled in, with a database of its own."""
    name = f"composed_{secrets.token_hex(4)}"
    server = postgresql.url().replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        text = COMPOSE.read_text()
        text = re.sub(r"\$\{(\w+)(?:[:?-][^}]*)?\}", lambda match: filled()[match[1]], text)
        named = f"{filled()['POSTGRES_PASSWORD']}@database/concurrency_check"
        address = re.sub(r"/[^/?]*(?=\?)", f"/{name}", postgresql.url())
        text = re.sub(rf"postgresql\+psycopg://\S*{re.escape(named)}", lambda _: f'"{address}"', text)
        yield yaml.safe_load(text)["services"]
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def filled() -> dict[str, str]:
    """env.example with what an operator must fill in."""
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    return given | {"POSTGRES_PASSWORD": "hush", "SECRET_KEY": "sessions-of-all-hosts"}


def of(service: dict[str, Any], **more: str) -> dict[str, str]:
    """The environment of a composed service."""
    return filled() | {name: str(value) for name, value in service["environment"].items()} | more


def credentials() -> dict[str, str]:
    """An App that nobody knows, on a GitHub that is not there."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    return {
        "GITHUB_APP_ID": "1",
        "GITHUB_PRIVATE_KEY": key.decode().replace("\n", "\\n"),
        "GITHUB_WEBHOOK_SECRET": "hush",
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }


def line_with(stream: Any, text: str) -> str:
    """The first line that has the text in it, as soon as it comes."""
    return next(line for line in stream if text in line)


def listening(process: subprocess.Popen[str]) -> str:
    """The address that `serve` prints once it listens."""
    return line_with(process.stdout, "listens on").split()[-1]


def ask(address: str, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:
        return answer.status, answer.read().decode().strip()


def stopped(process: subprocess.Popen[str]) -> int:
    """The exit code after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def files(image: Image) -> set[Path]:
    """Every file of the image outside the folder that it may write to."""
    return {path for path in image.root.rglob("*") if path.is_file() and image.folder not in path.parents}


def test_the_wheel_has_everything_but_tests(image: Image) -> None:
    """Each file below bot/ and heuristics/ that is neither a case nor a by-product."""
    (wheel,) = (image.root / "wheels").glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    there = {
        path.relative_to(TOP).as_posix()
        for top in ("bot", "heuristics")
        for path in (TOP / top).rglob("*")
        if path.is_file() and not {"__pycache__", "testdata"} & set(path.parts)
    }
    assert packed == there
    assert {"bot/setup/app.yml", "bot/store/migrations/env.py", "bot/demo/page/static/page.css"} <= packed
    assert not [name for name in packed if {"tests", "testdata", "conftest.py"} & set(name.split("/"))]


def test_the_image_alone_has_the_whole_product(start: Start, tmp_path: Path) -> None:
    """Installed, not editable, away from the checkout: the command line finds a bug, with its page."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(
        'package m\n\nimport "sync"\n\nvar mu sync.Mutex\n\nfunc get(ok bool) int {\n\tmu.Lock()\n'
        "\tif !ok {\n\t\treturn 0\n\t}\n\tmu.Unlock()\n\treturn 1\n}\n"
    )
    scan = start(("scan", "--format", "json", str(tmp_path)), {})
    out, err = scan.communicate(timeout=PATIENCE)
    assert (scan.returncode, err) == (0, "")
    assert [finding["heuristic"] for finding in json.loads(out)["findings"]] == ["lock-leak-on-return"]
    explain = start(("explain", "lock-leak-on-return"), {})
    assert explain.communicate(timeout=PATIENCE)[0].startswith("# ")


def test_a_container_without_settings_serves_and_reviews_on_the_embedded_database(image: Image, start: Start) -> None:
    """The image's own command: the wizard, ready, healthy; it writes to its one folder, and SIGTERM ends it well."""
    before = files(image)
    container = start(image.command, {"HOST": "127.0.0.1", "PORT": "0"})
    address = listening(container)
    assert "/?token=" in line_with(container.stdout, "not set up")
    assert ask(address, "/readyz") == (200, "ready")
    assert "concurrency-check" in ask(address, "/")[1]
    assert image.healthy({"PORT": address.rpartition(":")[2]})
    line_with(container.stderr, "worker.waits")
    assert stopped(container) == 0
    assert not image.healthy({"PORT": address.rpartition(":")[2]})
    assert files(image) == before
    assert (image.folder / "var" / "concurrency-check.db").exists()


def test_the_composed_services_work_on_postgresql(start: Start, services: dict[str, Any]) -> None:
    """Migrations, then web and worker, each by its command and environment."""
    web = services["web"]
    early = start(tuple(web["command"]), of(web, HOST="127.0.0.1", PORT="0"))
    assert "db upgrade" in early.communicate(timeout=PATIENCE)[1]
    assert early.returncode == 2

    migrations = start(tuple(services["migrations"]["command"]), of(services["migrations"]))
    assert migrations.communicate(timeout=PATIENCE) == ("The database is up to date.\n", "")

    app = credentials()
    serving = start(tuple(web["command"]), of(web, **app, HOST="127.0.0.1", PORT="0"))
    working = start(tuple(services["worker"]["command"]), of(services["worker"], **app))
    assert ask(listening(serving), "/readyz") == (200, "ready")
    assert json.loads(line_with(working.stderr, "worker.ready"))["threads"] == 4
    assert (stopped(serving), stopped(working)) == (0, 0)


def test_gunicorn_takes_its_configuration(image: Image, tmp_path: Path) -> None:
    """For those who run gunicorn themselves."""
    command = ["gunicorn", "--check-config", "--config", str(DOCKERFILE.with_name("gunicorn.conf.py"))]
    checked = subprocess.run(command, cwd=tmp_path, env=image.environ, capture_output=True, text=True, timeout=PATIENCE)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_nothing_in_a_container_is_more_than_it_needs(services: dict[str, Any]) -> None:
    for name in ("migrations", "web", "worker"):
        assert services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"], name
    users = [rest for keyword, rest in instructions() if keyword == "USER"]
    assert users and all(part.isdigit() and int(part) for part in users[-1].split(":"))


def test_the_example_environment_is_one_that_the_service_takes() -> None:
    settings = Settings.load(filled())
    assert settings.credentials is None
    assert settings == Settings.load({"SECRET_KEY": settings.secret_key, "LOG_FORMAT": "json"})
