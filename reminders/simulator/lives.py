"""How each kind of life goes: the visits and the later news that the clinic tells us about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from reminders.care.hours import local_day, local_instant
from reminders.care.protocol import Protocol
from reminders.care.treatment import Agreement, Status, TreatmentRow
from reminders.simulator.cast import Life, Person
from reminders.simulator.script import Arrival

DESK_WORK = timedelta(minutes=10)
"""From the end of a treatment until the clinic's export tells us about it."""


@dataclass(frozen=True, slots=True)
class PatientFile:
    """One patient's year to come. `zone` is the clinic's; nobody comes after `last_day`."""

    person: Person
    zone: str
    protocol: Protocol
    dice: Random
    last_day: date

    def visit(self, day: date, *, at: time | None = None) -> TreatmentRow:
        """Return the row of a treatment on the first working day from `day` on."""
        person, day = self.person, workday(day)
        treated_at = local_instant(day, at or self._clock_time(), zone=self.zone)
        agreed = person.agreement is not Agreement.NONE
        return TreatmentRow(
            line=1,
            treatment_id=f"{person.ref}-{day:%Y%m%d}",
            patient_id=person.ref,
            first_name=person.first_name,
            last_name=person.last_name,
            phone=person.phone,
            language=person.language,
            time_zone=person.time_zone,
            protocol=person.protocol,
            product=person.product,
            site="",
            treated_at=treated_at,
            time_known=True,
            agreement=person.agreement,
            agreed_at=treated_at if agreed else None,
            agreement_source="form at the front desk" if agreed else "",
            interval_days=person.interval_days,
            booked_for=None,
            status=Status.ACTIVE,
        )

    def due(self, row: TreatmentRow) -> date:
        """Return the day from which the patient should come again."""
        timing = self.protocol.timing_of(row.product)
        own = row.interval_days or 0
        days = max(timing.duration_days, timing.minimum_days, own)
        return local_day(row.treated_at, zone=self.zone) + timedelta(days=days)

    def some_days(self, least: int, most: int) -> timedelta:
        """Throw the dice for a number of days, both ends included."""
        return timedelta(days=self.dice.randint(least, most))

    def noon(self, day: date) -> datetime:
        """Return noon at the clinic, when its desk has time to write."""
        return local_instant(day, time(12), zone=self.zone)

    def _clock_time(self) -> time:
        return time(self.dice.randint(9, 16), 15 * self.dice.randint(0, 3))


def workday(day: date) -> date:
    """Return the day itself, or Monday when it falls on a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def told(*rows: TreatmentRow, at: datetime | None = None) -> Arrival:
    """Return the arrival of these rows, by default soon after the treatment."""
    return Arrival(at or rows[0].treated_at + DESK_WORK, rows)


def live(file: PatientFile, day: date) -> Iterator[Arrival]:
    """Yield all that the clinic tells us about this patient, the first visit being on `day`."""
    return _LIVES[file.person.life](file, file.visit(day))


def _returns(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)
    yield from _comes_back(file, row)


def _comes_back(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    day = file.due(row) + file.some_days(0, 12)
    while day <= file.last_day:
        row = file.visit(day)
        yield told(row)
        day = file.due(row) + file.some_days(0, 12)


def _books(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)
    while file.due(row) <= file.last_day:
        visit = file.visit(file.due(row) + file.some_days(1, 5))
        yield _booked(file, row, visit)
        yield told(visit)
        row = visit


def _booked(file: PatientFile, row: TreatmentRow, visit: TreatmentRow) -> Arrival:
    """The patient answers the reminder, which goes two weeks before the due day."""
    booked_for = local_day(visit.treated_at, zone=file.zone)
    called_on = workday(file.due(row) - file.some_days(8, 12))
    return told(replace(row, booked_for=booked_for), at=file.noon(called_on))


def _misses(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)
    yield _booked(file, row, file.visit(file.due(row) + file.some_days(1, 5)))


def _stays_away(_file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)


def _dies(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)
    yield _marked(file, row, Status.DECEASED, after=file.some_days(20, 40))


def _moves(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    yield told(row)
    yield _marked(file, row, Status.MOVED, after=file.some_days(20, 60))


def _pauses(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    """Paused on the next day: the check-ins of three weeks must not go, the later ones must."""
    yield told(row)
    yield _marked(file, row, Status.PAUSED, after=timedelta(days=1))
    yield _marked(file, row, Status.ACTIVE, after=timedelta(days=22))


def _marked(file: PatientFile, row: TreatmentRow, status: Status, *, after: timedelta) -> Arrival:
    day = workday(local_day(row.treated_at, zone=file.zone) + after)
    return told(replace(row, status=status), at=file.noon(day))


def _corrected(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    """The first export says a day too late; the next one puts it right."""
    right = file.visit(local_day(row.treated_at, zone=file.zone) + timedelta(days=1))
    wrong = replace(right, treated_at=right.treated_at + timedelta(days=1))
    yield told(wrong)
    yield told(right, at=wrong.treated_at + timedelta(hours=20))
    yield from _comes_back(file, right)


def _evening(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    """The aftercare would fall into the night."""
    late = file.visit(local_day(row.treated_at, zone=file.zone), at=time(20, 30))
    yield told(late)
    yield from _comes_back(file, late)


def _two_sites(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    while local_day(row.treated_at, zone=file.zone) <= file.last_day:
        second = replace(row, treatment_id=row.treatment_id + "b", protocol=file.person.also)
        yield told(row, second)
        row = file.visit(file.due(row) + file.some_days(0, 12))


def _late_papers(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    day = local_day(row.treated_at, zone=file.zone)
    yield told(row, at=file.noon(workday(day + timedelta(days=5))))
    yield from _comes_back(file, row)


def _from_before(file: PatientFile, row: TreatmentRow) -> Iterator[Arrival]:
    """Past steps are skipped; what is still useful goes."""
    began = local_day(row.treated_at, zone=file.zone)
    yield told(file.visit(began - timedelta(days=210)), at=file.noon(began))


_LIVES: Mapping[Life, Callable[[PatientFile, TreatmentRow], Iterator[Arrival]]] = {
    Life.RETURNS: _returns,
    Life.BOOKS: _books,
    Life.MISSES: _misses,
    Life.STAYS_AWAY: _stays_away,
    Life.DIES: _dies,
    Life.PAUSES: _pauses,
    Life.MOVES: _moves,
    Life.CORRECTED: _corrected,
    Life.EVENING: _evening,
    Life.TWO_SITES: _two_sites,
    Life.LATE_PAPERS: _late_papers,
    Life.FROM_BEFORE: _from_before,
}
