"""`explain`: the page of a heuristic, or a finding of here with the evidence on which it stands."""

from __future__ import annotations

import re
from pathlib import Path

import click

from bot.cli.formats.text import tell
from bot.cli.options import known_name
from bot.cli.progress import progress
from bot.cli.report import colours, read_config, write
from bot.cli.result import in_order
from bot.cli.source_text import Sources
from bot.sources.errors import CannotRead
from bot.sources.facts_folder import user_facts
from bot.sources.working_tree import WorkingTree, find_root
from heuristics import Finding, Heuristic, analyze, catalogue

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


@click.command()
@click.argument("thing", metavar="NAME|FINGERPRINT")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def explain(thing: str, quiet: bool) -> None:
    """Show the page of a heuristic, or the evidence of a finding.

    A fingerprint (or its first 8 digits) is looked for in a scan of the tree that the current folder belongs to.
    """
    pages = {heuristic.name: heuristic for heuristic in catalogue()}
    if thing in pages or not _FINGERPRINT.fullmatch(thing):
        write(_page(pages[known_name(thing)]), "")
        return
    root = find_root(Path())
    tree = WorkingTree(root)
    with progress("looking for the finding", quiet=quiet), user_facts() as cache:
        report = analyze(tree, None, read_config("", tree), cache, everything=True)
    found = [each for each in (*report.introduced, *report.suppressed) if each.fingerprint.startswith(thing)]
    if not found:
        raise CannotRead(f"{thing}: no finding with this fingerprint in {root.folder}")
    sources = Sources(tree)
    write("\n".join(_evidence(sources, finding, pages[finding.heuristic]) for finding in in_order(tuple(found))), "")


def _page(heuristic: Heuristic) -> str:
    files = "all files" if heuristic.in_tests else "files that are not tests"
    return (
        f"# {heuristic.title}\n\n"
        f"{heuristic.name} (family {heuristic.family}): {heuristic.severity.value}, tier {heuristic.tier.value}, "
        f"looks at {files}\n\n{heuristic.page.strip()}\n"
    )


def _evidence(sources: Sources, finding: Finding, heuristic: Heuristic) -> str:
    where = f"{heuristic.family}, tier {finding.tier.value}, in {finding.symbol}, on {finding.variable}"
    told = tell(sources, finding, colour=colours())
    return f"{told}\n{where}\nfingerprint {finding.fingerprint}\n\n{_page(heuristic)}"
