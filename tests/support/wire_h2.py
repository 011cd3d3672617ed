"""A server of HTTP/2 on loopback, made of h2; TLS is the caller's (wire.py)."""

import asyncio
from collections.abc import Callable

import h2.config
import h2.connection
import h2.events

from tests.support.wire import Handler

Answer = Callable[[h2.connection.H2Connection, dict[str, str], bytes], None]


def h2_server(
    answer: Answer, *, linger: bool = True, go_on: Callable[[h2.connection.H2Connection], None] = lambda _: None
) -> Handler:
    """A handler that answers one request; `answer` gets the connection, the request's headers and its body.

    `go_on` is called after whatever the client says, window updates too: it sends what there is room for.
    """

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        headers: dict[str, str] = {}
        body = b""
        while True:
            writer.write(connection.data_to_send())
            await writer.drain()
            data = await reader.read(65_536)
            if not data:
                return
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    headers = dict(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    body += event.data
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    answer(connection, headers, body)
                    writer.write(connection.data_to_send())
                    await writer.drain()
                    if not linger:
                        return
            go_on(connection)

    return handler


def h2_reply(
    connection: h2.connection.H2Connection, status: str = "200", body: bytes = b"", *more: tuple[str, str]
) -> None:
    """Answers the first request of a connection."""
    connection.send_headers(1, [(":status", status), *more])
    connection.send_data(1, body, end_stream=True)
