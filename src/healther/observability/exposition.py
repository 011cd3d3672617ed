"""`/metrics` as Prometheus reads it, and who may: whoever has the token, or without one this machine alone."""

import asyncio
import hmac
import ipaddress

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.types import Scope

# What a proxy adds: then the socket's peer says nothing about who asks.
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})


def refusal(scope: Scope, token: str | None) -> str | None:
    """Why this request may not read the metrics; None = it may."""
    headers = dict(scope["headers"])
    if token is not None:
        given = headers.get(b"authorization", b"")
        if hmac.compare_digest(given, b"Bearer " + token.encode()):
            return None
        return "This needs the token of HEALTHER_METRICS_TOKEN: Authorization: Bearer <token>."
    if _is_local(scope) and not _FORWARDED & headers.keys():
        return None
    return "Without HEALTHER_METRICS_TOKEN metrics are for this machine alone; set it, and send it as bearer token."


async def exposition(scope: Scope, registry: CollectorRegistry) -> tuple[bytes, str]:
    """Every metric of a registry and its media type, in the format that was asked for.

    Written on a thread: the loop goes on timing other people's services.
    """
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    encode, media_type = choose_encoder(accept.decode("latin-1"))
    return await asyncio.to_thread(encode, registry), media_type


def _is_local(scope: Scope) -> bool:
    client = scope.get("client")
    try:
        return client is not None and ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
