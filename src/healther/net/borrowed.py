"""`requests`, borrowed: a library that sends by it sends through the guarded network instead, or not at all.

`lend_network` has every Session of the process ask for its adapter here. Proxies and credentials of the environment
(`HTTP_PROXY`, `.netrc`) are off: they are the operator's, and the destinations are tenants'.
"""

import asyncio
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from healther.net.errors import NetError
from healther.net.fetch import Answer, fetch
from healther.net.loan import Loan
from healther.net.target import parse_url

_loan: ContextVar[Loan | None] = ContextVar("healther_loan", default=None)


class NoNetworkError(requests.exceptions.ConnectionError):
    """Whoever asks was lent no network."""


class LoanAdapter(BaseAdapter):
    """Sends a prepared request through the loan of this thread."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ANN401 - of requests' own protocol, as are the others
        verify: Any = True,  # noqa: ANN401
        cert: Any = None,  # noqa: ANN401
        proxies: Any = None,  # noqa: ANN401
    ) -> requests.Response:
        """One hop; redirects come back here one by one. Raises requests' ConnectionError."""
        loan = _loan.get()
        if loan is None:
            raise NoNetworkError("no connection is made outside a loan of the guarded network")
        try:
            target = parse_url(request.url or "")
        except ValueError as error:
            raise requests.exceptions.InvalidURL(str(error)) from error
        if time.monotonic() >= loan.deadline or loan.loop.is_closed():
            raise NoNetworkError("the time this message had is over")
        body = request.body or b""
        sending = fetch(
            loan.net,
            request.method or "GET",
            target,
            headers=tuple((str(name), str(value)) for name, value in request.headers.items()),
            body=body.encode() if isinstance(body, str) else bytes(body),
            deadline=loan.deadline,
            verify_tls=verify is not False,
        )
        try:
            answer = asyncio.run_coroutine_threadsafe(sending, loan.loop).result()
        except RuntimeError as error:
            sending.close()
            raise NoNetworkError("healther is stopping") from error
        except NetError as error:
            loan.errors.append(error)
            raise requests.exceptions.ConnectionError(error.message) from error
        loan.answers.append(answer)
        return _response(request, answer)

    def close(self) -> None:
        """Nothing is kept open."""


@contextmanager
def lend_network(loan: Loan) -> Iterator[None]:
    """Lets `requests` send from this thread meanwhile, by `loan` alone."""
    token = _loan.set(loan)
    try:
        yield
    finally:
        _loan.reset(token)


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.request = request
    response.url = request.url or ""
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    # Whatever a server says: Python would look up any name, and some of its codecs take minutes.
    response.encoding = "utf-8"
    response.raw = io.BytesIO(answer.body)
    return response


def _adapter(_session: requests.Session, url: str) -> BaseAdapter:
    return LoanAdapter()


# A data descriptor: a session cannot set it back to True.
requests.Session.trust_env = property(lambda _session: False, lambda _session, _value: None)  # type: ignore[assignment]
requests.Session.get_adapter = _adapter  # type: ignore[method-assign,assignment]
