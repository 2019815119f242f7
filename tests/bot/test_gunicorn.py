"""How gunicorn is told to serve."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import gc
import bot.web
from bot import gunicorn
gunicorn.post_worker_init(None)
print(len(gc.get_objects()))
"""


def test_a_full_collection_does_not_walk_what_stands_for_good() -> None:
    """Tens of thousands of objects belong to modules; a collection that walks them stops every request."""
    printed = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True).stdout
    assert int(printed) < 1000
