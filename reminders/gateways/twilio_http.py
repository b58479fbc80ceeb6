"""How our requests reach Twilio: one session, bounded waits, no second try. No meaning of codes.

The SDK's own client has no usable time-outs and may repeat a POST; a repeated create is a second
text on the patient's telephone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging import getLogger
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from reminders.gateways.gateway import NoAnswer, Unreachable
from reminders.gateways.twilio_errors import refusal

_LONGEST_WAIT = 86_400

# Order matters below: whoever never connected is also an OSError.
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_MAY_HAVE_LEFT = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: to dial one address, to have a connection, and for each bit of answer.

    Twilio may take up to half a minute to answer; giving up earlier only makes doubts.
    """

    dial: float = 3.05
    connect: float = 5.0
    answer: float = 30.0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: str
    retry_after: str


class LeanHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK carries no types
    """The SDK's HTTP client, on one aiohttp session of the event loop that sends.

    Raises Unreachable, NoAnswer or Refused; returns only a 2xx whose body is a JSON object.
    """

    def __init__(self, *, api_base: str, in_flight: int, patience: Patience) -> None:
        super().__init__(getLogger("twilio.http_client"), True)
        self._api_base = web_address(api_base, setting="gateway.api_base")
        self._in_flight = in_flight
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        *,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str],
        **_sdk_settings: object,
    ) -> Any:
        """Make one request and understand its answer; the SDK's time-outs are not used."""
        url = self._url(uri, params or {})
        body = urlencode(data, doseq=True).encode() if data else None
        answer = await self._exchange(method, url, body=body, headers=_headers(headers, auth))
        return _understood(answer)

    async def close(self) -> None:
        """Close the session; a later request opens another."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _exchange(
        self, method: str, url: URL, *, body: bytes | None, headers: Mapping[str, str]
    ) -> _Answer:
        try:
            async with self._open_session().request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                text = (await response.read()).decode("utf-8", errors="replace")
                return _Answer(response.status, text, response.headers.get("Retry-After", ""))
        except _NEVER_LEFT:
            raise Unreachable("no connection to Twilio") from None
        except _MAY_HAVE_LEFT:
            raise NoAnswer("the connection to Twilio broke before its answer was whole") from None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._in_flight),
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    connect=self._patience.connect,
                    sock_connect=self._patience.dial,
                    sock_read=self._patience.answer,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    def _url(self, uri: str, params: Mapping[str, object]) -> URL:
        asked = urlsplit(uri)
        query = "&".join(part for part in (asked.query, urlencode(params, doseq=True)) if part)
        return URL(f"{self._api_base}{asked.path}{query and '?' + query}", encoded=True)


def web_address(address: str, *, setting: str) -> str:
    """Return the address without a trailing slash; ValueError names the setting and the mend."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            f"{setting} must be an address such as https://texts.example.com, with http or https "
            "and without ? or #"
        )
    return address.rstrip("/")


def _headers(headers: Mapping[str, str] | None, auth: tuple[str, str]) -> dict[str, str]:
    return {**(headers or {}), "Authorization": aiohttp.encode_basic_auth(*auth)}


def _understood(answer: _Answer) -> Response:
    """Return the SDK's response for a yes; raise for everything else.

    A no never becomes one of the SDK's exceptions: those quote the telephone number.
    """
    facts = _read_json(answer.text)
    if not 200 <= answer.status < 300:
        raise refusal(_code(facts), answer.status, retry_after=_seconds(answer.retry_after))
    if facts is None:
        raise NoAnswer("Twilio said yes and nothing we can read")
    return Response(answer.status, answer.text)


def _read_json(text: str) -> dict[str, object] | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _code(facts: Mapping[str, object] | None) -> int | None:
    """Return Twilio's code: the old error body and RFC 9457's both call it "code"."""
    code = str((facts or {}).get("code", ""))
    return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None


def _seconds(retry_after: str) -> timedelta | None:
    """Read a Retry-After in seconds (RFC 9110 10.2.3); a date or nonsense is no wait at all."""
    if not (retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10):
        return None
    return timedelta(seconds=min(int(retry_after), _LONGEST_WAIT))
