"""The story that scan and diff share: configuration, analysis, output, exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import click

from bot.cli import formats
from bot.cli.options import Wishes
from bot.cli.progress import progress
from bot.cli.result import Result
from bot.cli.source_text import Sources
from bot.collector import without_collector
from bot.sources.errors import CannotRead
from bot.sources.facts_folder import user_facts
from heuristics import CONFIG_NAME, BlobMissing, Config, Report, Snapshot, analyze

_BROKEN_PIPE = 141  # what a shell reports for a program that SIGPIPE ends; 1 would mean findings


def report(
    command: str, wishes: Wishes, head: Snapshot, base: Snapshot | None = None, within: tuple[str, ...] = ()
) -> int:
    """Analyse, write what came out, and return the exit code: 1 when a finding is as grave as --fail-on, else 0.

    The configuration is the base's when there is a base: a change cannot weaken its own review.
    """
    config = read_config(wishes.config, head if base is None else base)
    with progress("looking for concurrency bugs", quiet=wishes.quiet), user_facts() as cache, without_collector():
        found = analyze(head, base, config, cache, only=wishes.only, within=within, everything=wishes.everything)
    result = Result(command, found, Sources(head), colour=not wishes.output and colours())
    write(formats.load(wishes.format)(result), wishes.output)
    if wishes.format in ("text", "github"):
        _tell_problems(found)
    level = wishes.fail_on
    return int(level is not None and any(finding.severity.rank >= level.rank for finding in found.introduced))


def read_config(file: str, snapshot: Snapshot) -> Config:
    """The configuration in a file, or when none is given in the tree; raises CannotRead and ConfigError."""
    if file:
        try:
            return Config.parse(Path(file).read_bytes(), file)
        except OSError as error:
            raise CannotRead(f"{file}: {error.strerror}") from None
    blob = snapshot.paths().get(CONFIG_NAME)
    if blob is None:
        return Config()
    try:
        return Config.parse(snapshot.read(blob), CONFIG_NAME)
    except BlobMissing:
        raise CannotRead(f"{CONFIG_NAME}: cannot be read") from None


def note(message: str) -> None:
    """Something that a person should know and that changes no exit code: one line on standard error."""
    click.echo(f"concurrency-check: note: {message}", err=True)


def colours() -> bool:
    """Whether standard output may carry terminal colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(text: str, file: str) -> None:
    """Give out text in UTF-8, to a file or (file "") to standard output; raises CannotRead when the file refuses."""
    data = text.encode("utf-8", errors="backslashreplace")
    if not file:
        try:
            click.echo(data, nl=False)
        except BrokenPipeError:  # the reader has seen enough: nothing may be left to flush at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(_BROKEN_PIPE) from None
        return
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise CannotRead(f"{file}: cannot be written: {error.strerror}") from None


def _tell_problems(found: Report) -> None:
    if found.problems:
        kinds = Counter(problem.kind for problem in found.problems)
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        many = "1 problem" if len(found.problems) == 1 else f"{len(found.problems)} problems"
        note(f"{many} ({listed}); --format json lists them")
