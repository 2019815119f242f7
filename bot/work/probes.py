"""What an operator's machines ask a worker, which serves nothing else: does its loop turn, can it work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.values import UserError

Question = Callable[[], str]


class Probes:
    """Answers at /healthz, /readyz and /metrics. dead, unready: ask why it does not live, or cannot work yet; "" means
    it does. Both may be replaced while they are asked."""

    def __init__(self, dead: Question, unready: Question) -> None:
        self.dead = dead
        self.unready = unready

    @contextmanager
    def served(self, host: str, port: int) -> Iterator[None]:
        """Serve them meanwhile, in a thread; not at port 0. Raises UserError where the port cannot be had."""
        if not port:
            yield
            return
        try:
            server = ThreadingHTTPServer((host, port), self._handler())
        except OSError as error:
            raise UserError(f"WORKER_PORT: cannot listen on {host}:{port} ({error.strerror})") from None
        threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        probes = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                status, kind, body = probes.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Probes come every few seconds: no line for each."""

        return Handler

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path not in ("/healthz", "/readyz"):
            return 404, "text/plain", b"not found\n"
        reason, fine = (self.dead(), "alive") if path == "/healthz" else (self.unready(), "ready")
        return 503 if reason else 200, "text/plain", f"{reason or fine}\n".encode()
