"""`why-silent`: what decided that nothing is reported at a line."""

from __future__ import annotations

import posixpath
from pathlib import Path

import click

from bot import silence
from bot.cli.progress import progress
from bot.cli.report import read_config, write
from bot.cli.source_text import Sources, shown
from bot.sources.errors import CannotRead
from bot.sources.facts_folder import user_facts
from bot.sources.working_tree import WorkingTree, find_root
from heuristics import CONFIG_NAME, Config, analyze


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
    link, text = Path(name).is_symlink(), Path(name).read_bytes()
    left_out = silence.class_of_file(path, tree.paths(), text, "ignored by git", link=link)
    reasons: tuple[object, ...] = (left_out,)
    if not left_out:
        if line > len(lines := Sources(tree).lines(path)):
            raise CannotRead(f"{name}:{line}: the file has {len(lines)} lines")
        with progress("looking at the file", quiet=quiet):
            reasons = _what_was_seen(tree, read_config(config, tree), config or CONFIG_NAME, path, line)
    write("".join(f"{shown(path)}:{line}: {shown(str(reason))}\n" for reason in reasons), "")


def _what_was_seen(
    tree: WorkingTree, config: Config, config_name: str, path: str, line: int
) -> tuple[silence.Reason, ...]:
    """What the heuristics saw at the line, and what kept it from being reported."""
    with user_facts() as cache:
        configured = analyze(tree, None, config, cache, within=(path,), everything=True)
        bare = analyze(tree, None, Config(), cache, within=(path,), everything=True)
    return silence.Seen(configured, bare, config, config_name).at(path, line) or silence.nothing(path)
