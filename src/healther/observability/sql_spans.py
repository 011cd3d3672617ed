"""A span for each SQL statement of a request that is traced; the values that were bound stay out."""

from collections.abc import Iterable
from typing import Any

from opentelemetry import trace
from sqlalchemy import event
from sqlalchemy.engine import Connection, ExceptionContext, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_MOST_CHARS = 1_000
_SPANS = "healther_spans"


def watch(engines: Iterable[AsyncEngine]) -> None:
    """From now on statements of these engines are traced, where they belong to something that is."""
    for engine in engines:
        _watch(engine)


def _watch(engine: AsyncEngine) -> None:
    system = engine.dialect.name
    tracer = trace.get_tracer("healther.sql")

    def begin(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        spans = connection.info.setdefault(_SPANS, [])
        if not trace.get_current_span().is_recording():
            # What a worker does all day belongs to no trace: each would be one of a single span.
            spans.append(trace.INVALID_SPAN)
            return
        verb = statement.split(None, 1)[0].upper() if statement else "SQL"
        facts = {"db.system.name": system, "db.query.text": statement[:_MOST_CHARS]}
        spans.append(tracer.start_span(verb, kind=trace.SpanKind.CLIENT, attributes=facts))

    def end(connection: Connection, *_: object) -> None:
        spans: list[trace.Span] = connection.info.get(_SPANS, [])
        if spans:
            spans.pop().end()

    def fail(failure: ExceptionContext) -> None:
        context: ExecutionContext | None = failure.execution_context
        spans: list[Any] = [] if context is None else context.root_connection.info.get(_SPANS, [])
        if spans:
            span = spans.pop()
            # The name alone: a database's words repeat values.
            span.set_status(trace.StatusCode.ERROR, type(failure.original_exception).__name__)
            span.end()

    event.listen(engine.sync_engine, "before_cursor_execute", begin)
    event.listen(engine.sync_engine, "after_cursor_execute", end)
    event.listen(engine.sync_engine, "handle_error", fail)
