"""What can go wrong on the way to a target, with a code from the probes' closed list of reasons."""

from typing import Literal

Failure = Literal[
    "dns_failed",
    "connect_refused",
    "connect_timeout",
    "connect_failed",
    "tls_expired",
    "tls_wrong_host",
    "tls_untrusted",
    "tls_failed",
    "timeout",
    "connection_lost",
    "blocked",
    "too_many_redirects",
    "bad_response",
    "misconfigured",
]


class NetError(Exception):
    """A target could not be looked at, or answered nonsense; the message is for people and holds no secrets.

    `reason` is the value of the `healther.probes.base.Reason` of the same name.
    """

    def __init__(self, reason: Failure, message: str) -> None:
        super().__init__(message)
        self.reason: Failure = reason
        self.message = message


class DeadlineError(Exception):
    """The check's total deadline passed while waiting; callers say in which phase."""
