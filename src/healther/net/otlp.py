"""OpenTelemetry behind observability/traces.py, loaded only where traces are on; spans leave by a Net of their own."""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from importlib.metadata import version
from platform import node

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags, TraceState
from opentelemetry.util.types import Attributes as OtlpAttributes

from healther.core.setting_values import EVERYWHERE
from healther.net.client import Net
from healther.net.errors import NetError
from healther.net.fetch import fetch
from healther.net.target import parse_url
from healther.observability.traces import Attributes, Ids

log = structlog.get_logger()

_PLACES = 1 << 64
_STOP_TIMEOUT_MS = 3_000
_SEND_TIMEOUT_S = 5.0
# Links of subscribers, acknowledgements and calendars are secrets; the route says enough.
_SECRET_ATTRIBUTES = ("url.path", "url.query", "url.full", "http.target", "http.url")

_given = threading.local()


class _Ids(RandomIdGenerator):
    """Random ids, but for the first span of a check."""

    def generate_trace_id(self) -> int:
        given: Ids | None = getattr(_given, "ids", None)
        return super().generate_trace_id() if given is None else given.trace_id

    def generate_span_id(self) -> int:
        given: Ids | None = getattr(_given, "ids", None)
        return super().generate_span_id() if given is None else given.span_id


class _Roots(Sampler):
    """A share of requests; whether a check is in it was decided before. Calls outside of both are in no trace."""

    def __init__(self, sample: float) -> None:
        self._ratio = TraceIdRatioBased(sample)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: OtlpAttributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if getattr(_given, "ids", None) is not None:
            return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)
        if kind is SpanKind.CLIENT:
            return SamplingResult(Decision.DROP)
        return self._ratio.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"checks by slot, else {self._ratio.get_description()}"


class _WithoutSecrets(SpanProcessor):
    """Takes addresses out of spans of requests: they hold what people must not have to share with a collector."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        for name in _SECRET_ATTRIBUTES:
            if span.attributes and name in span.attributes:
                span.set_attribute(name, "")


class _NetExporter(SpanExporter):
    """Sends a batch over HTTP by the loop it was made on; called on the thread of the batches."""

    def __init__(self, net: Net, endpoint: str) -> None:
        self._net = net
        self._target = parse_url(f"{endpoint.rstrip('/')}/v1/traces")
        self._loop = asyncio.get_running_loop()
        self._failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """What cannot be sent is lost, and said once: traces are no reason to wait, or to fill memory."""
        sending = fetch(
            self._net,
            "POST",
            self._target,
            headers=(("Content-Type", "application/x-protobuf"),),
            body=encode_spans(spans).SerializeToString(),
            deadline=time.monotonic() + _SEND_TIMEOUT_S,
        )
        try:
            status = asyncio.run_coroutine_threadsafe(sending, self._loop).result(_SEND_TIMEOUT_S + 1).status
            failure = None if 200 <= status < 300 else f"it answered {status}"
        except (NetError, TimeoutError) as error:
            failure = str(error) or "it did not answer in time"
        except RuntimeError:  # the loop has ended
            sending.close()
            failure = "healther is stopping"
        if failure is not None and not self._failing:
            log.warning("traces cannot be sent", host=self._target.host, error=failure)
        self._failing = failure is not None
        return SpanExportResult.FAILURE if self._failing else SpanExportResult.SUCCESS


class SlotTracer:
    """Sends spans to an OTLP collector in batches; made on the loop that sends them."""

    def __init__(self, endpoint: str, sample: float, dns_servers: Sequence[str]) -> None:
        self._net = Net(EVERYWHERE, dns_servers)
        resource = Resource.create(
            {
                "service.name": "healther",
                "service.version": version("healther"),
                "service.instance.id": f"{node()}:{os.getpid()}",
            }
        )
        self.share = round(sample * _PLACES)
        self._provider = TracerProvider(
            sampler=ParentBased(_Roots(sample)), id_generator=_Ids(), resource=resource, shutdown_on_exit=False
        )
        self._provider.add_span_processor(_WithoutSecrets())
        self._provider.add_span_processor(BatchSpanProcessor(_NetExporter(self._net, endpoint)))
        trace.set_tracer_provider(self._provider)
        self._tracer = self._provider.get_tracer("healther")
        RedisInstrumentor().instrument(tracer_provider=self._provider)

    def step(
        self, ids: Ids, name: str, begin_ms: int, end_ms: int, attributes: Attributes, *, first: bool = False
    ) -> None:
        """A span of a check, told when it is over; the `first` is what the others hang under."""
        if first:
            context = Context()
            _given.ids = ids
        else:
            parent = SpanContext(ids.trace_id, ids.span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
            context = trace.set_span_in_context(NonRecordingSpan(parent), Context())
        try:
            span = self._tracer.start_span(name, context, start_time=begin_ms * 1_000_000, attributes=attributes)
        finally:
            _given.ids = None
        span.end(max(begin_ms, end_ms) * 1_000_000)

    async def stop(self) -> None:
        """Sends what is left."""
        await asyncio.to_thread(self._provider.force_flush, _STOP_TIMEOUT_MS)
        await asyncio.to_thread(self._provider.shutdown)
        RedisInstrumentor().uninstrument()
        await self._net.close()
