"""Which texts one treatment calls for, and when each would go if nothing else were in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from reminders.care.hours import local_instant, shifted_day
from reminders.care.protocol import Anchor, Kind, Offset, Protocol, Step, StopRule
from reminders.care.treatment import Status, Treatment

RESUME_AFTER_BOOKING = timedelta(days=7)


class PlanState(StrEnum):
    """Where a care plan stands (FHIR CarePlan.status)."""

    ACTIVE = "active"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Standing:
    """A care plan's state and, unless it is active, why."""

    state: PlanState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that a care plan calls for. `nominal` and `until` are UTC; `earliest` is the first
    day on which the patient may be treated again."""

    treatment: Treatment
    step: Step
    occurrence: int
    nominal: datetime
    until: datetime
    earliest: date
    reason: str = ""

    @property
    def key(self) -> tuple[int, str, int]:
        """The text's own place: care plan, step, occurrence. Never two texts in one place."""
        return (self.treatment.care_plan, self.step.key, self.occurrence)


def standing_of(treatment: Treatment, history: Sequence[Treatment]) -> Standing:
    """Say whether this treatment's plan still runs, given all of the patient's treatments."""
    if treatment.status is Status.VOID:
        return Standing(PlanState.REVOKED, "the clinic marked the treatment void")
    if any(t.status is Status.DECEASED for t in history):
        return Standing(PlanState.REVOKED, "the patient has died")
    newer = _replacement(treatment, history)
    if newer is not None:
        return Standing(PlanState.COMPLETED, f"treated again on {newer.day}")
    current = [t for t in history if t.status is not Status.VOID and not _replacement(t, history)]
    if any(t.status is Status.MOVED for t in current):
        return Standing(PlanState.REVOKED, "the patient has moved away")
    if any(t.status is Status.PAUSED for t in current):
        return Standing(PlanState.ON_HOLD, "the clinic paused this patient's texts")
    return Standing(PlanState.ACTIVE)


def _replacement(treatment: Treatment, history: Sequence[Treatment]) -> Treatment | None:
    later = [
        t
        for t in history
        if t.protocol == treatment.protocol
        and t.day > treatment.day
        and t.status is not Status.VOID
    ]
    return max(later, key=lambda t: t.day, default=None)


def earliest_retreatment(
    treatment: Treatment, history: Sequence[Treatment], *, protocols: Mapping[str, Protocol]
) -> date:
    """The first day on which this treatment may be repeated.

    Every toxin treatment of any kind counts, because the labels count from the latest one: the
    floor is the longest of the product's minimum, this protocol's, and the clinician's own.
    """
    own = _floor(treatment, protocols)
    days = [
        t.day + timedelta(days=max(own, _floor(t, protocols)))
        for t in history
        if t.status is not Status.VOID and t.day >= treatment.day
    ]
    return max(days, default=treatment.day + timedelta(days=own))


def _floor(treatment: Treatment, protocols: Mapping[str, Protocol]) -> int:
    protocol = protocols.get(treatment.protocol)
    label = protocol.timing_of(treatment.product).minimum_days if protocol else 0
    return max(label, treatment.interval_days or 0)


def wishes(
    treatment: Treatment,
    history: Sequence[Treatment],
    *,
    protocols: Mapping[str, Protocol],
    zone: str,
    gone: frozenset[tuple[str, int]] = frozenset(),
) -> tuple[Wish, ...]:
    """List the texts of one active plan in the patient's `zone`.

    `gone` holds the (step, occurrence) of texts that have left already: a booking no longer
    moves those.
    """
    protocol = protocols[treatment.protocol]
    earliest = earliest_retreatment(treatment, history, protocols=protocols)
    duration = timedelta(days=protocol.timing_of(treatment.product).duration_days)
    anchors = {
        Anchor.TREATMENT: treatment.day,
        Anchor.EARLIEST: max(earliest, treatment.day + duration),
    }
    resume = _resume_day(history)
    found: list[Wish] = []
    for step in protocol.steps:
        if step.offset.unit == "hours":
            found.append(_by_the_hour(treatment, step, earliest))
            continue
        start = shifted_day(anchors[step.anchor], step.offset)
        if step.kind is Kind.RETREATMENT and step.anchor is Anchor.TREATMENT:
            start = max(start, earliest)
        days = _days(step, start, resume if StopRule.BOOKED in step.stop_when else None, gone)
        found += [
            _on_day(treatment, step, n, day, earliest, zone, reason)
            for n, (day, reason) in enumerate(days)
        ]
    return tuple(found)


def _resume_day(history: Sequence[Treatment]) -> date | None:
    booked = [t.booked_for for t in history if t.booked_for and t.status is not Status.VOID]
    return max(booked) + RESUME_AFTER_BOOKING if booked else None


def _by_the_hour(treatment: Treatment, step: Step, earliest: date) -> Wish:
    nominal = treatment.treated_at + timedelta(hours=step.offset.amount)
    return Wish(treatment, step, 0, nominal, nominal + step.useful_for, earliest)


def _days(
    step: Step, start: date, resume: date | None, gone: frozenset[tuple[str, int]]
) -> list[tuple[date, str]]:
    """The days of a step's occurrences; a booking shifts those still to come, spacing kept."""
    days: list[tuple[date, str]] = []
    for n in range(step.times):
        asked = start if n == 0 else shifted_day(start, _multiple(step.every, n))
        day = asked
        if resume and (step.key, n) not in gone:
            day = max(day, resume)
            if step.every and days and days[-1][1]:
                day = max(day, shifted_day(days[-1][0], step.every))
        days.append((day, "" if day == asked else "waits until a week after the booked visit"))
    return days


def _multiple(every: Offset | None, n: int) -> Offset:
    return Offset(every.amount * n, every.unit) if every else Offset(0, "days")


def _on_day(
    treatment: Treatment,
    step: Step,
    occurrence: int,
    day: date,
    earliest: date,
    zone: str,
    reason: str,
) -> Wish:
    if step.at is None:
        raise ValueError(f"{treatment.protocol}, step {step.key}: a step in days needs a time")
    nominal = local_instant(day, step.at, zone=zone)
    return Wish(treatment, step, occurrence, nominal, nominal + step.useful_for, earliest, reason)
