"""What every gateway promises: one text out, one of three errors. No network here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text, ready to leave. `message_id` is opaque; `attempt` counts from 1."""

    message_id: str
    attempt: int
    to: str
    sender: str
    body: str
    useful_for: timedelta


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took the text and calls it `sid`."""

    sid: str
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class GatewayText:
    """One text as the gateway has it on record, in or out.

    `service` is the pool of senders that carried it, if any; `status` and `code` are in the
    gateway's own words and numbers.
    """

    sid: str
    direction: Literal["inbound", "outbound"]
    sender: str
    to: str
    service: str
    words: str
    status: str
    code: int | None
    created_at: datetime


class Scope(StrEnum):
    """What a refusal is about."""

    TEXT = "text"
    NUMBER = "number"
    ACCOUNT = "account"


class GatewayError(Exception):
    """Anything a gateway says other than yes. Never carries a number, a name or words."""


class Unreachable(GatewayError):
    """The text provably never left us: try again later."""


class NoAnswer(GatewayError):
    """The text left, then silence or nonsense: it may have been sent."""


class Refused(GatewayError):
    """The gateway said no, and what about.

    `permanent` False means it was not processed and may be tried again after `retry_after`.
    `opted_out` True means the number sent STOP to the gateway.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        *,
        permanent: bool,
        scope: Scope,
        opted_out: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"refused with code {code}: {reason}")
        self.code = code
        self.reason = reason
        self.permanent = permanent
        self.scope = scope
        self.opted_out = opted_out
        self.retry_after = retry_after


class Gateway(Protocol):
    """The company that carries texts."""

    @property
    def is_real(self) -> bool:
        """True when its texts reach telephones."""
        ...

    async def send(self, outgoing: Outgoing) -> Accepted:
        """Send one text; raise Unreachable, Refused or NoAnswer."""
        ...

    async def texts_since(self, since: datetime) -> Sequence[GatewayText]:
        """Return what was texted either way since then, oldest first.

        Raises Unreachable, Refused or NoAnswer.
        """
        ...

    async def look_up(self, sid: str) -> GatewayText | None:
        """Return one text, None when the gateway does not know it; raises like texts_since."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
