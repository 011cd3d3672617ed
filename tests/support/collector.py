"""An OpenTelemetry collector on loopback that keeps the spans it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """Every body that came in, and the spans in them."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.bodies: list[bytes] = []

    def spans(self) -> list[tuple[str, Span]]:
        """(the process it comes from, the span), in the order in which they came."""
        found = []
        for body in list(self.bodies):
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                facts = {each.key: each.value.string_value for each in resource.resource.attributes}
                found += [
                    (facts["service.instance.id"], span) for scope in resource.scope_spans for span in scope.spans
                ]
        return found

    def traces(self) -> dict[bytes, dict[str, list[tuple[str, Span]]]]:
        """By trace and by the name of the span."""
        traces: dict[bytes, dict[str, list[tuple[str, Span]]]] = {}
        for process, span in self.spans():
            traces.setdefault(span.trace_id, {}).setdefault(span.name, []).append((process, span))
        return traces


@contextmanager
def collector() -> Iterator[Collector]:
    """Listens until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
