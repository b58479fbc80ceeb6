"""Is the worker alive? One question for a monitor, answered from the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from starlette.responses import JSONResponse

from reminders.runtime import Runtime
from reminders.store import alarms

log = structlog.get_logger()

STALE = timedelta(seconds=60)
"""The worker writes every five seconds; a minute of silence is no hiccup."""

_NO_STORE = {"Cache-Control": "no-store"}


def health_of(runtime: Runtime) -> Callable[[], JSONResponse]:
    """Return the endpoint: 200 while a worker lives, 503 when none does or nobody can tell."""

    def healthz() -> JSONResponse:
        worker = _worker(runtime)
        status = 200 if worker == "alive" else 503
        return JSONResponse({"worker": worker}, status, headers=_NO_STORE)

    return healthz


def _worker(runtime: Runtime) -> str:
    try:
        with runtime.database.read() as session:
            beat = alarms.last_beat(session)
    except Exception as error:  # whatever is wrong with the database, the answer is that we ail
        log.error("health cannot be read", fault=type(error).__name__)
        return "unknown"
    if beat is None:
        return "never seen"
    return "alive" if runtime.now() - beat <= STALE else "silent"
