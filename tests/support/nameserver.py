"""A real name server on loopback that answers what a test wants and counts the questions."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from dnslib import AAAA, QTYPE, RCODE, RR, TXT, A, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer

Answers = Sequence[str] | None
"""Addresses, and texts behind `TXT `; empty = the name has none of that kind; None = there is no such name."""


@dataclass
class NameServer(BaseResolver):
    """Answers by `answers(name, how many times it was asked before)`, with a long TTL."""

    answers: Callable[[str, int], Answers]
    questions: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        name, kind = str(request.q.qname).rstrip("."), QTYPE[request.q.qtype]
        before = self.questions.count((name, kind))
        self.questions.append((name, kind))
        reply = request.reply()
        addresses = self.answers(name, before)
        if addresses is None:
            reply.header.rcode = RCODE.NXDOMAIN
            return reply
        for address in addresses:
            if address.startswith("TXT "):
                if kind == "TXT":
                    reply.add_answer(RR(request.q.qname, QTYPE.TXT, rdata=TXT(address[4:]), ttl=3600))
            elif ":" in address and kind == "AAAA":
                reply.add_answer(RR(request.q.qname, QTYPE.AAAA, rdata=AAAA(address), ttl=3600))
            elif ":" not in address and kind == "A":
                reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(address), ttl=3600))
        return reply


@contextlib.contextmanager
def name_server(answers: Callable[[str, int], Answers]) -> Iterator[NameServer]:
    """A running NameServer; `address` is what goes into `dns_servers`."""
    resolver = NameServer(answers)
    server = DNSServer(resolver, address="127.0.0.1", port=0, logger=DNSLogger("-request,-reply,-truncated,-error"))
    resolver.address = f"127.0.0.1:{server.server.server_address[1]}"
    # DNSServer's own thread polls twice a second, and stopping waits for that.
    thread = threading.Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield resolver
    finally:
        server.server.shutdown()
        thread.join()
        server.server.server_close()


@contextlib.contextmanager
def silent_name_server() -> Iterator[str]:
    """A name server that takes questions and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"
