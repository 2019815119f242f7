"""`concurrency-check digest`: what happened in an account, as Markdown."""

from __future__ import annotations

import os

import click

from bot.settings import Settings
from bot.store import schema
from bot.store.database import Database
from bot.values import UserError


@click.command()
@click.argument("account")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How far back it goes.")
@click.option("--repository", "names", metavar="NAME", multiple=True, help="Only this one; may be repeated.")
def digest(account: str, days: int, names: tuple[str, ...]) -> None:
    """Print what happened in ACCOUNT in the last days, as Markdown.

    It names private repositories too, so mind where you post it, or say which repositories it is about. The App itself
    cannot post it: it may not write issues.
    """
    from bot.dashboard.digest import MOST, markdown
    from bot.store.reading.digest import digest as read
    from bot.store.reading.digest import everything

    settings = Settings.load(os.environ)
    database = Database(settings.database_url)
    try:
        with schema.reached():
            reason = schema.missing(database)
        if reason:
            raise UserError(reason)
        sight = everything(database, account)
        if sight is None:
            raise UserError(f"{account}: the App is not installed there, as far as this service knows")
        unknown = [name for name in names if sight.named(name) is None]
        if unknown:
            raise UserError(f"not known in {sight.account}: {', '.join(unknown)}")
        if names:
            sight = sight.only(tuple(seen for name in names if (seen := sight.named(name)) is not None))
        click.echo(markdown(read(database, sight, days, MOST), sight, settings.web_url), nl=False)
    finally:
        database.close()
