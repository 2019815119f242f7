"""How gunicorn serves the web side; `serve` and deploy/gunicorn.conf.py both use it."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from bot.settings import Settings

# A tenth of Python's own.
SWITCH_SECONDS = 0.0005

_settings = Settings.load(os.environ)

wsgi_app = "bot.web:application()"
worker_class = "gthread"
workers = _settings.web_processes
threads = _settings.web_threads
# Longer than a proxy keeps an idle connection, so that it is the proxy that ends one.
keepalive = 75
# A request that is being stored is answered within 9 s; SIGTERM to exit is 10 s.
graceful_timeout = 9
timeout = 30
# The application opens the database, which must not happen before the fork.
preload_app = False
# It would be a file in the home directory, which a container has not.
control_socket_disable = True
loglevel = "warning"
# The workers' sign of life is a file; on a disk that stalls they would be killed for it.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each web process once the application stands.

    What stands lives until the process ends: a full collection that walks it again and again stops every request for
    up to 0.1 s. And a delivery's few steps in the database each wait for the interpreter's lock, which a request that
    computes would keep for 5 ms at a time.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)
