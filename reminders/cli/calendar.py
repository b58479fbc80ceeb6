"""One made-up treatment, planned by the real rules and written in the real words. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reminders.care.agenda import Call, Person, Slot, agenda
from reminders.care.consent import Standing
from reminders.care.hours import Hours, local_day
from reminders.care.message import State
from reminders.care.plan import earliest_retreatment, nameable, wishes
from reminders.care.segments import Segments, count
from reminders.care.treatment import Status, Treatment
from reminders.sending.writing import clinic_values
from reminders.settings import Clinic
from reminders.templates import Contact, Templates

MADE_UP_NAME = "Maria"
CONSENTING = Standing(care=True, marketing=True, stopped_at=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the calendar is to show: `treated_at` is an instant in UTC, `product` may be empty."""

    protocol: str
    product: str
    language: str
    treated_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of the calendar. `at` is local to the clinic; `day` counts from the treatment.

    `is_sent` is False for a text that hours or caps leave no room for; then `reason` says so.
    """

    step: str
    message_class: str
    day: int
    at: datetime
    is_sent: bool
    reason: str
    text: str
    size: Segments
    earliest: date


def calendar(
    asked: Asked, templates: Templates, *, clinic: Clinic, hours: Hours
) -> tuple[Entry, ...]:
    """Plan and write every text of one treatment for a patient who agreed to all of them.

    The patient lives in the clinic's zone and was never texted before.
    """
    treatment = Treatment(
        care_plan=1,
        ref="preview",
        patient=1,
        protocol=asked.protocol,
        product=asked.product,
        treated_at=asked.treated_at,
        day=local_day(asked.treated_at, zone=clinic.time_zone),
        interval_days=None,
        booked_for=None,
        status=Status.ACTIVE,
    )
    slots = _planned(treatment, templates, clinic=clinic, hours=hours, language=asked.language)
    return tuple(_written(slots, templates, clinic))


def _planned(
    treatment: Treatment, templates: Templates, *, clinic: Clinic, hours: Hours, language: str
) -> Sequence[Slot]:
    zone = clinic.time_zone
    person = Person(1, clinic.key, language, zone, (zone,), CONSENTING)
    wished = wishes(treatment, [treatment], protocols=templates.protocols, zone=zone)
    slots = agenda(
        [Call(wish, person) for wish in wished],
        known={},
        taken=(),
        hours={clinic.key: hours},
        now=treatment.treated_at,
    )
    return sorted(slots, key=lambda slot: slot.due_at)


def _written(slots: Sequence[Slot], templates: Templates, clinic: Clinic) -> Iterator[Entry]:
    """The first text that goes carries the introduction."""
    contact = Contact.FIRST
    for slot in slots:
        is_sent = slot.state is State.PLANNED
        text = _words(slot, templates, clinic=clinic, contact=contact)
        treatment = slot.wish.treatment
        earliest = earliest_retreatment(treatment, [treatment], protocols=templates.protocols)
        yield _entry(slot, text, earliest=earliest, zone=ZoneInfo(clinic.time_zone))
        contact = Contact.LATER if is_sent else contact


def _entry(slot: Slot, text: str, *, earliest: date, zone: ZoneInfo) -> Entry:
    at, step = slot.due_at.astimezone(zone), slot.wish.step
    return Entry(
        step=step.key,
        message_class=step.message_class.value,
        day=(at.date() - slot.wish.treatment.day).days,
        at=at,
        is_sent=slot.state is State.PLANNED,
        reason=slot.reason,
        text=text,
        size=count(text),
        earliest=earliest,
    )


def _words(slot: Slot, templates: Templates, *, clinic: Clinic, contact: Contact) -> str:
    wish, language = slot.wish, slot.person.language
    earliest = nameable(wish.earliest, today=local_day(slot.due_at, zone=slot.person.home))
    return templates.render(
        language=language,
        protocol=wish.treatment.protocol,
        text=wish.step.text,
        values=clinic_values(clinic)
        | {
            "first_name": MADE_UP_NAME,
            "earliest": templates.formatted_day(earliest, language=language) if earliest else "",
        },
        contact=contact,
    )
