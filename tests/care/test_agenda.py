"""One telephone's texts together: refusals, merging, who speaks, who gives way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.care.agenda import Key, Known, Person, Slot, agenda, left_days
from reminders.care.changes import End
from reminders.care.consent import NOTHING_SAID
from reminders.care.hours import DEFAULT_HOURS
from reminders.care.message import State
from reminders.care.protocol import Anchor, Kind, Offset, Step
from reminders.care.treatment import Status
from tests.care.lives import (
    AGREED,
    CARE_ONLY,
    NEW_YORK,
    Telephone,
    at,
    person,
    protocol,
    reasons,
    step,
    swapped,
    telephone,
    treatment,
)

EARLY = at("2026-03-02 10:30")
SPOKEN_FOR = "one text that day speaks for this treatment too"


def _states(phone: Telephone, now: datetime = EARLY) -> dict[Key, State]:
    return {slot.wish.key: slot.state for slot in phone.slots(now)}


def _of_kind(phone: Telephone, kind: Kind, now: datetime = EARLY) -> list[Slot]:
    return [slot for slot in phone.slots(now) if slot.wish.step.kind is kind]


def _speakers(slots: list[Slot]) -> list[str]:
    return [s.wish.treatment.protocol for s in slots if s.state is State.PLANNED]


# Refusals


def test_without_consent_every_text_is_cancelled_and_says_why() -> None:
    phone = telephone(treatment(), who=person(standing=NOTHING_SAID))
    assert set(_states(phone).values()) == {State.CANCELLED}
    assert set(reasons(phone.slots(EARLY)).values()) == {"no consent to care texts"}


def test_cosmetic_reminders_wait_for_written_consent_and_check_ins_do_not() -> None:
    phone = telephone(treatment(protocol="cosmetic-lines"), who=person(standing=CARE_ONLY))
    told = reasons(phone.slots(EARLY))
    marketing = {key for key, why in told.items() if why == "no written consent to marketing texts"}
    assert {step for _, step, _ in marketing} == {"retreatment", "anniversary"}
    assert _states(phone)[(1, "side-effects", 0)] is State.PLANNED


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (person(trouble="the number cannot be texted: a landline"), "cannot be texted: a landline"),
        (person(zones=()), "no time zone is known for this patient"),
        (
            person(standing=replace(AGREED, stopped_at=datetime(2026, 3, 1, tzinfo=UTC))),
            "the number sent STOP on 2026-03-01 00:00 UTC",
        ),
    ],
)
def test_a_number_that_may_not_be_texted_gets_nothing(who: Person, reason: str) -> None:
    told = reasons(telephone(treatment(), who=who).slots(EARLY))
    assert all(reason in why for why in told.values())


def test_past_steps_of_a_back_dated_treatment_are_skipped_visibly() -> None:
    phone = telephone(treatment(on="2026-02-01 10:00"))
    slots = {slot.wish.key: slot for slot in phone.slots(EARLY)}
    aftercare = slots[(1, "aftercare", 0)]
    assert aftercare.state is State.EXPIRED
    assert aftercare.reason == "over before it could be planned: useful until 2026-02-01 22:00 UTC"
    assert slots[(1, "onset-late", 0)].state is State.PLANNED


def test_a_step_is_past_only_when_its_usefulness_is_over() -> None:
    phone, over = telephone(treatment()), at("2026-03-02 17:00")
    late = {slot.wish.key: slot for slot in phone.slots(over - timedelta(seconds=1))}
    assert late[(1, "aftercare", 0)].state is State.PLANNED
    assert late[(1, "aftercare", 0)].due_at == at("2026-03-02 11:00")
    assert _states(phone, over)[(1, "aftercare", 0)] is State.EXPIRED


def test_aftercare_found_six_hours_late_is_not_sent_and_says_so() -> None:
    phone = telephone(treatment())
    phone.plan(EARLY)
    phone.plan(at("2026-03-02 17:00"))
    row = phone.known[(1, "aftercare", 0)]
    assert (row.state, row.reason) == (
        State.EXPIRED,
        "not sent in time: useful until 2026-03-02 22:00 UTC",
    )


def test_a_text_about_to_leave_is_called_back_when_consent_goes() -> None:
    phone = telephone(treatment())
    phone.plan(EARLY)
    key = (1, "aftercare", 0)
    phone.known[key] = replace(
        phone.known[key], state=State.CLAIMED, left_at=at("2026-03-02 11:00")
    )
    phone.people = [(person(standing=NOTHING_SAID), [treatment()])]
    ends = [c for c in phone.plan(at("2026-03-02 11:00")) if isinstance(c, End)]
    assert End(phone.known[key].message_id, State.CANCELLED, "no consent to care texts") in ends
    assert phone.known[key].state is State.CANCELLED


# One text for several


def test_two_sites_treated_in_one_visit_get_one_text_of_each_kind() -> None:
    phone = telephone(treatment(1), treatment(2, on="2026-03-02 10:20"))
    slots = phone.slots(EARLY)
    spoken = {slot.wish.key: slot.together_with for slot in slots if slot.reason == SPOKEN_FOR}
    assert spoken == {(2, step, n): (1, step, n) for plan, step, n in _states(phone) if plan == 2}
    assert all(slot.state is State.CANCELLED for slot in slots if slot.wish.key in spoken)


@pytest.mark.parametrize(
    ("treated", "speaks"),
    [
        (("blepharospasm", "cervical-dystonia"), "cervical-dystonia"),
        (("limb-spasticity", "blepharospasm"), "blepharospasm"),
        (("writers-cramp", "limb-spasticity"), "limb-spasticity"),
        (("cosmetic-lines", "writers-cramp"), "writers-cramp"),
        (("chronic-migraine", "cosmetic-lines", "cervical-dystonia"), "cervical-dystonia"),
    ],
)
def test_when_several_sites_are_treated_the_gravest_warning_speaks(
    treated: tuple[str, ...], speaks: str
) -> None:
    each = [treatment(n, protocol=key) for n, key in enumerate(treated, start=1)]
    phone = telephone(*each)
    assert _speakers(_of_kind(phone, Kind.AFTERCARE)) == [speaks]
    day_3 = [s for s in _of_kind(phone, Kind.SIDE_EFFECTS) if s.wish.step.key == "side-effects"]
    assert _speakers(day_3) == [speaks]


def test_a_care_reminder_speaks_for_a_cosmetic_one_of_the_same_day() -> None:
    face, head = treatment(1, protocol="cosmetic-lines"), treatment(2, protocol="chronic-migraine")
    phone = telephone(face, head)
    reminders = _of_kind(phone, Kind.RETREATMENT)
    assert set(_speakers(reminders)) == {"chronic-migraine"}
    assert {s.together_with is None for s in reminders if s.wish.treatment is face} == {False}


def test_of_reminders_the_one_that_names_the_latest_day_speaks() -> None:
    """One is asked three weeks ahead and one two, so that both fall on one day."""
    ahead = {
        "soon": protocol(_reminder(-14), minimum=91, precedence=9),
        "later": protocol(_reminder(-21), minimum=98, duration=98),
    }
    people = [
        (person(n), [treatment(n, protocol=key, patient=n)]) for n, key in enumerate(ahead, 1)
    ]
    first, second = Telephone(people, protocols=ahead).slots(EARLY)
    assert (first.wish.treatment.protocol, first.state) == ("later", State.PLANNED)
    assert first.wish.earliest == date(2026, 6, 8)
    assert second.together_with == first.wish.key


def _reminder(days: int) -> Step:
    return step(
        "reminder", kind=Kind.RETREATMENT, anchor=Anchor.EARLIEST, offset=Offset(days, "days")
    )


def test_patients_who_share_a_telephone_get_one_text_whatever_they_read() -> None:
    mother = (person(1, language="es"), [treatment(1, patient=1)])
    child = (person(2, language="en"), [treatment(2, on="2026-03-02 10:20", patient=2)])
    phone = Telephone([mother, child])
    found = _of_kind(phone, Kind.AFTERCARE)
    assert [(s.person.id, s.state) for s in found] == [(1, State.PLANNED), (2, State.CANCELLED)]


def test_a_patient_without_consent_is_not_spoken_for() -> None:
    mother = (person(1), [treatment(1, patient=1)])
    child = (person(2, standing=NOTHING_SAID), [treatment(2, patient=2)])
    told = reasons(Telephone([mother, child]).slots(EARLY))
    assert told[(2, "aftercare", 0)] == "no consent to care texts"


def test_two_clinics_never_speak_for_each_other_and_share_the_caps() -> None:
    here = (person(1, clinic="a"), [treatment(1, patient=1)])
    there = (person(2, clinic="b"), [treatment(2, on="2026-03-02 10:20", patient=2)])
    found = _of_kind(Telephone([here, there]), Kind.AFTERCARE)
    assert [s.state for s in found] == [State.PLANNED, State.EXPIRED]
    assert found[1].reason == "no room while it was useful: no more than 1 a day to one number"
    onset = [s.due_at for s in _of_kind(Telephone([here, there]), Kind.ONSET)]
    assert len({due.date() for due in onset}) == len(onset)


def test_when_the_first_voice_finds_no_room_another_speaks() -> None:
    short = step(kind=Kind.ONSET, useful_for=timedelta(hours=1), at="19:30")
    long = replace(short, useful_for=timedelta(days=3))
    found = _two(short, long, now=at("2026-03-16 20:15"))
    assert [(s.wish.treatment.protocol, s.state) for s in found] == [
        ("long", State.PLANNED),
        ("short", State.CANCELLED),
    ]
    assert found[1].together_with == found[0].wish.key


def test_when_no_voice_finds_room_each_says_why() -> None:
    short = step(kind=Kind.ONSET, useful_for=timedelta(hours=1), at="19:30")
    found = _two(short, short, now=at("2026-03-16 20:15"))
    assert [s.state for s in found] == [State.EXPIRED, State.EXPIRED]
    assert all(s.reason.startswith("no room") or "texting hour" in s.reason for s in found)


def _two(short: Step, long: Step, *, now: datetime) -> list[Slot]:
    each = [treatment(1, protocol="short"), treatment(2, protocol="long")]
    phone = telephone(*each)
    phone.protocols = {"short": protocol(short, precedence=9), "long": protocol(long)}
    return list(phone.slots(now))


# What has left


def test_a_second_site_that_comes_to_us_later_is_spoken_for_by_the_text_that_left() -> None:
    phone = telephone(treatment(1))
    phone.plan(EARLY)
    phone.send(at("2026-03-02 11:00"))
    phone = swapped(phone, treatment(1), treatment(2, on="2026-03-02 10:20"))
    slots = {slot.wish.key: slot for slot in phone.slots(at("2026-03-02 12:00"))}
    aftercare = slots[(2, "aftercare", 0)]
    assert (aftercare.reason, aftercare.together_with) == (SPOKEN_FOR, (1, "aftercare", 0))
    assert (1, "aftercare", 0) not in slots


@pytest.mark.parametrize("state", [State.SENT, State.UNDELIVERED, State.FAILED, State.UNCERTAIN])
def test_a_text_spoken_for_by_one_that_left_never_goes_by_itself(state: State) -> None:
    phone = telephone(treatment(1), treatment(2, on="2026-03-02 10:20"))
    phone.plan(EARLY)
    phone.send(at("2026-03-02 11:00"))
    first = (1, "aftercare", 0)
    phone.known[first] = replace(phone.known[first], state=state)
    redated = swapped(phone, treatment(1), treatment(2, on="2026-03-03 10:20"))
    assert (2, "aftercare", 0) not in _states(redated, at("2026-03-02 12:00"))


def test_a_text_whose_speaker_was_put_back_may_speak_itself() -> None:
    phone = telephone(treatment(1), treatment(2, on="2026-03-02 10:20"))
    phone.plan(EARLY)
    alone = swapped(phone, treatment(1, status=Status.VOID), treatment(2, on="2026-03-02 10:20"))
    alone.plan(EARLY)
    assert alone.planned()[(2, "aftercare", 0)] == at("2026-03-02 11:20")
    assert alone.known[(1, "aftercare", 0)].reason == "the clinic marked the treatment void"


def test_a_text_that_waits_for_a_booking_takes_the_second_site_along_when_it_leaves() -> None:
    booked = date(2026, 6, 3)
    both = treatment(1, booked_for=booked), treatment(2, on="2026-03-02 10:20")
    phone = telephone(*both)
    phone.plan(at("2026-06-08 12:00"))
    assert phone.send(at("2026-06-10 12:00")) == [(1, "retreatment", 0)]
    assert phone.plan(at("2026-06-10 12:05")) == ()
    assert phone.days(step="retreatment") == [date(2026, 7, 8), date(2026, 8, 5)]


def test_left_days_are_the_patients_and_name_the_one_that_spoke() -> None:
    left = at("2026-03-02 21:00")
    due = at("2026-03-02 11:00")
    rows = [
        Known(1, (1, "aftercare", 0), State.SENT, due, due, left_at=left),
        Known(2, (2, "aftercare", 0), State.CANCELLED, due, due, together_with=(1, "aftercare", 0)),
        Known(3, (2, "onset", 0), State.CANCELLED, due, due, together_with=(9, "onset", 0)),
        Known(4, (2, "wear-off", 0), State.UNCERTAIN, due, due),
    ]
    known = {row.key: row for row in rows}
    assert left_days(known, care_plan=1, zone="UTC") == {("aftercare", 0): date(2026, 3, 3)}
    assert left_days(known, care_plan=2, zone=NEW_YORK) == {
        ("aftercare", 0): date(2026, 3, 2),
        ("wear-off", 0): date(2026, 3, 2),
    }


# Who gives way


def test_a_reminder_gives_way_to_a_check_in_of_the_same_day() -> None:
    reminder = step("reminder", kind=Kind.RETREATMENT, at="09:00", useful_for=timedelta(days=3))
    check_in = step("check-in", at="18:00")
    phone = telephone(treatment(protocol="x"))
    phone.protocols = {"x": protocol(reminder, check_in, minimum=14, duration=14)}
    phone.plan(EARLY)
    due = phone.planned()
    assert due[(1, "check-in", 0)].date() == date(2026, 3, 16)
    assert due[(1, "reminder", 0)] == at("2026-03-17 09:00")
    assert phone.known[(1, "reminder", 0)].reason == "moved: no more than 1 a day to one number"


def test_after_three_texts_in_seven_days_a_fourth_waits_or_is_over() -> None:
    left = [at("2026-03-11 10:00"), at("2026-03-12 10:00"), at("2026-03-13 10:00")]
    phone = telephone(treatment())
    slots = agenda(
        phone.calls(), known={}, taken=left, hours={"k": DEFAULT_HOURS}, now=at("2026-03-13 12:00")
    )
    onset = next(s for s in slots if s.wish.step.key == "onset")
    assert onset.due_at == at("2026-03-18 10:15")
    assert onset.reason == "moved: no more than 3 in seven days to one number"
    late = next(s for s in slots if s.wish.step.key == "side-effects-late")
    assert late.state is State.EXPIRED


def test_a_late_text_that_goes_at_once_fills_the_day_on_which_it_goes() -> None:
    yesterday = step("yesterday", kind=Kind.SIDE_EFFECTS)
    today = step("today", offset=Offset(15, "days"))
    phone = telephone(treatment(protocol="x"))
    phone.protocols = {"x": protocol(yesterday, today)}
    phone.plan(at("2026-03-17 09:30"))
    assert phone.planned()[(1, "yesterday", 0)] < at("2026-03-17 09:30")
    assert phone.planned()[(1, "today", 0)] == at("2026-03-18 10:00")


def test_a_text_about_to_leave_counts_against_the_caps() -> None:
    phone = telephone(
        treatment(1), treatment(2, on="2026-02-16 10:00", protocol="chronic-migraine")
    )
    key = (2, "onset", 0)
    due = at("2026-03-02 10:00")
    phone.known[key] = Known(1, key, State.CLAIMED, due, due + timedelta(days=4), left_at=EARLY)
    assert _states(phone)[(1, "aftercare", 0)] is State.EXPIRED
