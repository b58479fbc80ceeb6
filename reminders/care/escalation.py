"""The ladder: who is told of an escalation, when the next one is, and how somebody takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reminders.care.effect import Level
from reminders.care.hours import is_civil
from reminders.care.window import Window


class EscalationState(StrEnum):
    """Where an escalation stands."""

    RAISED = "raised"
    TAKEN = "taken"
    CLOSED = "closed"


DEADLINES: Mapping[Level, timedelta] = {
    Level.EMERGENCY: timedelta(minutes=5),
    Level.URGENT: timedelta(minutes=15),
}
"""How long each rung waits to be taken. Defaults without a published source: a clinician decides,
and may only shorten them."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may be told, and when they are on call; `window` in the clinic's zone."""

    name: str
    phone: str
    window: Window


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom to tell, and whether the patient is sent to the telephone."""

    members: tuple[Member, ...]
    tell_patient: bool = False
    is_last: bool = False


def rung(number: int, members: Sequence[Member], *, zone: str, now: datetime) -> Rung:
    """Return the rung: the first on call, then each next, then all, then the patient's own text.

    Those on call now come first, in the order of the settings; with nobody on call now, everybody
    is told at once: a page at the wrong hour is better than none. Where a clinic names nobody, the
    patient is sent to the telephone at once.
    """
    if not members:
        return Rung((), tell_patient=True, is_last=True)
    here = [m for m in members if _on_call(m, zone=zone, now=now)]
    if not here:
        return Rung(tuple(members)) if number == 0 else Rung((), tell_patient=True, is_last=True)
    if number < len(here):
        return Rung((here[number],))
    if number == len(here):
        return Rung(tuple(members))
    return Rung((), tell_patient=True, is_last=True)


def _on_call(member: Member, *, zone: str, now: datetime) -> bool:
    return is_civil(now, window=member.window, zones=(zone,), closed_days=frozenset())


_TAKE = re.compile(
    r"(?:i(?:'ll|ll| will)?|yo|lo|la|me)?\s*(?:take|taking|took|tak|tomo|tome|tomar)"
    r"\W{0,3}(?:no|nr|num|number|numero)?\W{0,3}([0-9]{1,9})"
    r"[\W_]*(?:please|pls|ok|okay|now|thanks|thank you|ya|por favor|gracias)?[\W_]*"
)


def read_take(words: str) -> int | None:
    """Return the number that somebody on call takes: "TAKE 17", "take17.", "Tomo 17"; else None.

    Anything more than a courtesy after the number may take the word back, so it does not count.
    """
    found = _TAKE.fullmatch(" ".join(words.split()).replace("\u2019", "'").casefold())
    return int(found[1]) if found else None


_TITLES = frozenset(
    ["dr", "dra", "nurse", "enfermera", "enfermero", "mr", "mrs", "ms", "sr", "sra"]
)


def spoken_name(name: str) -> str:
    """Return how colleagues are told of somebody: the first name, after a title if there is one."""
    words = name.split()
    titled = bool(words) and words[0].rstrip(".").casefold() in _TITLES
    return " ".join(words[: 2 if titled else 1])
