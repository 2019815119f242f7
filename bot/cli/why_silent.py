"""`why-silent`: what decided that nothing is reported at a line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import click

from bot.cli.progress import progress
from bot.cli.report import read_config, write
from bot.cli.source_text import Sources, shown
from bot.sources.errors import CannotRead
from bot.sources.facts_folder import user_facts
from bot.sources.paths import wanted_file, wanted_folder
from bot.sources.working_tree import WorkingTree, find_root
from heuristics import CONFIG_NAME, Config, Finding, Report, Span, analyze, catalogue

_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)  # Go's own convention


@click.command(name="why-silent")
@click.argument("place", metavar="PATH:LINE")
@click.option("--config", metavar="FILE", default="", help="Read this instead of the tree's .concurrency-check.yml.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def why_silent(place: str, config: str, quiet: bool) -> None:
    """Say why nothing is reported at a line."""
    name, _, number = place.rpartition(":")
    if not name or not number.isdecimal() or int(number) < 1:
        raise click.UsageError(f"{place}: not of the form PATH:LINE")
    if not Path(name).is_file():
        raise CannotRead(f"{name}: no such file")
    # The file itself, not what a symbolic link at its end leads to: a link is never followed, and that is an answer.
    root = find_root(Path(name).parent)
    path, line = posixpath.join(root.relative(Path(name).parent), Path(name).name), int(number)
    tree = WorkingTree(root)
    reasons = list(_class_of_file(tree, path, Path(name).is_symlink()))
    if not reasons:
        if line > len(lines := Sources(tree).lines(path)):
            raise CannotRead(f"{name}:{line}: the file has {len(lines)} lines")
        with progress("looking at the file", quiet=quiet):
            reasons = list(_what_was_seen(tree, read_config(config, tree), config or CONFIG_NAME, path, line))
    write("".join(f"{shown(path)}:{line}: {shown(reason)}\n" for reason in reasons), "")


def _class_of_file(tree: WorkingTree, path: str, link: bool) -> Iterator[str]:
    """Why the file is not looked at at all; nothing when it is."""
    folders = [part for part in PurePosixPath(path).parent.parts if not wanted_folder(part)]
    if not path.endswith(".go"):
        yield "not a Go file"
    elif link:
        yield "a symbolic link: links are not followed"
    elif folders:
        yield f"below {folders[0]}: such folders are skipped"
    elif not wanted_file(path.rpartition("/")[2]):
        yield "files that begin with _ or . are skipped, as Go does"
    elif path not in tree.paths():
        yield "ignored by git"
    elif _GENERATED.search(Sources(tree).text(path)):
        yield "generated code is skipped"


def _what_was_seen(tree: WorkingTree, config: Config, config_name: str, path: str, line: int) -> Iterator[str]:
    """What the heuristics saw at the line, and what kept it from being reported."""
    with user_facts() as cache:
        configured = analyze(tree, None, config, cache, within=(path,), everything=True)
        bare = analyze(tree, None, Config(), cache, within=(path,), everything=True)
    said = [*_reported(configured, path, line), *_configured_away(configured, bare, config_name, config, path, line)]
    said += [f"{each.heuristic}: {each.reason}" for each in bare.silences if _covers(each.span, path, line)]
    said += [f"{each.kind}: {each.message} (line {each.line})" for each in configured.problems if each.path == path]
    yield from dict.fromkeys(said)
    if not said:
        yield "no heuristic saw anything here"
        away = [heuristic.name for heuristic in catalogue() if not heuristic.in_tests]
        if path.endswith("_test.go") and away:
            yield f"a test file: {', '.join(away)} do not look at those"


def _reported(report: Report, path: str, line: int) -> Iterator[str]:
    for finding in report.introduced:
        if _concerns(finding, path, line):
            if finding.offered:
                yield f"{finding.heuristic}: not silent: {finding.message} ({finding.fingerprint[:8]})"
            else:
                yield f"{finding.heuristic}: tier {finding.tier.value}: only reported with --all: {finding.message}"
    for finding in report.suppressed:
        if finding.suppression and _concerns(finding, path, line):
            silenced = finding.suppression
            place = f"{silenced.path}:{silenced.line}"
            yield f"{finding.heuristic}: the directive at {place} silences it: {silenced.reason}"


def _configured_away(
    configured: Report, bare: Report, config_name: str, config: Config, path: str, line: int
) -> Iterator[str]:
    """Findings that are there without the configuration and gone with it."""
    kept = {finding.fingerprint for finding in (*configured.introduced, *configured.suppressed)}
    for finding in (*bare.introduced, *bare.suppressed):
        if _concerns(finding, path, line) and finding.fingerprint not in kept:
            off = config.heuristics.get(finding.heuristic) == "off"
            key = f"heuristics: {finding.heuristic}: off" if off else "paths-ignore"
            yield f"{finding.heuristic}: {config_name} silences it ({key}): {finding.message}"


def _concerns(finding: Finding, path: str, line: int) -> bool:
    return _covers(finding.span, path, line) or any(_covers(each.span, path, line) for each in finding.related)


def _covers(span: Span, path: str, line: int) -> bool:
    return span.path == path and span.line <= line <= span.end_line
