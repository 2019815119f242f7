"""The command as a process: start-up, help, progress, pipes, and failures that are bugs."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from bot.cli import main as entry
from bot.cli import progress
from tests.patience import PATIENCE

COMMANDS = ("scan", "diff", "explain", "why-silent", "demo", "serve", "worker", "db", "setup")
SERVICE = ("flask", "werkzeug", "sqlalchemy", "alembic", "github", "gunicorn", "psycopg", "structlog", "requests")
LOADED = """
import sys
from bot.cli.main import main
code = main(sys.argv[1:])
print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["scan", "."], ["scan", "--format", "sarif"], ["diff", "--staged"]], ids=str
)
def test_nothing_of_the_service_is_loaded(checkout, arguments):
    repo = checkout("repo")
    repo.commit({"a.go": "package a\n"})
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], cwd=repo.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = done.stderr.partition("loaded:")[2].split()
    assert "heuristics" in loaded or arguments == ["--help"]
    assert not set(SERVICE) & set(loaded)


def test_help_lists_every_command(process, tmp_path):
    ran = process("--help", here=tmp_path)
    assert ran.code == 0 and ran.err == ""
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)
    assert process(here=tmp_path).code == 2


@pytest.mark.parametrize("name", ["scan", "diff", "explain", "why-silent"])
def test_a_command_has_help_that_starts_as_the_list_says(run, tmp_path, name):
    ran = run(name, "--help", here=tmp_path)
    assert ran.code == 0 and ran.out.startswith(f"Usage: concurrency-check {name} ")


def test_version(process, tmp_path):
    ran = process("--version", here=tmp_path)
    assert ran.code == 0 and ran.out.startswith("concurrency-check ")


def test_an_unknown_command_and_an_unknown_option_are_one_line(run, tmp_path):
    for arguments, thing in ((["scam"], "scam"), (["--verbose"], "--verbose")):
        ran = run(*arguments, here=tmp_path)
        assert ran.code == 2 and thing in ran.err and ran.err.count("\n") == 1 and ran.out == ""


def test_a_bug_of_ours_is_one_line_and_not_the_exit_code_of_findings(run, tmp_path, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(entry.cli, "main", broken)
    ran = run("scan", here=tmp_path)
    assert ran.code == 3 and ran.err.count("\n") == 1
    assert "internal error: RuntimeError: two lines" in ran.err


def test_a_reader_that_goes_away_is_no_failure(checkout):
    repo = checkout("repo")
    repo.write({f"p{number}/a.go": "package a\n" for number in range(3)})
    ours, theirs = os.pipe()
    os.close(ours)
    command = [Path(sys.executable).with_name("concurrency-check"), "scan"]
    done = subprocess.run(command, cwd=repo.folder, stdout=theirs, stderr=subprocess.PIPE, text=True)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, "")


def test_colours_only_on_a_terminal_and_never_with_no_color(checkout):
    repo = checkout("repo")
    repo.write({"a.go": LEAK})
    assert b"\033[1;31m" in on_a_terminal(repo.folder)
    assert b"\033" not in on_a_terminal(repo.folder, NO_COLOR="1")
    assert b"\033" not in on_a_terminal(repo.folder, TERM="dumb")


LEAK = """package queue

import "sync"

var mtx sync.Mutex

func take(ready bool) {
	mtx.Lock()
	if !ready {
		return
	}
	mtx.Unlock()
}
"""


def on_a_terminal(folder: Path, **environment: str) -> bytes:
    """What a scan writes to a terminal."""
    command = [Path(sys.executable).with_name("concurrency-check"), "scan", "--quiet"]
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=folder, env=clean | environment, stdout=theirs, stderr=theirs):
        os.close(theirs)
        written = b""
        while chunk := read(ours):
            written += chunk
    os.close(ours)
    return written


def read(descriptor: int) -> bytes:
    """The next piece; empty when the other side has closed the terminal, which Linux reports as an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


class Terminal(io.StringIO):
    """A terminal that tells when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.written.set()


def test_progress_is_told_on_a_terminal_and_wiped_away(monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with progress.progress("looking", quiet=False):
        assert terminal.written.wait(PATIENCE)
    # How many seconds it says is up to the machine.
    assert re.search(r"looking \.\.\. \d+ s", terminal.getvalue()) and terminal.getvalue().endswith("\r\033[K")


def test_progress_is_not_told_of_quick_work_with_quiet_or_without_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(progress, "_PATIENCE", 3600.0)
    with progress.progress("looking", quiet=False):
        pass
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    for quiet in (True, False):
        with progress.progress("looking", quiet=quiet):
            pass
    assert terminal.getvalue() == "" and capsys.readouterr().err == ""


def test_the_pre_commit_hook_runs_the_command():
    (hook,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    assert hook["id"] == "concurrency-check"
    assert hook["entry"] == "concurrency-check diff --staged --fail-on warning"
    assert hook["pass_filenames"] is False
