"""The output formats: one module each, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from bot.cli.result import Render

NAMES = ("text", "json", "sarif", "github")


def load(name: str) -> Render:
    """The function of a format that makes the whole output of a result, ending with a line end."""
    return cast(Render, import_module(f"bot.cli.formats.{name}").render)
