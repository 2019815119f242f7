"""`concurrency-check db`: looks after the database."""

from __future__ import annotations

import os

import click

from bot.settings import Settings
from bot.store import schema
from bot.store.database import Database


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables to the state that this version needs."""
    database = Database(Settings.load(os.environ).database_url)
    try:
        with schema.reached():
            schema.upgrade(database)
    finally:
        database.close()
    click.echo("The database is up to date.")
