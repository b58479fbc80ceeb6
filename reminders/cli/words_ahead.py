"""Texts on record with the patient's zone and their words; those of planned ones as of now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reminders.care.message import State
from reminders.care.phone import texting_zones
from reminders.runtime import Runtime
from reminders.sending.writing import in_words
from reminders.store.coming import MessageRow
from reminders.store.database import Session
from reminders.store.letters import Letter, letters
from reminders.templates import TemplateError

TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as shown: `home` is the zone of its local times.

    `words` and `segments` are those sent, or of a planned text those that would leave now; None
    for a text that was never written or whose words are not fit to send.
    """

    row: MessageRow
    home: str
    words: str | None
    segments: int | None


def home_of(runtime: Runtime, *, clinic: str, phone: str, time_zone: str | None) -> str:
    """Return the zone of a patient's local times: the recorded one, else the clinic's."""
    clinic_zone = runtime.settings.clinic_by_key(clinic).time_zone
    return texting_zones(time_zone, clinic_zone=clinic_zone, phone=phone)[0]


def with_words(
    session: Session, rows: Sequence[MessageRow], *, runtime: Runtime
) -> Iterator[Shown]:
    """Yield the rows in the order given; of a patient's planned texts the first one introduces us.

    `rows` must hold a patient's planned texts from the first one on.
    """
    greeted: set[int] = set()
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        planned = [row.id for row in some if row.state == State.PLANNED]
        found = {each.id: each for each in letters(session, planned, now=runtime.now())}
        for row in some:
            letter = found.get(row.id)
            words, segments = row.text, row.segments
            if letter is not None:
                words, segments = _words(runtime, _introducing_once(letter, greeted))
            yield Shown(row, _home(runtime, row), words, segments)


def _introducing_once(letter: Letter, greeted: set[int]) -> Letter:
    introduced = letter.introduced or letter.patient in greeted
    greeted.add(letter.patient)
    return replace(letter, introduced=introduced)


def _words(runtime: Runtime, letter: Letter) -> tuple[str | None, int | None]:
    try:
        written = in_words(runtime, letter)
    except TemplateError:
        return None, None
    return written.text, written.segments


def _home(runtime: Runtime, row: MessageRow) -> str:
    return home_of(runtime, clinic=row.clinic, phone=row.phone, time_zone=row.time_zone)
