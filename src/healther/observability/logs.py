"""Structured logs: one event a line, JSON for machines, columns for people. Secrets never reach a log call."""

import logging
import sys
from typing import Literal

import structlog
from opentelemetry import trace

# What these say below WARNING is said by healther's own events, without addresses of tenants or SQL parameters, or is
# every glyph of a report.
_QUIET = (
    "uvicorn.access",
    "rq.worker",
    "aiosqlite",
    "asyncio",
    "alembic.runtime.migration",
    "httpx",
    "httpcore",
    "fontTools",
)
# What libraries say of themselves at DEBUG is every token they read (Markdown's: 6 MB a minute); healther's own events
# do not pass the standard library's loggers.
_LEAST_OF_LIBRARIES = logging.INFO
# uvicorn of a CONNECT or an Upgrade, which anybody may send: there is nothing to install, healther has no WebSockets.
_BAD_ADVICE = ("Unsupported upgrade request.", "No supported WebSocket library detected.")


def _with_trace(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """The trace a line belongs to, where it is in one."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event


def _is_advice_to_follow(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_BAD_ADVICE)


def configure_logs(level: str, log_format: Literal["auto", "json", "console"] = "auto") -> None:
    """Sends structlog and the standard library's logging to stderr in one format."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_trace,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        # The plain traceback: the pretty one prints local variables, and those hold passwords and keys (S17).
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.getLevelNamesMapping()[level], _LEAST_OF_LIBRARIES))
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_advice_to_follow)
