"""Finds concurrency bugs in Go source text: snapshots in, a report out. Pure: no network, no disk, no clock, no database."""

from __future__ import annotations

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
from heuristics.golang.model import Span
from heuristics.golang.snapshot import BlobMissing, MemorySnapshot, Snapshot, blob_id

__all__ = [
    "Anchor",
    "BlobMissing",
    "Edit",
    "Finding",
    "Fix",
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
    "blob_id",
]
