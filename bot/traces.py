"""Traces, where an operator wants them: from a webhook to the end of the round that covers it; else nothing is loaded.

OpenTelemetry's own variables say where they go; its packages are an extra (`pip install 'concurrency-check[otel]'`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from bot.values import UserError

# Either of them switches traces on.
_WHERE = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NAME = "concurrency-check"
_tracer: Any = None


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces. Raises UserError where it does and the packages are not there."""
    given = [name for name in _WHERE if environment.get(name)]
    if not given or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    try:
        import_module("opentelemetry.sdk.trace.export")
        import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        raise UserError(f"{given[0]}: traces need more packages: pip install '{_NAME}[otel]'") from None
    return True


def configure() -> None:
    """Begin to trace in this process, if its environment asks for it; call it after a fork. What is left is sent when
    the process ends."""
    global _tracer
    if not wanted(os.environ) or _tracer is not None:
        return
    sdk, export = import_module("opentelemetry.sdk.trace"), import_module("opentelemetry.sdk.trace.export")
    exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter").OTLPSpanExporter()
    resource = import_module("opentelemetry.sdk.resources").Resource.create(
        {"service.name": os.environ.get("OTEL_SERVICE_NAME", _NAME)}
    )
    provider = sdk.TracerProvider(resource=resource)
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer(_NAME)


@contextmanager
def span(name: str, came: Sequence[str] = (), **attributes: str | int | Sequence[str]) -> Iterator[str]:
    """A span around the block; gives its context as a W3C traceparent, "" where nothing is traced.

    came: contexts that led here; it goes on with the first and links to the others. A span within another one belongs
    to that one. An exception that leaves the block is recorded by its type alone: its text may be anything.
    """
    if _tracer is None:
        yield ""
        return
    api = import_module("opentelemetry.trace")
    contexts = [context for one in came if (context := _context(api, one)) is not None]
    parent = api.set_span_in_context(api.NonRecordingSpan(contexts[0])) if contexts else None
    links = [api.Link(context) for context in contexts[1:]]
    with _tracer.start_as_current_span(
        name, parent, links=links, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        made = current.get_span_context()
        try:
            yield f"00-{made.trace_id:032x}-{made.span_id:016x}-{int(made.trace_flags):02x}"
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(api.Status(api.StatusCode.ERROR))
            raise


def _context(api: Any, traceparent: str) -> Any:
    """The span that a traceparent names, None for what is none."""
    parts = traceparent.split("-")
    if len(parts) != 4:
        return None
    trace, span_id, flags = (int(part, 16) for part in parts[1:])
    return api.SpanContext(trace, span_id, is_remote=True, trace_flags=api.TraceFlags(flags))
