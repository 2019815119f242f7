"""The one condition that keeps what a person may not see out of a query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.viewer import Sight


class among(FunctionElement[bool]):
    """Whether a number is in a list: one parameter however long, where IN would have one for each."""

    type = Boolean()
    inherit_cache = True


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each('[' || {numbers} || ']'))"


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY(string_to_array({numbers}, ',')::bigint[])"


def visible(repository: ColumnElement[int], sight: Sight) -> ColumnElement[bool]:
    """Whether a row's repository is one of those that may be seen."""
    return among(repository, literal(",".join(str(one.id) for one in sight.repositories), String))
