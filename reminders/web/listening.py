"""A port and a thread for the web application, beside whatever else the process does."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from reminders.runtime import Runtime
from reminders.settings import Settings
from reminders.store.commits import Commits
from reminders.web.app import create_app
from reminders.web.metrics import Meter, telling

FINISH_WITHIN = 10
"""Seconds that requests get to finish when we stop."""


class PortTaken(Exception):
    """We cannot listen there; the words name the setting and the mend."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports that are open; None for one that the settings do not ask for."""

    port: int | None
    metrics_port: int | None


def wants_webhooks(settings: Settings) -> bool:
    """Say whether Twilio is meant to call us: only then does a worker listen."""
    return settings.gateway.receive == "webhook" and bool(settings.gateway.public_url)


@contextmanager
def open_doors(
    runtime: Runtime, *, webhooks: bool, commits: Commits | None = None
) -> Iterator[Doors]:
    """Listen as the settings say until the block ends. PortTaken when a port cannot be had.

    `commits` is the worker's queue when it lives in this process.
    """
    web, meter = runtime.settings.web, Meter(runtime)
    with ExitStack() as stack:
        port = metrics_port = None
        if webhooks:
            listener = _listener(web.host, web.port)
            app = create_app(runtime, commits=commits, meter=meter)
            port = stack.enter_context(listening(app, listener))
        if web.metrics_port:
            metrics_port = _tell(stack, meter, host=web.host, port=web.metrics_port)
        yield Doors(port, metrics_port)


def _tell(stack: ExitStack, meter: Meter, *, host: str, port: int) -> int:
    try:
        return stack.enter_context(telling(meter, host=host, port=port))
    except OSError as error:
        raise _taken("web.metrics_port", host, port, error) from None


@contextmanager
def listening(app: FastAPI, listener: socket.socket) -> Iterator[int]:
    """Serve the application on a bound socket, in a thread with its own loop; yields the port."""
    server = uvicorn.Server(_quietly(app))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve([listener])), name="web", daemon=True
    )
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _quietly(app: FastAPI) -> uvicorn.Config:
    """No access log, which would keep patients' numbers, and no trust in forwarding headers."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=FINISH_WITHIN,
    )


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not switch Nagle's delay off: 40 ms for every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _listener(host: str, port: int) -> socket.socket:
    try:
        return bind(host, port)
    except OSError as error:
        raise _taken("web.port", host, port, error) from None


def _taken(setting: str, host: str, port: int, error: OSError) -> PortTaken:
    return PortTaken(
        f"{setting}: we cannot listen on {host} port {port} ({error.strerror}). "
        "Stop what else listens there, or change web.host or the port."
    )
