"""The ladder: who is told of an escalation, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from reminders.care.effect import Level
from reminders.care.escalation import DEADLINES, Member, Rung, rung
from reminders.care.window import EVERY_DAY, MIDNIGHT, Window

ZONE = "America/New_York"
ALWAYS = Window(MIDNIGHT, MIDNIGHT, EVERY_DAY, on_holidays=True)
DAYS = Window(time(9), time(17), EVERY_DAY, on_holidays=True)
ANNE = Member("Testina Nurse", "+12125550101", ALWAYS)
BERT = Member("Sample Doctor", "+12125550102", DAYS)
CARA = Member("Example Desk", "+12125550103", ALWAYS)
EVERYBODY = (BERT, ANNE, CARA)
NOON = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
LATE = datetime(2026, 6, 2, 3, 10, tzinfo=UTC)
"""23:10 on June 1 in New York."""

TO_THE_TELEPHONE = Rung((), tell_patient=True, is_last=True)


def _climbed(members: tuple[Member, ...], now: datetime, *, rungs: int) -> list[Rung]:
    return [rung(number, members, zone=ZONE, now=now) for number in range(rungs)]


def test_each_person_on_call_is_told_in_turn_then_all_then_the_patient_is_sent_to_the_phone() -> (
    None
):
    assert _climbed(EVERYBODY, NOON, rungs=6) == [
        Rung((BERT,)),
        Rung((ANNE,)),
        Rung((CARA,)),
        Rung(EVERYBODY),
        TO_THE_TELEPHONE,
        TO_THE_TELEPHONE,
    ]


def test_at_night_those_on_call_come_first_and_the_others_hear_of_it_with_all() -> None:
    assert _climbed(EVERYBODY, LATE, rungs=4) == [
        Rung((ANNE,)),
        Rung((CARA,)),
        Rung(EVERYBODY),
        TO_THE_TELEPHONE,
    ]


def test_with_nobody_on_call_everybody_is_told_at_once() -> None:
    assert _climbed((BERT,), LATE, rungs=2) == [Rung((BERT,)), TO_THE_TELEPHONE]


def test_without_any_name_the_patient_is_sent_to_the_telephone_at_once() -> None:
    assert rung(0, (), zone=ZONE, now=NOON) == TO_THE_TELEPHONE


@pytest.mark.parametrize("members", [(), (BERT,), (ANNE,), EVERYBODY])
@pytest.mark.parametrize("now", [NOON, LATE])
def test_every_ladder_ends_and_ends_at_the_patients_own_telephone(
    members: tuple[Member, ...], now: datetime
) -> None:
    climbed = _climbed(members, now, rungs=len(members) + 2)
    last = next(each for each in climbed if each.is_last)
    assert last.tell_patient
    told = {member for each in climbed for member in each.members}
    assert told == set(members)


def test_on_call_hours_hold_in_the_clinics_own_zone() -> None:
    nine_in_new_york = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
    people = (BERT, ANNE)
    assert rung(0, people, zone=ZONE, now=nine_in_new_york) == Rung((BERT,))
    assert rung(0, people, zone="America/Los_Angeles", now=nine_in_new_york) == Rung((ANNE,))


def test_an_emergency_climbs_sooner_than_an_urgent_matter() -> None:
    assert DEADLINES.keys() == set(Level)
    assert DEADLINES[Level.EMERGENCY] < DEADLINES[Level.URGENT]
