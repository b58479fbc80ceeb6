"""What may follow from a patient's text: situations, and the effects that the reply table names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Situation(StrEnum):
    """Who writes, as far as answering goes."""

    PATIENT = "patient"
    STOPPED = "stopped"
    STRANGER = "stranger"


class Level(StrEnum):
    """How fast a person must look; the order is the order of urgency."""

    EMERGENCY = "emergency"
    URGENT = "urgent"


class Task(StrEnum):
    """Why a person should look, without a deadline of minutes."""

    BOOKING = "booking"
    QUESTION = "question"
    NO_EFFECT = "no_effect"
    WEARING_OFF = "wearing_off"
    ROUTINE = "routine_symptom"
    UNCLEAR = "unclear"
    STRANGER = "stranger"
    INCIDENT = "incident"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with these words (a key of replies.toml)."""

    words: str


@dataclass(frozen=True, slots=True)
class Escalate:
    """Raise an escalation: the people on call are told, and chased."""

    level: Level


@dataclass(frozen=True, slots=True)
class AskAPerson:
    """Put the text into the inbox of the clinic."""

    task: Task


@dataclass(frozen=True, slots=True)
class HoldPlanned:
    """Hold the patient's planned texts until the escalation is closed."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask the same question once more the next day."""


@dataclass(frozen=True, slots=True)
class EndReminders:
    """Cancel the rest of the re-treatment reminders."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Write STOP for the number and cancel everything planned for all who share it."""


@dataclass(frozen=True, slots=True)
class RestoreConsent:
    """Lift the number's STOP: only START or UNSTOP, or staff, may."""


@dataclass(frozen=True, slots=True)
class QuarantineNumber:
    """Send nothing more to this number: it may belong to a stranger."""


Effect = (
    Say
    | Escalate
    | AskAPerson
    | HoldPlanned
    | AskAgain
    | EndReminders
    | WithdrawConsent
    | RestoreConsent
    | QuarantineNumber
)
