"""Four patients of a simulated year, each told in a few plain sentences from the record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reminders.care.effect import Level
from reminders.care.escalation import spoken_name
from reminders.care.message import State
from reminders.care.treatment import Status, TreatmentRow
from reminders.simulator.cast import CAST, Life, Person
from reminders.simulator.outcome import Outcome
from reminders.simulator.script import Script
from reminders.store.coming import MessageRow


def stories(outcome: Outcome, script: Script, *, zone: str) -> tuple[str, ...]:
    """Tell of one who came back, one treated late, one who cried for help and one who died.

    Dates are in the clinic's zone. A story for which the year has no facts is left out.
    """
    tellers = (
        (_first(Life.RETURNS), _came_back),
        (_first(Life.EVENING), _treated_late),
        (_who_cried(outcome), _cried),
        (_first(Life.DIES), _died),
    )
    told = [tell(_Facts(who, outcome, script, ZoneInfo(zone))) for who, tell in tellers if who]
    return tuple(story for story in told if story)


def _first(life: Life) -> Person:
    return next(person for person in CAST if person.life is life)


def _who_cried(outcome: Outcome) -> Person | None:
    cries = [reply for reply in outcome.replies if reply.intent == Level.EMERGENCY]
    return next((p for p in CAST if cries and p.ref == cries[0].patient_ref), None)


class _Facts:
    """All that the year holds about one patient."""

    def __init__(self, person: Person, outcome: Outcome, script: Script, zone: ZoneInfo) -> None:
        self.name, self.zone = person.first_name, zone
        self.told: list[tuple[datetime, TreatmentRow]] = [
            (arrival.at, row)
            for arrival in script.arrivals
            for row in arrival.rows
            if row.patient_id == person.ref
        ]
        self.treatments = {row.treatment_id: row for _, row in self.told}
        self.texts = [text for text in outcome.texts if text.patient_ref == person.ref]
        self.sent = [text for text in self.texts if text.started_at]
        self.replies = [reply for reply in outcome.replies if reply.patient_ref == person.ref]
        self.escalations = outcome.escalations

    def day(self, at: datetime) -> str:
        """Return a day as people write it: Mar 9."""
        local: date = at.astimezone(self.zone).date()
        return f"{local:%b} {local.day}"

    def withdrawn(self, treatment: str) -> list[MessageRow]:
        """Return the texts of a treatment that were cancelled."""
        return [t for t in self.texts if (t.treatment, t.state) == (treatment, State.CANCELLED)]


def _came_back(facts: _Facts) -> str:
    rows = list(facts.treatments.values())
    if len(rows) < 2:
        return ""
    name, (first, second) = facts.name, rows[:2]
    texts = [text for text in facts.sent if text.treatment == first.treatment_id]
    withdrawn = len(facts.withdrawn(first.treatment_id))
    return (
        f"{name} was treated on {facts.day(first.treated_at)}. {_count(len(texts))} followed, the "
        f"last on {facts.day(texts[-1].due_at)} ({_spoken(texts[-1].step)}). {name} came back on "
        f"{facts.day(second.treated_at)}: {_count(withdrawn)} of the first plan {_was(withdrawn)} "
        "withdrawn and a new plan began. "
        f"The year held {len(rows)} treatments and {_count(len(facts.sent))}."
    )


def _treated_late(facts: _Facts) -> str:
    skipped = [text for text in facts.texts if text.state == State.EXPIRED]
    if not skipped or not facts.sent:
        return ""
    first, following = next(iter(facts.treatments.values())), facts.sent[0]
    late = first.treated_at.astimezone(facts.zone)
    return (
        f"{facts.name} was treated on {facts.day(first.treated_at)} at {late:%H:%M}. The text on "
        f"{_spoken(skipped[0].step)} is useful for a few hours only, and these fell into the "
        "night: it was skipped, and the record says why. "
        f"The first text went on {facts.day(following.due_at)} ({_spoken(following.step)})."
    )


def _cried(facts: _Facts) -> str:
    cry = next(reply for reply in facts.replies if reply.intent == Level.EMERGENCY)
    raised = next((each for each in facts.escalations if each.raised_at == cry.at), None)
    if raised is None or raised.taken_at is None or raised.closed_at is None:
        return ""
    return (
        f'{facts.name} wrote on {facts.day(cry.at)}: "{cry.words}". The safety text left at once, '
        f"and so did the page to {spoken_name(raised.taken_by or '')}, who took it after "
        f"{_minutes(raised.taken_at - cry.at)} and closed it after "
        f"{_minutes(raised.closed_at - cry.at)}: {raised.note}. "
        "Until then all other texts waited."
    )


def _minutes(distance: timedelta) -> str:
    minutes = round(distance / timedelta(minutes=1))
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"


def _died(facts: _Facts) -> str:
    known_at = next((at for at, row in facts.told if row.status is Status.DECEASED), None)
    if known_at is None:
        return ""
    withdrawn = sum(len(facts.withdrawn(treatment)) for treatment in facts.treatments)
    after = sum(text.started_at > known_at for text in facts.sent if text.started_at)
    return (
        f"{facts.name} died. The clinic wrote it down on {facts.day(known_at)}: "
        f"{_count(withdrawn)} still planned {_was(withdrawn)} withdrawn at once. "
        f"{_count(len(facts.sent) - after)} had gone before, {after or 'none'} after."
    )


def _count(texts: int) -> str:
    return f"{texts} text" if texts == 1 else f"{texts} texts"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _spoken(step: str) -> str:
    return step.replace("-", " ")
