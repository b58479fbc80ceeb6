"""What the viewer of a simulation sees: texts both ways, and what staff do about them. Facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reminders.care.effect import Level
from reminders.care.protocol import Kind


class Way(StrEnum):
    """Who speaks to whom."""

    TEXT = "a text that we start, to a patient"
    ANSWER = "our answer to a patient, or staff's own words"
    WROTE = "a patient, to the clinic"
    PAGE = "a text to somebody on call"
    STAFF = "somebody on call, to us"


@dataclass(frozen=True, slots=True)
class Seen:
    """One bubble. `name` is the patient's or the staff member's; `local` their local time.

    `message` is the row of the outbox and `segments` its size, for what we send; `kind` is a
    planned text's; `intent` is what a patient's words were taken to mean.
    """

    way: Way
    name: str
    words: str
    local: datetime
    message: int | None = None
    segments: int = 0
    kind: Kind | None = None
    intent: str = ""

    @property
    def is_inbound(self) -> bool:
        """True when it comes to the clinic."""
        return self.way in (Way.WROTE, Way.STAFF)

    @property
    def is_pressing(self) -> bool:
        """True when it belongs to a cry for help or to what staff do about one."""
        return self.way in (Way.PAGE, Way.STAFF) or self.intent in list(Level)
