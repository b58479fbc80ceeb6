"""What holds for every plan, whoever is treated with what and whenever we look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reminders.care.agenda import Slot, agenda
from reminders.care.caps import SEVEN_DAYS
from reminders.care.hours import DEFAULT_HOURS, is_civil, local_day
from reminders.care.message import State
from reminders.care.phone import texting_zones
from reminders.care.protocol import Kind, Offset
from reminders.care.treatment import Status, Treatment
from tests.care.lives import (
    AGREED,
    CARE_ONLY,
    NEW_YORK,
    Telephone,
    catalogue,
    person,
    protocol,
    step,
    swapped,
    treatment,
)

FIRST_DAY = date(2026, 1, 5)
ZONES = (NEW_YORK, "America/Los_Angeles", "Pacific/Honolulu", "America/St_Johns", "Europe/London")
CHANGING = (*ZONES, "Australia/Lord_Howe", "America/Asuncion", "Africa/Cairo")

several = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def treatments(draw: st.DrawFn, *, plan: int, patient: int, zone: str) -> Treatment:
    """A treatment in the first half of 2026, with whatever a clinic may write beside it."""
    key = draw(st.sampled_from(sorted(catalogue())))
    names = sorted(name for each in catalogue()[key].products for name in each.names)
    day = FIRST_DAY + timedelta(days=draw(st.integers(0, 170)))
    hour, minute = draw(st.integers(7, 21)), draw(st.sampled_from([0, 7, 30, 59]))
    booked = draw(st.none() | st.integers(0, 300))
    return treatment(
        plan,
        on=f"{day} {hour:02}:{minute:02}",
        protocol=key,
        product=draw(st.sampled_from(["", *names])),
        interval_days=draw(st.none() | st.integers(1, 200)),
        booked_for=None if booked is None else day + timedelta(days=booked),
        status=draw(st.sampled_from([Status.ACTIVE] * 6 + [Status.VOID])),
        patient=patient,
        zone=zone,
    )


@st.composite
def phones(draw: st.DrawFn, *, most_people: int = 2) -> Telephone:
    """A telephone in one zone, one or two patients who share it, each treated up to three times."""
    zone = draw(st.sampled_from(ZONES))
    people = []
    for number in range(1, draw(st.integers(1, most_people)) + 1):
        who = person(
            number,
            zone=zone,
            standing=draw(st.sampled_from([AGREED, CARE_ONLY])),
            language=draw(st.sampled_from(["en", "es"])),
        )
        plans = range(number * 10, number * 10 + draw(st.integers(1, 3)))
        people.append((who, [draw(treatments(plan=n, patient=number, zone=zone)) for n in plans]))
    return Telephone(people)


def moments(*, first: time = time(0), last: time = time(23, 59)) -> st.SearchStrategy[datetime]:
    """A moment of 2026, in UTC, between two times of day in New York."""
    minutes = st.integers(first.hour * 60 + first.minute, last.hour * 60 + last.minute)
    return st.builds(
        lambda day, minute: datetime.combine(
            FIRST_DAY + timedelta(days=day),
            time(minute // 60, minute % 60),
            tzinfo=ZoneInfo(NEW_YORK),
        ).astimezone(UTC),
        st.integers(0, 360),
        minutes,
    )


def planned(slots: tuple[Slot, ...]) -> list[Slot]:
    return [slot for slot in slots if slot.state is State.PLANNED]


def assert_civil(phone: Telephone, now: datetime) -> None:
    """Every planned text leaves in the hours of its class in each of its zones."""
    for slot in planned(phone.slots(now)):
        window = phone.hours.window(slot.wish.step.message_class)
        leaves = max(slot.due_at, now)
        assert now < slot.wish.until
        assert is_civil(leaves, window=window, zones=slot.person.zones, closed_days=frozenset())


# (1) Hours


@several
@given(phone=phones(), now=moments())
def test_no_text_is_planned_outside_the_patients_hours(phone: Telephone, now: datetime) -> None:
    assert_civil(phone, now)


def clock_changes(zone: str) -> Iterator[date]:
    """Every day from 2024 to 2030 on which the zone's clocks change."""
    day, offset = date(2024, 1, 1), None
    while day.year < 2031:
        noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).utcoffset()
        if offset not in (None, noon):
            yield day
        offset, day = noon, day + timedelta(days=1)


ROUND_THE_CLOCK = protocol(
    *(
        step(f"at-{n}", at=wall, offset=Offset(1, "days"), useful_for=timedelta(hours=20))
        for n, wall in enumerate(
            (
                "00:00",
                "00:30",
                "01:30",
                "02:00",
                "02:30",
                "03:00",
                "08:59",
                "09:00",
                "19:59",
                "23:30",
            )
        )
    )
)


@pytest.mark.parametrize("zone", CHANGING)
def test_no_text_leaves_outside_the_hours_on_any_clock_change_day(zone: str) -> None:
    generous = replace(DEFAULT_HOURS, per_day=99, per_seven_days=99)
    changes = list(clock_changes(zone))
    assert changes or zone == "Pacific/Honolulu"
    for day in changes:
        before = treatment(1, on=f"{day - timedelta(days=1)} 10:00", protocol="x", zone=zone)
        for number in ("+12125550100", "+18085550100"):
            _, both = texting_zones(None, clinic_zone=zone, phone=number)
            for zones in ((zone,), both):
                who = person(zone=zone, zones=zones)
                phone = Telephone([(who, [before])], hours=generous)
                phone.protocols = {"x": ROUND_THE_CLOCK}
                assert_civil(phone, before.treated_at)
                assert planned(phone.slots(before.treated_at)) or len(both) > 1


def test_the_recorded_zone_decides_alone() -> None:
    found = texting_zones("America/Chicago", clinic_zone=NEW_YORK, phone="+18085550100")
    assert found == ("America/Chicago", ("America/Chicago",))


# (2) Planning again


@several
@given(phone=phones(), now=moments())
def test_planning_again_at_once_changes_nothing(phone: Telephone, now: datetime) -> None:
    phone.plan(now)
    assert phone.plan(now) == ()


@several
@given(
    phone=phones(),
    now=moments(first=time(12), last=time(13)),
    minutes=st.integers(1, 90),
)
def test_planning_again_minutes_later_changes_nothing_that_time_itself_did_not(
    phone: Telephone, now: datetime, minutes: int
) -> None:
    assume(phone.people[0][0].home in (NEW_YORK, "America/St_Johns"))
    later = now + timedelta(minutes=minutes)
    assume(not any(now < call.wish.until <= later for call in phone.calls()))
    phone.plan(now)
    while due := [each for each in phone.planned().values() if each <= later]:
        if not phone.send(max(now, min(due)) + timedelta(seconds=3)):
            break
    assert phone.plan(later) == ()


# (3) Caps


def assert_caps_hold(instants: list[datetime], zone: str) -> None:
    instants = sorted(instants)
    days = [local_day(each, zone=zone) for each in instants]
    assert len(set(days)) == len(days)
    assert all(b - a >= SEVEN_DAYS for a, b in zip(instants, instants[3:], strict=False))


@several
@given(phone=phones(), now=moments())
def test_planned_and_left_texts_together_keep_the_caps(phone: Telephone, now: datetime) -> None:
    home = phone.people[0][0].home
    phone.live(now - timedelta(days=9), now)
    found = planned(phone.slots(now))
    assert_caps_hold([*phone.taken(), *(max(slot.due_at, now) for slot in found)], home)


@settings(several, max_examples=25)
@given(phone=phones(), start=moments(), again=st.lists(st.integers(1, 300), max_size=3))
def test_a_whole_life_keeps_the_caps_however_often_it_is_planned_again(
    phone: Telephone, start: datetime, again: list[int]
) -> None:
    now = start
    for days in [*sorted(again), 1500]:
        left = phone.live(now, start + timedelta(days=days))
        now = start + timedelta(days=days)
    assert_caps_hold(list(left.values()), phone.people[0][0].home)
    assert not phone.planned()


# (4) Precedence


@several
@given(phone=phones(), now=moments())
def test_no_text_moves_because_of_a_lower_kind(phone: Telephone, now: datetime) -> None:
    calls, everything = phone.calls(), phone.slots(now)
    for kind in Kind:
        higher = [call for call in calls if call.wish.step.kind.rank <= kind.rank]
        alone = agenda(higher, known={}, taken=(), hours={"k": phone.hours}, now=now)
        among = [slot for slot in everything if slot.wish.step.kind.rank <= kind.rank]
        assert set(alone) == set(among)


# (5) The floor


@several
@given(phone=phones(), now=moments())
def test_no_reminder_comes_or_offers_a_day_too_early(phone: Telephone, now: datetime) -> None:
    history_of = {who.id: history for who, history in phone.people}
    for slot in planned(phone.slots(now)):
        wish, own = slot.wish, history_of[slot.person.id]
        floor = _floor(wish.treatment, [t for t in own if t.status is not Status.VOID])
        assert wish.earliest >= floor
        if wish.step.kind is Kind.RETREATMENT:
            leaves = local_day(max(slot.due_at, now), zone=slot.person.home)
            assert leaves >= floor - timedelta(days=14)


def _floor(mine: Treatment, history: list[Treatment]) -> date:
    """The latest toxin treatment of any kind and the longest interval that it and ours ask for."""
    latest = max(history, key=lambda each: each.day)
    return latest.day + timedelta(days=max(_interval(mine), _interval(latest)))


def _interval(each: Treatment) -> int:
    label = catalogue()[each.protocol].timing_of(each.product).minimum_days
    return max(label, each.interval_days or 0)


# (6) and (7) One place, one voice


@several
@given(phone=phones(), now=moments())
def test_every_text_has_one_place_and_of_merged_texts_exactly_one_speaks(
    phone: Telephone, now: datetime
) -> None:
    phone.live(now - timedelta(days=3), now - timedelta(hours=1))
    slots = {slot.wish.key: slot for slot in phone.slots(now)}
    assert len(slots) == len(phone.slots(now))
    left = {key for key, row in phone.known.items() if row.left_at}
    for slot in slots.values():
        if slot.together_with is not None:
            speaker = slots.get(slot.together_with)
            assert slot.state is State.CANCELLED
            assert slot.together_with in left or (speaker and speaker.state is State.PLANNED)
    assert not left & set(slots)


@several
@given(phone=phones(), now=moments())
def test_one_day_sees_one_text_of_a_kind(phone: Telephone, now: datetime) -> None:
    asked: dict[tuple[Kind, date], int] = defaultdict(int)
    for slot in planned(phone.slots(now)):
        day = local_day(slot.wish.nominal, zone=slot.person.home)
        asked[(slot.wish.step.kind, day)] += 1
    assert set(asked.values()) <= {1}


# (8) A treatment that never was


@several
@given(phone=phones(most_people=1), now=moments(), data=st.data())
def test_voiding_a_later_treatment_restores_the_plan(
    phone: Telephone, now: datetime, data: st.DataObject
) -> None:
    who, history = phone.people[0]
    phone.plan(now)
    before = phone.planned()
    wrong = data.draw(treatments(plan=99, patient=who.id, zone=who.home))
    mistaken = swapped(phone, *history, replace(wrong, status=Status.ACTIVE))
    mistaken.plan(now)
    mended = swapped(mistaken, *history, replace(wrong, status=Status.VOID))
    mended.plan(now)
    assert mended.planned() == before


# (9) No chance


@several
@given(phone=phones(), now=moments(), data=st.data())
def test_the_order_of_patients_and_treatments_does_not_matter(
    phone: Telephone, now: datetime, data: st.DataObject
) -> None:
    shuffled = Telephone(
        [
            (who, data.draw(st.permutations(history)))
            for who, history in data.draw(st.permutations(phone.people))
        ]
    )
    assert set(shuffled.slots(now)) == set(phone.slots(now))
