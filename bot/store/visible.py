"""The one condition that keeps what a person may not see out of a query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, String, TableValuedAlias, literal
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


class each(FunctionElement[int]):
    """The numbers of such a list, one a row."""

    type = BigInteger()
    inherit_cache = True


@compiles(each, "sqlite")
def _each_sqlite(element: each, compiler: Any, **options: Any) -> str:
    (numbers,) = (compiler.process(one, **options) for one in element.clauses)
    return f"json_each('[' || {numbers} || ']')"


@compiles(each, "postgresql")
def _each_postgresql(element: each, compiler: Any, **options: Any) -> str:
    (numbers,) = (compiler.process(one, **options) for one in element.clauses)
    return f"(SELECT unnest(string_to_array({numbers}, ',')::bigint[]) AS value)"


def visible(repository: ColumnElement[int], sight: Sight) -> ColumnElement[bool]:
    """Whether a row's repository is one of those that may be seen."""
    return among(repository, _numbers(sight))


def each_visible(sight: Sight) -> TableValuedAlias:
    """The repositories that may be seen as rows, to count for each what a condition on all rows would go through; its
    one column is `value`."""
    return each(_numbers(sight)).table_valued("value", name="seen")


def _numbers(sight: Sight) -> ColumnElement[str]:
    return literal(",".join(str(one.id) for one in sight.repositories), String)
