"""Go that is newer than the grammar, written so that it can be read: the same bytes at the same places.

Only a text that does not parse is rewritten.
"""

from __future__ import annotations

import re

from heuristics.golang.lower_expressions import NEW

# Since Go 1.26 new takes a value too; such a call becomes one of a name that the grammar knows nothing of. What a value
# can begin with, or have after a name, and a type cannot; the words that types without a name begin with are none.
_NEW_OF_VALUE = re.compile(
    rb"""
    \bnew(?=\((?:
        [\d"'`!&^+(<-]
        | \*(?: \w*\.\w+\. | [\w.]+\s*[-+*/%|&<>=!(] )
        | (?:\[\d*\])?(?!(?:func|struct|interface|map|chan)\b)\w
          (?:[\w.]*\{ | [\w.\s]*\* | \w*\.\w+\. | [^(){},;\n]*(?:[(+/%|&<>=!"'`{-] | \[\d | \]\.))
    ))
    """,
    re.X,
)
_BRACKETS = rb"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
# Since Go 1.27 methods have type parameters of their own.
_GENERIC_METHOD = re.compile(rb"(^func\s*\([^()]*\)\s*\w+)(" + _BRACKETS + rb")(?=\()", re.M)
_NO_NEW_LINE = re.compile(rb"[^\n]")


def readable(text: bytes) -> bytes:
    """The text of a file with `new` of a value called by another name, and without the type parameters of methods."""
    text = _NEW_OF_VALUE.sub(NEW.encode(), text)
    return _GENERIC_METHOD.sub(lambda found: found[1] + _NO_NEW_LINE.sub(b" ", found[2]), text)


def generic_function(text: bytes, name_stop: int, parameters: int) -> bytes:
    """A file with one function that has the type parameters of a method; empty where the method has none.

    They stand between the end of its name and its parameters (offsets), where `readable` leaves nothing.
    """
    between = text[name_stop:parameters]
    return b"package p\nfunc f" + between + b"() {}" if between.lstrip().startswith(b"[") else b""
