"""Finds concurrency bugs in Go source text: snapshots in, a report out. No network, disk, clock or database."""

from __future__ import annotations

from heuristics.engine.config import CONFIG_NAME, Config, ConfigError
from heuristics.engine.finding import (
    Anchor,
    Edit,
    Finding,
    Fix,
    Problem,
    Related,
    Report,
    Severity,
    Silence,
    Suppression,
    Tier,
)
from heuristics.engine.heuristic import Heuristic, catalogue
from heuristics.engine.run import analyze
from heuristics.golang.model import Span
from heuristics.golang.snapshot import BlobMissing, FactsCache, MemorySnapshot, Snapshot, blob_id

__all__ = [
    "CONFIG_NAME",
    "Anchor",
    "BlobMissing",
    "Config",
    "ConfigError",
    "Edit",
    "FactsCache",
    "Finding",
    "Fix",
    "Heuristic",
    "MemorySnapshot",
    "Problem",
    "Related",
    "Report",
    "Severity",
    "Silence",
    "Snapshot",
    "Span",
    "Suppression",
    "Tier",
    "analyze",
    "blob_id",
    "catalogue",
]
