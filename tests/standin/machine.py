"""The stand-in as a machine of its own: a thread, an event loop, a port, and a switch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.standin.book import Book, Receipt, Sent
from tests.standin.description import Complaint
from tests.standin.faults import Fault, Faults
from tests.standin.switchboard import ACCOUNT_SID, AUTH_TOKEN, Manners, Switchboard

T = TypeVar("T")
_PATIENCE = 20.0


def twilios_clock() -> datetime:
    """Return the time at Twilio, which never hears of our clock."""
    return datetime.now(UTC)  # noqa: TID251


class StandIn:
    """A Twilio on 127.0.0.1 for the length of a `with` block; usable from any thread."""

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        latency: float = 0.0,
        callbacks: Sequence[str] = (),
        seed: int = 0,
        now: Callable[[], datetime] = twilios_clock,
    ) -> None:
        self.port = port
        self._book = Book(account_sid)
        self._faults = Faults(seed=seed)
        manners = Manners(account_sid, auth_token, latency, tuple(callbacks), now)
        self._switchboard = Switchboard(manners, self._book, self._faults)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="stand-in Twilio", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.come_back()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_away()
        self._wait_for(self._switchboard.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The address to use as `api_base`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sent(self) -> list[Sent]:
        """Every message created so far, oldest first."""
        return self._book.sent

    @property
    def create_calls(self) -> int:
        """How often create was called, whatever came of it."""
        return self._book.create_calls

    @property
    def violations(self) -> list[Complaint]:
        """Every rule of the published description that a create broke."""
        return self._book.violations

    @property
    def receipts(self) -> list[Receipt]:
        """Every status callback made so far."""
        return self._book.receipts

    def fault(self, kind: str, **when: Any) -> None:
        """Put a fault in store; see `Fault` for its kinds and fields."""
        self._faults.add(Fault(kind, **when))

    def report(self, sid: str, status: str, *, error_code: int | None = None) -> None:
        """Move a message to a status now, and post its receipt."""
        self._wait_for(self._switchboard.report(sid, status, error_code=error_code))

    def text_in(self, from_: str, body: str, *, to: str, webhook: str = "") -> str:
        """List a text from a telephone, and post it to `webhook` if given; returns its sid."""
        return self._wait_for(self._switchboard.text_in(from_, body, to=to, webhook=webhook))

    def reset(self) -> None:
        """Forget all messages, calls and faults."""
        self._book.forget()
        self._faults.forget()

    def go_away(self) -> None:
        """Close the port and every connection: nobody is there."""
        self._wait_for(self._close())

    def come_back(self) -> None:
        """Open the same port again."""
        self._wait_for(self._open())

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    async def _open(self) -> None:
        self._switchboard.gone = asyncio.Event()
        self._runner = web.AppRunner(
            self._switchboard.app(),
            access_log=None,
            shutdown_timeout=0.1,
            handler_cancellation=True,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        self._switchboard.gone.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
