"""How long tests wait for what comes at once on an idle machine: no measure of anything, only an end to hanging."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 180  # seconds
