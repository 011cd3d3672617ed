"""How fast this machine is right now: blocking sockets in a bare loop: connect, ask, read, close. The floor."""

import socket
import ssl
import time

from benchmarks.targets import cheap_server

_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def run(scheme: str = "http") -> dict[str, object]:
    """CPU milliseconds of this process per bare exchange with the server that all benchmarks use."""
    exchanges = 20_000 if scheme == "http" else 3_000
    with cheap_server() as target:
        secure = _trusting(str(target.ca_file)) if scheme == "https" else None
        port = target.plain_port if secure is None else target.tls_port
        before = time.process_time()
        for _ in range(exchanges):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                if secure is None:
                    _exchange(connection)
                else:
                    with secure.wrap_socket(connection, server_hostname="127.0.0.1") as encrypted:
                        _exchange(encrypted)
        each = (time.process_time() - before) / exchanges * 1000
        return {"scheme": scheme, "exchanges": exchanges, "cpu_ms_each": round(each, 4)}


def _exchange(connection: socket.socket) -> None:
    connection.sendall(_REQUEST)
    while connection.recv(65536):
        pass


def _trusting(ca_file: str) -> ssl.SSLContext:
    """Verifies as checks do: one context for all, with nothing but the authority it needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=ca_file)
    return context
