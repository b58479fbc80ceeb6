"""The pretend gateway: takes every text and sends none. For trying, teaching and the demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from reminders.gateways.gateway import Accepted, GatewayText, Outgoing

Listener = Callable[[Outgoing], None]


class PretendGateway:
    """Accepts at once, remembers nothing; `listener`, when given, is shown each text."""

    is_real = False

    def __init__(self, *, listener: Listener | None = None) -> None:
        self._listener = listener

    async def send(self, outgoing: Outgoing) -> Accepted:
        """Accept the text. The same message and attempt always get the same sid."""
        if self._listener is not None:
            self._listener(outgoing)
        return Accepted(_sid(outgoing))

    async def texts_since(self, since: datetime) -> Sequence[GatewayText]:  # noqa: ARG002
        """Nobody texts a pretend gateway."""
        return ()

    async def look_up(self, sid: str) -> GatewayText | None:  # noqa: ARG002
        """It remembers nothing."""
        return None

    async def close(self) -> None:
        """Nothing to let go of."""


def _sid(outgoing: Outgoing) -> str:
    """Return "PR" and 32 hex digits, as long as a real sid and never mistaken for one."""
    return "PR" + sha256(f"{outgoing.message_id}/{outgoing.attempt}".encode()).hexdigest()[:32]
