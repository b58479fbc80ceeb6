"""The web application: what answers where, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from reminders.runtime import Runtime
from reminders.store.commits import Commits
from reminders.web import description
from reminders.web.health import health_of
from reminders.web.metrics import Meter
from reminders.web.webhooks import Webhooks


def create_app(
    runtime: Runtime, *, commits: Commits | None = None, meter: Meter | None = None
) -> FastAPI:
    """Return the application over an open runtime.

    `commits` is the queue of a worker in this process, to be shared: two queues would wait for
    each other's write lock. Without one the application opens its own for as long as it runs.
    """
    queue = commits or Commits(runtime.database)
    webhooks = Webhooks(runtime, queue, meter or Meter(runtime))

    @asynccontextmanager
    async def closing(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if commits is None:
            queue.close()

    app = FastAPI(
        title=description.TITLE,
        summary=description.SUMMARY,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header
        lifespan=closing,
    )
    _add_webhook(app, "/twilio/inbound", webhooks.inbound, description.INBOUND)
    _add_webhook(app, "/twilio/receipt", webhooks.receipt, description.RECEIPT)
    app.add_api_route(
        "/healthz",
        health_of(runtime),
        response_model=None,
        responses=description.HEALTH_ANSWERS,
        summary="Is the worker alive?",
    )
    return app


def _add_webhook(app: FastAPI, path: str, endpoint: Any, described: dict[str, Any]) -> None:
    app.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        response_class=Response,
        response_model=None,
        responses=description.WEBHOOK_ANSWERS,
        openapi_extra=described,
    )
