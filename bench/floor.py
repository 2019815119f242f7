"""The floor that bench/load.py compares with: the same framework and server, reads the delivery and stores nothing."""

from __future__ import annotations

from flask import Flask, Response, request

app = Flask("floor")


@app.post("/webhook")
def receive() -> Response:
    """Read and forget."""
    request.get_data()
    return Response("stored\n", 202)


@app.get("/readyz")
def ready() -> str:
    """At once."""
    return "ready\n"
