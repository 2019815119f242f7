"""`concurrency-check queue`: what the service gave up, and having it tried again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from bot.settings import Settings
from bot.store import schema, subjects
from bot.store.database import Database
from bot.store.failed import Failed, failed
from bot.values import UserError


@click.group()
def queue() -> None:
    """Look after the work queue."""


@queue.command("failed")
def list_failed() -> None:
    """List what was given up: its key, since when, why, and the deliveries to search the logs for."""
    with _opened() as database:
        rows = failed(database)
    for row in rows:
        click.echo(_text(row))
    if not rows:
        click.echo("Nothing was given up.")


@queue.command()
@click.argument("keys", metavar="KEY...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that was given up.")
def retry(keys: tuple[str, ...], everything: bool) -> None:
    """Try again what was given up, by the keys that `queue failed` shows; also with the service running."""
    if bool(keys) == everything:
        raise click.UsageError("name keys, or --all")
    with _opened() as database:
        wanted = [row.key for row in failed(database)] if everything else keys
        unknown = [key for key in wanted if not subjects.retry(database, key) and not everything]
    if unknown:
        raise UserError(f"not given up: {', '.join(unknown)}")
    click.echo(f"{len(wanted)} to be tried again.")


def _text(row: Failed) -> str:
    place = f"{row.full_name}#{row.subject.number}" if row.subject.number else row.full_name
    since = datetime.fromtimestamp(row.since, UTC).isoformat(timespec="seconds")
    deliveries = ", ".join(row.deliveries) or "none: found by the sweep"
    return f"{row.key}  {place}  {since}  {row.tries} tries\n  {row.reason}\n  deliveries: {deliveries}"


@contextmanager
def _opened() -> Iterator[Database]:
    database = Database(Settings.load(os.environ).database_url)
    try:
        with schema.reached():
            reason = schema.missing(database)
        if reason:
            raise UserError(reason)
        yield database
    finally:
        database.close()
