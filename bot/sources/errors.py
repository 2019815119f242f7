"""The one error of the sources that read local files and git objects."""

from __future__ import annotations

from bot.values import UserError


class CannotRead(UserError):
    """Something that a person named is not there or is not what it should be; the message names it, in one line."""
