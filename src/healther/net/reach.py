"""Whether an operator's own reference target accepts connections. Not for tenants' destinations: no guard here."""

import asyncio


async def reaches(target: str, timeout_s: float) -> bool:
    """Whether `host:port` accepts a TCP connection within `timeout_s`."""
    host, _, port = target.rpartition(":")
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return True
