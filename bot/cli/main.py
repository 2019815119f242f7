"""The entry point of the command line: finds the command, and turns every failure into one line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from bot.values import UserError

# What --help says of each command, kept here so that it can be said without loading the service.
_COMMANDS = {
    "scan": "Find concurrency bugs in files and folders, or in a commit.",
    "diff": "Find the concurrency bugs that a change brings.",
    "explain": "Show the page of a heuristic, or the evidence of a finding.",
    "why-silent": "Say why nothing is reported at a line.",
    "demo": "Send five pull requests, or a change of yours, down the whole path.",
    "serve": "Run the web side of the GitHub App.",
    "worker": "Run the worker that reviews pull requests.",
    "db": "Look after the database.",
    "digest": "Tell what happened in an account, as Markdown.",
    "queue": "Look after the work queue.",
    "setup": "Create the GitHub App.",
}
_WRONG_USE, _CANNOT_READ, _INTERRUPTED = 2, 3, 130


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called: NAME is the attribute NAME of bot.cli.NAME."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command = getattr(import_module(f"bot.cli.{module}"), module)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="concurrency-check", message="%(prog)s %(version)s")
def cli() -> None:
    """Find concurrency bugs in Go, from source text alone: no build, no network."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 a finding that --fail-on names, 2 wrong use, 3 cannot read.

    arguments: without the program's name; None for those of the process.
    """
    try:
        code = cli.main(arguments, prog_name="concurrency-check", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return _WRONG_USE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "concurrency-check"
        return _fail(f"{where}: {_one_line(error.format_message()).rstrip('.')} (see {where} --help)", _WRONG_USE)
    except click.ClickException as error:
        return _fail(f"concurrency-check: {_one_line(error.format_message())}", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _fail("concurrency-check: interrupted", _INTERRUPTED)
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """One line for what stopped a command. Python's exit code for an error is 1, which here means findings."""
    from bot.sources.errors import CannotRead
    from heuristics import ConfigError

    if isinstance(error, (UserError, ConfigError)):
        code = _CANNOT_READ if isinstance(error, CannotRead) else _WRONG_USE
        return _fail(f"concurrency-check: {_one_line(str(error))}", code)
    if sys.flags.dev_mode:
        raise error
    told = f"{type(error).__name__}: {_one_line(str(error))}"
    return _fail(f"concurrency-check: internal error: {told} (PYTHONDEVMODE=1 shows where)", _CANNOT_READ)


def _fail(line: str, code: int) -> int:
    click.echo(line, err=True)
    return code


def _one_line(text: str) -> str:
    return " ".join(text.split())
