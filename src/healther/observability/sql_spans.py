"""A span for each SQL statement, in whatever trace it belongs to; the values that were bound stay out."""

from typing import Any

from opentelemetry import trace
from sqlalchemy import event
from sqlalchemy.engine import Connection, ExceptionContext, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_MOST_CHARS = 1_000
_SPANS = "healther_spans"


def watch(engine: AsyncEngine) -> None:
    """From now on statements of this engine are traced."""
    system = engine.dialect.name
    tracer = trace.get_tracer("healther.sql")

    def begin(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        verb = statement.split(None, 1)[0].upper() if statement else "SQL"
        facts = {"db.system.name": system, "db.query.text": statement[:_MOST_CHARS]}
        span = tracer.start_span(verb, kind=trace.SpanKind.CLIENT, attributes=facts)
        connection.info.setdefault(_SPANS, []).append(span)

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
