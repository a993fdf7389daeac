"""JSON from a web site, asked for politely: it waits when told to, tries again, and gives up.

Only the site that was named is asked: a redirect that leads elsewhere is not followed, so that a
key can never reach another host. Messages never hold the key.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from pipeline.errors import InputError, ServiceError
from pipeline.sources.reading.json_records import parsed_json

LARGEST = 64 << 20
"""Bytes of the largest answer that is taken."""

ATTEMPTS = 6
LONGEST_WAIT = 300.0
"""Seconds that a site may ask to wait before the next try."""

_HOPS = 5
_SECONDS = 30.0
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.:-]+")
_backoff = wait_random_exponential(multiplier=0.5, max=30)

Params = Sequence[tuple[str, str]]


class Refused(Exception):
    """The site does not give this one thing: it is gone, closed to others, or no JSON."""

    def __init__(self, reason: str, *, status: int = 0) -> None:
        self.reason = reason
        self.status = status
        super().__init__(reason)


class _Again(Exception):
    """Worth another try, after `wait` seconds where the site said so."""

    def __init__(self, reason: str, *, status: int = 0, wait: float | None = None) -> None:
        self.reason = reason
        self.status = status
        self.wait = wait
        super().__init__(reason)


class WebJson:
    """One site that answers in JSON.

    Args:
        base: Its address; paths are added to it.
        headers: Sent with every request, such as a key.
        client: What requests are made with; one of its own by default.

    Raises:
        InputError: The address is not one of the web, or the headers cannot be sent, or would
            travel unprotected.
    """

    def __init__(
        self, base: str, *, headers: Mapping[str, str], client: httpx.Client | None = None
    ) -> None:
        self.base = web_address(base)
        if headers and self.base.scheme == "http" and not _here(self.base.host):
            raise InputError(
                f"A key is not sent to {self.base.host} without encryption.",
                hint="Give the address with https.",
            )
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise InputError("The key or the user's name holds a character that cannot be sent.")
        self._headers = dict(headers)
        self._own = client is None
        self._client = client or httpx.Client(timeout=_SECONDS)

    def close(self) -> None:
        """Let the connections go, where they are its own."""
        if self._own:
            self._client.close()

    def get(self, path: str, params: Params = ()) -> dict[str, Any]:
        """The object that the site gives at a path.

        Raises:
            Refused: It does not give it, sends on to another host, fails each time, or what it
                gives is no JSON object or too large.
            ServiceError: It cannot be reached, or asks to wait for too long.
        """
        url = self.base.copy_with(path=f"{self.base.path.rstrip('/')}{path}")
        tries = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            reraise=True,
        )
        try:
            return tries(self._once, url.copy_merge_params(list(params)))
        except _Again as error:
            if error.status >= 500:
                raise Refused(
                    f"the site fails on it ({error.reason})", status=error.status
                ) from None
            raise ServiceError(
                f"{self.base.host} does not answer: {error.reason}.",
                hint="Run it again later; what was fetched is kept.",
            ) from None

    def _once(self, url: httpx.URL) -> dict[str, Any]:
        for _ in range(_HOPS):
            try:
                with self._client.stream(
                    "GET", url, headers=self._sent(), follow_redirects=False
                ) as answer:
                    if not answer.has_redirect_location:
                        return _object(answer)
                    url = self._next(url, answer)
            except httpx.TimeoutException:
                raise _Again("it took too long") from None
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise _Again(type(error).__name__) from None
            except httpx.InvalidURL:
                raise Refused("a redirect to what is no address") from None
        raise Refused("too many redirects")

    def _sent(self) -> dict[str, str]:
        return {"Accept": "application/json", **self._headers}

    def _next(self, url: httpx.URL, answer: httpx.Response) -> httpx.URL:
        """Where a redirect leads, when that is on the same site."""
        to = url.join(answer.headers["location"])
        safer = (url.scheme, to.scheme, _port(to)) == ("http", "https", 443)
        same = (url.scheme, url.host, _port(url)) == (to.scheme, to.host, _port(to))
        if to.host == url.host and (same or safer):
            return to
        raise Refused(f"it sends on to {to.host or 'another address'}, which is not followed")


def web_address(written: str) -> httpx.URL:
    """An address of the web, without user, query or fragment.

    Raises:
        InputError: It is none.
    """
    try:
        url = httpx.URL(written.strip())
    except httpx.InvalidURL:
        raise InputError(f"{written[:200]!r} is not an address of the web.") from None
    if url.scheme not in _PORTS or not _HOST.fullmatch(url.host):
        raise InputError(
            f"{written[:200]!r} is not an address of the web.", hint="It begins with https://."
        )
    return url.copy_with(username=None, password=None, query=None, fragment=None)


def _port(url: httpx.URL) -> int | None:
    return url.port or _PORTS.get(url.scheme)


def _here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.wait is not None:
        return error.wait
    return _backoff(state)


def _object(answer: httpx.Response) -> dict[str, Any]:
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        wait = _told_to_wait(answer)
        if wait is not None and wait > LONGEST_WAIT:
            raise ServiceError(
                f"{answer.url.host} asks to wait for {wait:,.0f} seconds.",
                hint="Run it again then; what was fetched is kept.",
            )
        raise _Again(f"status {status}", status=status, wait=wait)
    if status != httpx.codes.OK:
        raise Refused(_REASONS.get(status, f"the site answers with status {status}"), status=status)
    try:
        value = parsed_json(_body(answer))
    except ValueError:
        raise Refused("the answer is no JSON") from None
    if not isinstance(value, dict):
        raise Refused("the answer is no JSON object")
    return value


_REASONS = {
    401: "the site asks to log in (status 401)",
    403: "not open to everybody (status 403)",
    404: "not there, or not open to everybody (status 404)",
    410: "deleted (status 410)",
}


def _body(answer: httpx.Response) -> bytes:
    taken: list[bytes] = []
    size = 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > LARGEST:
            raise Refused(f"the answer is larger than {LARGEST >> 20} MB")
        taken.append(piece)
    return b"".join(taken)


def _told_to_wait(answer: httpx.Response) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or a date."""
    written = answer.headers.get("retry-after", "").strip()
    if written.isdigit():
        return float(written[:12])
    with suppress(ValueError, TypeError):
        until = parsedate_to_datetime(written)
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    return None
