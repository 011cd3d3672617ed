"""One HTTP/2 request and its response over TLS (RFC 9113), bounded like HTTP/1.1: headers, interim responses, bytes."""

import time
from collections.abc import Sequence

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from healther.net.errors import NetError
from healther.net.http1 import OVERHEAD_FACTOR, TOO_MANY_INTERIM
from healther.net.response import MAX_HEADER_BYTES, MAX_INTERIM_RESPONSES, Progress, Response
from healther.net.tls_stream import TlsStream

STREAM_ID = 1
# RFC 9113 (4.2): nothing longer may come before we say so, and h2 would wait for a whole frame before it complains.
MAX_FRAME_BYTES = 16_384

_CONFIG = h2.config.H2Configuration(client_side=True, header_encoding=None)


class _Receiver(Response):
    """A Response that HTTP/2 events fill."""

    http_version = "2"
    interim = 0
    done = False

    def __init__(self, *, keep_body: bool, max_body_bytes: int) -> None:
        super().__init__()
        self.keep_body = keep_body
        self.max_body_bytes = max_body_bytes
        self.connection = h2.connection.H2Connection(_CONFIG)
        self.connection.local_settings = h2.settings.Settings(
            client=True,
            initial_values={
                h2.settings.SettingCodes.ENABLE_PUSH: 0,
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1,
                h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEADER_BYTES,
            },
        )

    def take(self, event: h2.events.Event) -> None:
        """One event; raises NetError when the server gives the request up."""
        if isinstance(event, h2.events.InformationalResponseReceived):
            self.interim += 1
            if self.interim > MAX_INTERIM_RESPONSES:
                raise NetError("bad_response", TOO_MANY_INTERIM)
        elif isinstance(event, h2.events.ResponseReceived):
            pairs = [(bytes(name), bytes(value)) for name, value in event.headers or ()]
            self.status = int(next(value for name, value in pairs if name == b":status"))
            self._headers = [pair for pair in pairs if not pair[0].startswith(b":")]
        elif isinstance(event, h2.events.DataReceived):
            self.connection.acknowledge_received_data(event.flow_controlled_length or 0, STREAM_ID)
            if not self.done:
                self.done = not self.add_body(
                    event.data or b"", keep=self.keep_body, max_body_bytes=self.max_body_bytes
                )
        elif isinstance(event, h2.events.StreamEnded):
            self.done = True
        elif isinstance(event, h2.events.StreamReset):
            raise NetError("connection_lost", f"the server reset the HTTP/2 stream: {_name(event.error_code)}")
        elif isinstance(event, h2.events.ConnectionTerminated) and event.error_code:
            raise NetError("connection_lost", f"the server ended the HTTP/2 connection: {_name(event.error_code)}")


async def exchange(
    stream: TlsStream,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    progress: Progress,
    *,
    keep_body: bool,
    max_body_bytes: int,
) -> Response:
    """Sends one request (pseudo headers first), reads the response; adds to first_byte_ms and transfer_ms.

    The first byte is that of the response's headers: a server's settings frame says nothing of its service.
    Raises NetError(bad_response | connection_lost), or DeadlineError.
    """
    receiver = _Receiver(keep_body=keep_body, max_body_bytes=max_body_bytes)
    connection = receiver.connection
    phases = progress.phases
    progress.phase = "first_byte"
    started = time.perf_counter()
    connection.initiate_connection()
    connection.send_headers(STREAM_ID, list(headers), end_stream=not body)
    first_byte_at = 0.0
    received = 0
    while not receiver.done:
        body = _send_body(connection, body)
        if outgoing := connection.data_to_send():
            await stream.send(outgoing)
        data = await stream.receive()
        if not data:
            what = "in the middle of the response" if receiver.status else "without answering"
            raise NetError("connection_lost", f"the server closed the connection {what}")
        if not received and int.from_bytes(data[:3], "big") > MAX_FRAME_BYTES:
            raise NetError("bad_response", "the server agreed to HTTP/2 and answers something else")
        received += len(data)
        try:
            for event in connection.receive_data(bytes(data)):
                receiver.take(event)
        except (h2.exceptions.H2Error, ValueError, KeyError) as error:
            raise NetError(
                "bad_response", f"the answer breaks HTTP/2's rules: {error or type(error).__name__}"
            ) from error
        if receiver.status and not first_byte_at:
            first_byte_at = stream.event_at
            phases.first_byte_ms = (phases.first_byte_ms or 0.0) + max(0.0, first_byte_at - started) * 1e3
            progress.phase, progress.status = "transfer", receiver.status
        if received > max_body_bytes * OVERHEAD_FACTOR + MAX_HEADER_BYTES:
            if not receiver.status:
                raise NetError("bad_response", "the server sends HTTP/2 frames without end and no response")
            receiver.truncated = receiver.done = True
    phases.transfer_ms = (phases.transfer_ms or 0.0) + (stream.event_at - first_byte_at) * 1e3
    return receiver


def _send_body(connection: h2.connection.H2Connection, body: bytes) -> bytes:
    """Queues what the peer's window lets through; the rest."""
    while body:
        size = min(len(body), connection.local_flow_control_window(STREAM_ID), connection.max_outbound_frame_size)
        if size <= 0:
            break
        connection.send_data(STREAM_ID, body[:size], end_stream=size == len(body))
        body = body[size:]
    return body


def _name(code: int | h2.errors.ErrorCodes | None) -> str:
    return code.name if isinstance(code, h2.errors.ErrorCodes) else f"error {code}"
