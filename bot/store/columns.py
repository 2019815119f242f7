"""What all tables have in common: the one set that they belong to, and the kinds of column."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, String

metadata = MetaData()

# SQLite makes row numbers by itself only for a column that is an INTEGER by name.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def text_column(name: str) -> Column[str]:
    """A text that is "" where nobody said."""
    return Column(name, String, nullable=False, server_default="")


def number_column(name: str) -> Column[int]:
    """A whole number that is 0 where nobody said."""
    return Column(name, BigInteger, nullable=False, server_default="0")


def time_column(name: str) -> Column[float]:
    """Seconds since 1970 by the database's clock; 0 for never."""
    return Column(name, Double, nullable=False, server_default="0")
