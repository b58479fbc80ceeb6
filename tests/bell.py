"""Something that Apprise can ring: an HTTP server on this machine that remembers what it hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


class _Bell(BaseHTTPRequestHandler):
    heard: list[dict[str, Any]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.heard.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


@contextmanager
def bell() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Run something that Apprise can ring; yield its address and what it hears."""
    heard: list[dict[str, Any]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Bell", (_Bell,), {"heard": heard}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
