"""Stories run against the double of GitHub, with the judges attached."""

from __future__ import annotations

from tests.judges.fixtures import github

__all__ = ["github"]
