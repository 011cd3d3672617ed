"""The guarded network, lent to a thread whose library opens connections by itself (borrowed.py)."""

import asyncio
from dataclasses import dataclass, field

from healther.net.client import Net
from healther.net.errors import NetError
from healther.net.fetch import Answer


@dataclass
class Loan:
    """The network lent to one thread, and how what was sent by it ended."""

    net: Net
    loop: asyncio.AbstractEventLoop
    deadline: float
    answers: list[Answer] = field(default_factory=list)
    errors: list[NetError] = field(default_factory=list)
