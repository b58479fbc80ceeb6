"""Figures for Prometheus: requests, texts by state, the heartbeat. Counts, never people."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Histogram, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reminders.runtime import Runtime
from reminders.store import alarms

UNKNOWN_AGE = -1.0
"""Seconds reported while no worker has ever lived on this database."""


class Meter:
    """What one process counts, in a registry of its own."""

    def __init__(self, runtime: Runtime) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Record(runtime))
        self._answers = Counter(
            "reminders_webhook_answers",
            "Webhook requests by what was answered.",
            ["webhook", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "reminders_webhook_seconds",
            "Seconds from a webhook request to its answer.",
            ["webhook"],
            registry=self.registry,
        )
        self._texts = Counter(
            "reminders_inbound_texts",
            "Texts from patients by what they were taken to mean; repeats are counted as such.",
            ["intent"],
            registry=self.registry,
        )

    @contextmanager
    def timing(self, webhook: str) -> Iterator[None]:
        """Time one request."""
        with self._seconds.labels(webhook).time():
            yield

    def answered(self, webhook: str, status: int) -> None:
        """Count one answer."""
        self._answers.labels(webhook, str(status)).inc()

    def took_in(self, intent: str) -> None:
        """Count one patient's text."""
        self._texts.labels(intent).inc()


class _Record(Collector):
    """What the database says at the moment of asking."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._runtime.database.read() as session:
            states = alarms.counts_by_state(session)
            tasks = alarms.open_tasks(session)
            beat = alarms.last_beat(session)
            alarm = alarms.open_alarm(session)
        age = (self._runtime.now() - beat).total_seconds() if beat else UNKNOWN_AGE
        yield _by("state", "reminders_texts", "Texts by state.", states)
        yield _by("kind", "reminders_open_tasks", "Tasks that wait for a person.", tasks)
        yield _one("reminders_heartbeat_age_seconds", "Seconds since a worker said it lives.", age)
        stopped = "1 while all sending has stopped because of the gateway account."
        yield _one("reminders_sending_stopped", stopped, float(alarm is not None))

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing ahead, so that registering reads no database."""
        return iter(())


def _by(label: str, name: str, words: str, counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


@contextmanager
def telling(meter: Meter, *, host: str, port: int) -> Iterator[int]:
    """Serve the figures until the block ends; yields the port. OSError when it is taken."""
    server = make_server(
        host, port, make_wsgi_app(meter.registry), _Server.of(host), handler_class=_Silent
    )
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    """One thread a request: a slow reader must not keep the monitor out."""

    daemon_threads = True

    @classmethod
    def of(cls, host: str) -> type[_Server]:
        """Return the server for the family of this address."""
        return _Server6 if ":" in host else cls


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
