"""The options that scan and diff share, checked and gathered into one value."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from bot.cli import formats
from heuristics import Severity, catalogue


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a report is made and given out. output, config: a file or "". only: names of heuristics, empty for all.

    everything: also what would only be reported, never commented. fail_on: the severity that exit code 1 is for.
    """

    format: str
    output: str
    config: str
    everything: bool
    only: frozenset[str]
    fail_on: Severity | None
    quiet: bool


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> frozenset[str]:
    names = frozenset(name.strip() for name in (value or "").split(",") if name.strip())
    if value is not None and not names:
        raise click.UsageError("--only names no heuristic")
    for name in sorted(names):
        known_name(name)
    return names


def known_name(name: str) -> str:
    """The name of a heuristic that exists; raises a usage error that offers the nearest names."""
    known = [heuristic.name for heuristic in catalogue()]
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise click.UsageError(f"no heuristic is named {name!r}{hint}")


_LEVELS = [severity.value for severity in Severity]
_OPTIONS = (
    click.option("--format", "format_", type=click.Choice(formats.NAMES), default="text", help="Default: text."),
    click.option("--output", metavar="FILE", default="", help="Write there instead of to standard output."),
    click.option("--config", metavar="FILE", default="", help="Read this instead of .concurrency-check.yml."),
    click.option("--all", "everything", is_flag=True, help="Also what would never be a comment on a pull request."),
    click.option("--only", metavar="NAME,...", callback=_names, help="Only these heuristics."),
    click.option("--fail-on", type=click.Choice(_LEVELS), help="Exit with 1 when a finding is as grave as this."),
    click.option("--quiet", is_flag=True, help="No progress on standard error."),
)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command's function with the shared options; it receives them as one parameter, `wishes`."""

    def gathered(format_: str, fail_on: str | None, **given: Any) -> Any:
        shared = {name: given.pop(name) for name in ("output", "config", "everything", "only", "quiet")}
        level = Severity(fail_on) if fail_on else None
        return command(wishes=Wishes(format=format_, fail_on=level, **shared), **given)

    gathered.__doc__ = command.__doc__
    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered
