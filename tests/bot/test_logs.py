"""No secret in a log, whatever it is part of."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SCRIPT = """
import logging, structlog
from bot import logs
logs.configure("json", ["the webhook secret"])
log = structlog.get_logger()
with structlog.contextvars.bound_contextvars(delivery="guid-1"):
    log.info("e", token="ghs_abc.DEF-1_x", nested={"a": ["Bearer ghp_abcdef", ("the webhook secret",)]}, n=3)
log.info("db", url="postgresql+psycopg://user:pass@host/x", jwt="eyJhbGci.eyJpc3M.sig-1")
logging.getLogger("other").warning("%s", "-----BEGIN RSA PRIVATE KEY-----\\nMII\\n-----END RSA PRIVATE KEY-----")
try:
    raise ValueError("github_pat_11AB")
except ValueError as error:
    log.exception("broken", error=error)
"""


def test_secrets_are_taken_out_everywhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    first, second, third, fourth = lines
    assert (first["token"], first["nested"]) == ("[redacted]", {"a": ["Bearer [redacted]", ["[redacted]"]]})
    assert (first["delivery"], first["n"]) == ("guid-1", 3)
    assert "delivery" not in second
    assert (second["url"], second["jwt"]) == ("postgresql+psycopg://[redacted]@host/x", "[redacted]")
    assert third["event"] == "[redacted]"
    assert "Traceback" in fourth["exception"] and "pat_11AB" not in done.stderr


TEXT = """
import structlog
from bot import logs
logs.configure("text")
def fails(variable):
    raise ValueError("told")
try:
    fails("sec" + "ret")
except ValueError:
    structlog.get_logger().exception("broken")
"""


def test_a_traceback_shows_no_variable() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TEXT],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert "Traceback" in done.stderr and "ValueError: told" in done.stderr
    assert "secret" not in done.stderr
