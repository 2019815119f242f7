"""Whether a text holds a word, letter case of ASCII ignored: as each database does it fastest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _like(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_like, "sqlite")
def _like_sqlite(element: _like, compiler: Any, **options: Any) -> str:
    column, pattern = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} LIKE {pattern} ESCAPE '/')"  # SQLite ignores the case by itself


@compiles(_like, "postgresql")
def _like_postgresql(element: _like, compiler: Any, **options: Any) -> str:
    column, pattern = (compiler.process(one, **options) for one in element.clauses)
    return f"(lower({column} COLLATE \"C\") LIKE {pattern} ESCAPE '/')"


def holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether the column's text has the word in it."""
    escaped = folded(word).replace("/", "//").replace("%", "/%").replace("_", "/_")
    return _like(column, literal(f"%{escaped}%", String))


def folded(word: str) -> str:
    """The word with the capital letters of ASCII made small, and no other."""
    return word.encode().lower().decode()
