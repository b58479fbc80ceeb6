"""Every way in which Twilio, or the way to it, can fail one create; and which create it hits."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from aiohttp import web

_STATUS = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail, and when.

    `made`: the message is created all the same. `at` is the number of the create call, from 1;
    `to` a recipient; `share` a part of all calls; `times` how often at most (0: always).
    `status` 0 means the one that belongs to `code`. `seconds` is the delay of "slow".
    """

    kind: str
    made: bool = False
    code: int = 0
    status: int = 0
    retry_after: str = ""
    at: int = 0
    to: str = ""
    share: float = 1.0
    times: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}, use one of {', '.join(KINDS)}")

    @property
    def http_status(self) -> int:
        """The HTTP status of the answer."""
        return self.status or _STATUS.get(self.code, 400)


class Faults:
    """The faults in store, and how often each has struck; safe from any thread."""

    def __init__(self, *, seed: int) -> None:
        self._dice = Random(seed)
        self._struck: dict[int, int] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Put a fault in store; the first that fits strikes."""
        with self._lock:
            self._faults.append(fault)

    def forget(self) -> None:
        """Fail no more."""
        with self._lock:
            self._faults.clear()
            self._struck.clear()

    def strike(self, *, call: int, to: str) -> Fault | None:
        """Return the fault that this create meets."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if self._fits(place, call=call, to=to):
                    self._struck[place] = self._struck.get(place, 0) + 1
                    return fault
        return None

    def _fits(self, place: int, *, call: int, to: str) -> bool:
        fault = self._faults[place]
        return (
            fault.at in {0, call}
            and fault.to in {"", to}
            and (not fault.times or self._struck.get(place, 0) < fault.times)
            and (fault.share >= 1.0 or self._dice.random() < fault.share)
        )


@dataclass(frozen=True, slots=True)
class Struck:
    """A create that meets a fault: what was asked, what was created, and when we go away."""

    fault: Fault
    request: web.Request
    params: Mapping[str, str]
    resource: Mapping[str, Any] | None
    gone: asyncio.Event

    @property
    def yes(self) -> bytes:
        """The body of the answer that a create without fault would have had."""
        return json.dumps(self.resource or {"sid": "SM" + "0" * 32, "status": "queued"}).encode()


def problem(code: int, status: int, words: str) -> dict[str, Any]:
    """Return Twilio's usual error body."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": words, "more_info": more, "status": status}


def _headers(fault: Fault) -> dict[str, str]:
    return {"Retry-After": fault.retry_after} if fault.retry_after else {}


def _words(struck: Struck) -> str:
    """Quote the number and the text, as Twilio's messages may: nobody may log them."""
    return f"Cannot text {struck.params.get('To')}: {struck.params.get('Body')}"


async def _refuse(struck: Struck) -> web.StreamResponse:
    fault = struck.fault
    body = problem(fault.code, fault.http_status, _words(struck))
    return web.json_response(body, status=fault.http_status, headers=_headers(fault))


async def _rfc9457(struck: Struck) -> web.StreamResponse:
    fault = struck.fault
    body = {
        "type": f"https://www.twilio.com/docs/errors/{fault.code}",
        "title": "Cannot text",
        "detail": _words(struck),
        "status": fault.http_status,
        "code": fault.code,
    }
    return web.json_response(
        body,
        status=fault.http_status,
        headers=_headers(fault),
        content_type="application/problem+json",
    )


async def _html(struck: Struck) -> web.StreamResponse:
    page = f"<html><h1>Sorry</h1>{_words(struck)}</html>"
    return web.Response(text=page, status=struck.fault.http_status, content_type="text/html")


async def _redirect(struck: Struck) -> web.StreamResponse:
    status = struck.fault.status or 302
    return web.Response(status=status, headers={"Location": str(struck.request.url)})


async def _hang(struck: Struck) -> web.StreamResponse:
    await struck.gone.wait()
    return web.Response(status=503)


async def _slow(struck: Struck) -> web.StreamResponse:
    await asyncio.sleep(struck.fault.seconds)
    return web.Response(body=struck.yes, status=201, content_type="application/json")


async def _reset(struck: Struck) -> web.StreamResponse:
    """Break the connection with RST: a linger of zero seconds drops all that is unsent."""
    transport = struck.request.transport
    if transport is not None:
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=503)


async def _hang_up(struck: Struck) -> web.StreamResponse:
    return _say_raw(struck, b"")


async def _cut(struck: Struck) -> web.StreamResponse:
    head = f"HTTP/1.1 201 Created\r\nContent-Length: {len(struck.yes)}\r\n\r\n".encode()
    return _say_raw(struck, head + struck.yes[:20])


async def _garbage(struck: Struck) -> web.StreamResponse:
    return _say_raw(struck, b"\x00\xff it is not HTTP that we speak\r\n\r\n")


def _say_raw(struck: Struck, words: bytes) -> web.StreamResponse:
    transport = struck.request.transport
    if isinstance(transport, asyncio.Transport):
        transport.write(words)
        transport.close()
    return web.Response(status=503)


async def _torn(struck: Struck) -> web.StreamResponse:
    body = struck.yes[: len(struck.yes) // 2]
    return web.Response(body=body, status=201, content_type="application/json")


async def _empty(_struck: Struck) -> web.StreamResponse:
    return web.Response(status=201, content_type="application/json")


async def _without_sid(struck: Struck) -> web.StreamResponse:
    return web.json_response({"status": "queued", "to": struck.params.get("To")}, status=201)


async def _not_an_object(struck: Struck) -> web.StreamResponse:
    return web.json_response([struck.params.get("To")], status=201)


async def _born_failed(struck: Struck) -> web.StreamResponse:
    resource = {**json.loads(struck.yes), "status": "failed", "error_code": struck.fault.code}
    return web.json_response(resource, status=201)


_PLAY: Mapping[str, Callable[[Struck], Awaitable[web.StreamResponse]]] = {
    "refuse": _refuse,
    "rfc9457": _rfc9457,
    "html": _html,
    "redirect": _redirect,
    "hang": _hang,
    "slow": _slow,
    "reset": _reset,
    "hang_up": _hang_up,
    "cut": _cut,
    "garbage": _garbage,
    "torn": _torn,
    "empty": _empty,
    "without_sid": _without_sid,
    "not_an_object": _not_an_object,
    "born_failed": _born_failed,
}
KINDS = tuple(_PLAY)


async def play(struck: Struck) -> web.StreamResponse:
    """Answer a create as its fault says."""
    return await _PLAY[struck.fault.kind](struck)
