"""How gunicorn serves the web side; `serve` and deploy/gunicorn.conf.py both use it."""

from __future__ import annotations

import os

from bot.settings import Settings

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
