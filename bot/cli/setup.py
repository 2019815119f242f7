"""`concurrency-check setup`: creates the GitHub App in the browser, then ends."""

from __future__ import annotations

import os
import secrets

import click

from bot.cli.serve import announce, listening, prepare, watch, web
from bot.cli.stopping import stop_event
from bot.settings import Settings


@click.command()
def setup() -> None:
    """Create the GitHub App: serves the set-up page until the App's credentials are there."""
    settings = Settings.load(os.environ)
    if settings.credentials is not None:
        click.echo(f"The App is set up: its id is {settings.credentials.app_id}.")
        return
    stop = stop_event()
    prepare(settings)
    token = settings.setup_token or secrets.token_urlsafe(18)
    with listening(settings) as listener:
        child = web(listener, {**os.environ, "SETUP_TOKEN": token})
        announce(settings, listener, token)
        watch([child], stop, until=settings.credentials_file)
    if settings.credentials_file.exists():
        click.echo(f"The App is set up; its credentials are in {settings.credentials_file}.")
