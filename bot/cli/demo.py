"""`concurrency-check demo`: pull requests down the whole path on this machine, and a page to look at them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from bot.demo.play import Stage, five, own, stage
from bot.values import UserError


@click.command()
@click.option("--git-dir", type=click.Path(path_type=Path), help="Send a change of this repository instead.")
@click.option("--base", metavar="REV", help="The commit that the change goes into (with --git-dir).")
@click.option("--head", metavar="REV", help="The commit that the change leads to (with --git-dir).")
def demo(git_dir: Path | None, base: str | None, head: str | None) -> int:
    """Send five pull requests, or a change of yours, down the whole path.

    A double of GitHub and the service run on this machine until Ctrl-C. With DEMO_EXIT=1 it ends after the reviews,
    with 3 when one did not come.
    """
    if (git_dir is None) != (base is None) or (git_dir is None) != (head is None):
        raise UserError("--git-dir, --base and --head belong together")
    with stage(click.echo) as running:
        came = five(running) if git_dir is None else own(running, git_dir, base or "", head or "")
        click.echo(f"\nLook at it: {running.double.url}/")
        if os.environ.get("DEMO_EXIT") != "1":
            _stay(running)
    return 0 if came else 3


def _stay(running: Stage) -> None:
    """Until Ctrl-C or SIGTERM."""
    click.echo("Ctrl-C ends it.")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    running.say("")
