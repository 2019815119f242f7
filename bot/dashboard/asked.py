"""What an address asks for, read strictly: what cannot be meant ends the request with 400 and a sentence."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from flask import abort
from werkzeug.datastructures import MultiDict

LONGEST = 200
_MOST_DIGITS = 9

Asked = MultiDict[str, str]


def refuse(sentence: str) -> NoReturn:
    """End the request. The sentence is shown: nothing of the request is to be in it."""
    abort(400, sentence)


def only(asked: Asked, names: Collection[str]) -> None:
    """Every parameter is one of these names, and there once: one that is passed over would widen what is shown."""
    if asked.keys() - set(names):
        refuse(f"known parameters here are {', '.join(names)}" if names else "there are no parameters here")
    for name in names:
        if len(asked.getlist(name)) > 1:
            refuse(f"{name}: once, please")


def text(asked: Asked, name: str) -> str:
    """A text, "" for none."""
    found = asked.get(name, "").strip()
    if len(found) > LONGEST or "\0" in found:
        refuse(f"{name}: at most {LONGEST} characters, and readable ones")
    return found


def choice(asked: Asked, name: str, values: Collection[str], default: str = "") -> str:
    """One of the values; the default where none is chosen."""
    found = asked.get(name, "")
    if found and found not in values:
        refuse(f"{name}: one of {', '.join(values)}")
    return found or default


def number(asked: Asked, name: str, most: int = 10**_MOST_DIGITS - 1, default: int = 0) -> int:
    """A number from 1; the default where none is given."""
    found = asked.get(name, "")
    digits = found.isascii() and found.isdigit() and len(found) <= _MOST_DIGITS
    if found and not (digits and 1 <= int(found) <= most):
        refuse(f"{name}: a number from 1 to {most:,}")
    return int(found) if found else default
