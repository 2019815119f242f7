"""Which findings may hold some words, by the index of their texts: it has all three letters that follow each other.

SQLite has it as a full-text table that triggers keep, PostgreSQL as an index over the parts that a function of ours
makes of a text: its own extension for that is not there everywhere. Migration 0013 makes both.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce

from sqlalchemy import TEXT, ColumnElement, String, cast, column, func, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from bot.store.database import Database
from bot.store.holds import folded
from bot.store.tables import findings

_PART = 3
_LAST = "\U0010ffff"
_texts = table("findings_text", column("rowid"), column("findings_text"))
_terms = table("findings_terms", column("term", TEXT))
# Word for word what the index of PostgreSQL is made of.
_PARTS: ColumnElement[str] = literal_column(
    "concurrency_check_parts(message || '  ' || symbol || '  ' || variable || '  ' || path || '  ' || owners || '  ')"
)


def candidates(db: Database, words: Iterable[str]) -> ColumnElement[bool] | None:
    """Whether a finding may hold all of these words, each in any of its texts; None where no word is
    long enough to tell: a single letter is nearly everywhere."""
    parts = sorted({part for word in words if len(word) > 1 for part in _parts(folded(word))})
    if not parts:
        return None
    return _sqlite(parts) if db.sqlite else _postgresql(parts)


def _sqlite(parts: Iterable[str]) -> ColumnElement[bool]:
    whole = " AND ".join(_quoted(one, '"') for one in parts if len(one) == _PART)
    wanted: list[ColumnElement[str]] = [literal(whole)] if whole else []
    for beginning in (one.lower() for one in parts if len(one) < _PART):
        known = _terms.c.term.between(beginning, beginning + _LAST)
        quoted = '"' + func.replace(_terms.c.term, '"', '""') + '"'
        ways = select(func.group_concat(quoted, " OR ")).where(known).scalar_subquery()
        wanted.append((" AND " if wanted else "") + ("(" + func.coalesce(ways, '""') + ")"))
    every = reduce(operator.add, wanted[1:], wanted[0])
    return findings.c.id.in_(select(_texts.c.rowid).where(_texts.c.findings_text.op("MATCH")(every)))


def _postgresql(parts: Iterable[str]) -> ColumnElement[bool]:
    wanted = " & ".join(_quoted(one.replace("\\", "\\\\"), "'") + ":*" * (len(one) < _PART) for one in parts)
    return _PARTS.op("@@", is_comparison=True)(cast(literal(wanted, String), TSQUERY))


def _parts(word: str) -> set[str]:
    """What is in the index of a word; a word that is shorter is the beginning of what is there."""
    return {word[at : at + _PART] for at in range(max(len(word) - _PART, 0) + 1)}


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
