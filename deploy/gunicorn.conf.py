"""For `gunicorn -c deploy/gunicorn.conf.py`: what `concurrency-check serve` uses, bound to HOST and PORT."""

from __future__ import annotations

import os

from bot.gunicorn import *  # noqa: F403 - gunicorn reads its settings from this module's names
from bot.settings import Settings

_own = Settings.load(os.environ)
bind = f"{_own.host}:{_own.port}"
