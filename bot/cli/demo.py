"""`concurrency-check demo`: pull requests down the whole path on this machine, and a page to look at them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import click

from bot.demo.afterwards import afterwards
from bot.demo.double.git import Git
from bot.demo.play import MAINTAINER, LocalChange, bill, five, own, stage
from bot.sources.errors import CannotRead
from bot.values import UserError


@click.command()
@click.option("--git-dir", type=click.Path(path_type=Path), help="Send a change of this repository instead.")
@click.option("--base", metavar="REV", help="The commit that the change goes into (with --git-dir).")
@click.option("--head", metavar="REV", help="The commit that the change leads to (with --git-dir).")
@click.option("--attached", is_flag=True, hidden=True, help="End when standard input ends.")
def demo(git_dir: Path | None, base: str | None, head: str | None, attached: bool) -> int:
    """Send five pull requests, or a change of yours, down the whole path.

    A double of GitHub and the service run on this machine until Ctrl-C. With DEMO_EXIT=1 it ends after the reviews,
    with 3 when one did not come.
    """
    if len({git_dir is None, base is None, head is None}) > 1:
        raise UserError("--git-dir, --base and --head belong together")
    change = _change(git_dir, base or "", head or "") if git_dir else None
    ended = threading.Event()
    if attached:
        threading.Thread(target=_until_input_ends, args=(ended,), name="attached", daemon=True).start()
    with stage(click.echo) as running:
        click.echo(f"Watch it at {running.double.url}/")
        sys.stdout.flush()
        came = own(running, change) if change else five(running)
        bill(running)
        if not change:
            came &= afterwards(running)
        click.echo(f"\nLook at it: {running.double.url}/")
        click.echo(f"The dashboard: {running.dashboard}/ (log in as {MAINTAINER})")
        if os.environ.get("DEMO_EXIT") != "1":
            _stay(ended)
    return 0 if came else 3


def _change(folder: Path, base: str, head: str) -> LocalChange:
    """The change that was named, looked up before anything is started."""
    try:
        git = Git.at(folder)
    except KeyError:
        raise CannotRead(f"{folder}: not a git repository") from None
    try:
        return LocalChange(git, git.resolve(base), git.resolve(head))
    except KeyError as error:
        raise CannotRead(f"{folder} has no commit {error.args[0]}") from None


def _until_input_ends(ended: threading.Event) -> None:
    """Whoever started the demo holds the other end: when it is gone, the demo ends as by Ctrl-C."""
    sys.stdin.read()
    # A shell has its background processes ignore interrupts, and no handler of ours stands until the reviews are in.
    ended.set()
    os.kill(os.getpid(), signal.SIGINT)


def _stay(ended: threading.Event) -> None:
    """Until Ctrl-C, SIGTERM, or the event."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    click.echo("Ctrl-C ends it.")
    ended.wait()
