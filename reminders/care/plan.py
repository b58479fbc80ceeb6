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

LeftDays = Mapping[tuple[str, int], date]
"""The local day on which the text of a (step, occurrence) left for the telephone."""

NOTHING_LEFT: LeftDays = {}


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
    """A text that a care plan calls for.

    `nominal` and `until` are UTC; `earliest` is the first day for which a reminder may ask the
    patient back. `rank` is the protocol's precedence when one text speaks for several.
    """

    treatment: Treatment
    step: Step
    occurrence: int
    nominal: datetime
    until: datetime
    earliest: date
    rank: int = 0
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
    return _standing_of_patient(history)


def _standing_of_patient(history: Sequence[Treatment]) -> Standing:
    """A move or a pause stands on a current treatment's row and holds for the whole patient."""
    statuses = {t.status for t in _current(history)}
    if Status.MOVED in statuses:
        return Standing(PlanState.REVOKED, "the patient has moved away")
    if Status.PAUSED in statuses:
        return Standing(PlanState.ON_HOLD, "the clinic paused this patient's texts")
    return Standing(PlanState.ACTIVE)


def _current(history: Sequence[Treatment]) -> list[Treatment]:
    return [t for t in history if t.status is not Status.VOID and not _replacement(t, history)]


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
    floor is the longest of the products' minima, the protocols', and the clinician's own for this
    patient.
    """
    own = max(_label_floor(treatment, protocols), _patient_floor(treatment, history))
    days = [
        t.day + timedelta(days=max(own, _label_floor(t, protocols)))
        for t in history
        if t.status is not Status.VOID and t.day >= treatment.day
    ]
    return max(days, default=treatment.day + timedelta(days=own))


def _label_floor(treatment: Treatment, protocols: Mapping[str, Protocol]) -> int:
    protocol = protocols.get(treatment.protocol)
    return protocol.timing_of(treatment.product).minimum_days if protocol else 0


def _patient_floor(treatment: Treatment, history: Sequence[Treatment]) -> int:
    """The clinician's own minimum is the patient's, whichever current treatment names it."""
    return max(t.interval_days or 0 for t in (treatment, *_current(history)))


def expected_retreatment(
    treatment: Treatment, history: Sequence[Treatment], *, protocols: Mapping[str, Protocol]
) -> date:
    """The day a reminder asks the patient back for: the earliest, or when the effect has gone.

    A product that lasts longer than its minimum interval moves the day; it is never before
    `earliest_retreatment`.
    """
    timing = protocols[treatment.protocol].timing_of(treatment.product)
    worn_off = treatment.day + timedelta(days=timing.duration_days)
    return max(earliest_retreatment(treatment, history, protocols=protocols), worn_off)


def nameable(earliest: date, *, today: date) -> date | None:
    """Return the day that a text may name as the first for a visit; None once it has come."""
    return earliest if earliest > today else None


def wishes(
    treatment: Treatment,
    history: Sequence[Treatment],
    *,
    protocols: Mapping[str, Protocol],
    zone: str,
    left: LeftDays = NOTHING_LEFT,
) -> tuple[Wish, ...]:
    """List the texts that one treatment calls for, in the patient's `zone`; none on hold.

    After a newer treatment only the steps go on that do not stop for one. A booking no longer
    moves the texts that have `left`.
    """
    protocol = protocols[treatment.protocol]
    earliest = expected_retreatment(treatment, history, protocols=protocols)
    resume = _resume_day(history)
    found: list[Wish] = []
    for step in _running_steps(treatment, history, protocol):
        if step.offset.unit == "hours":
            nominals = [(treatment.treated_at + timedelta(hours=step.offset.amount), "")]
        else:
            asked = _asked_days(step, treatment.day, earliest)
            booked = resume if StopRule.BOOKED in step.stop_when else None
            days = _after_booking(step, asked, booked, left)
            nominals = [(_instant(treatment, step, day, zone), reason) for day, reason in days]
        found += [
            Wish(
                treatment, step, n, at, at + step.useful_for, earliest, protocol.precedence, reason
            )
            for n, (at, reason) in enumerate(nominals)
        ]
    return tuple(found)


def _running_steps(
    treatment: Treatment, history: Sequence[Treatment], protocol: Protocol
) -> tuple[Step, ...]:
    match standing_of(treatment, history).state:
        case PlanState.ACTIVE:
            return protocol.steps
        case PlanState.COMPLETED if _standing_of_patient(history).state is PlanState.ACTIVE:
            return tuple(s for s in protocol.steps if StopRule.RETREATED not in s.stop_when)
        case _:
            return ()


def _resume_day(history: Sequence[Treatment]) -> date | None:
    booked = [t.booked_for for t in history if t.booked_for and t.status is not Status.VOID]
    return max(booked) + RESUME_AFTER_BOOKING if booked else None


def _asked_days(step: Step, treated: date, earliest: date) -> list[date]:
    """The days the protocol asks for; a reminder counted from the treatment waits for the floor."""
    base, offset = (earliest if step.anchor is Anchor.EARLIEST else treated), step.offset
    counted = step.kind is Kind.RETREATMENT and step.anchor is Anchor.TREATMENT
    if counted and shifted_day(base, offset) < earliest:
        base, offset = earliest, Offset(0, offset.unit)
    return [_asked_day(base, offset, step.every, n) for n in range(step.times)]


def _asked_day(base: date, offset: Offset, every: Offset | None, n: int) -> date:
    """Count in one stride where the units allow it, so that a short month clamps only once."""
    if every is None or n == 0:
        return shifted_day(base, offset)
    if every.unit == offset.unit:
        return shifted_day(base, Offset(offset.amount + n * every.amount, offset.unit))
    return shifted_day(shifted_day(base, offset), Offset(n * every.amount, every.unit))


def _after_booking(
    step: Step, asked: Sequence[date], resume: date | None, left: LeftDays
) -> list[tuple[date, str]]:
    """Shift the days before `resume` to it, and keep the spacing after a shifted one.

    A text that left before that day did not wait, and stays where it was.
    """
    days: list[tuple[date, str]] = []
    shifted: date | None = None
    for n, day in enumerate(asked):
        least = shifted_day(shifted, step.every) if shifted and step.every else resume
        has_waited = least is not None and left.get((step.key, n), least) >= least
        shifted = least if least and day < least and has_waited else None
        reason = "waits until a week after the booked visit"
        days.append((shifted, reason) if shifted else (day, ""))
    return days


def _instant(treatment: Treatment, step: Step, day: date, zone: str) -> datetime:
    if step.at is None:
        raise ValueError(f"{treatment.protocol}, step {step.key}: a step in days needs a time")
    return local_instant(day, step.at, zone=zone)
