"""Edits to a patient's record, one after another: what moves, what ends, what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reminders.care.message import State
from reminders.care.treatment import Status
from tests.care.lives import at, swapped, telephone, treatment

EARLY = at("2026-03-02 10:30")


def test_a_paused_patient_gets_what_is_still_ahead_when_the_pause_ends() -> None:
    phone = telephone(treatment())
    phone.plan(EARLY)
    phone.send(at("2026-03-02 11:00"))
    paused = swapped(phone, treatment(status=Status.PAUSED))
    paused.plan(at("2026-03-03 10:00"))
    assert paused.planned() == {}
    assert paused.planned() == {}
    resumed = swapped(paused, treatment())
    resumed.plan(at("2026-03-19 10:00"))
    states = resumed.states()
    assert states[(1, "aftercare", 0)] is State.SENT
    assert states[(1, "side-effects", 0)] is State.CANCELLED
    assert resumed.known[(1, "side-effects", 0)].reason == "the clinic paused this patient's texts"
    assert states[(1, "onset", 0)] is State.PLANNED  # four days of use have not passed yet
    assert states[(1, "onset-late", 0)] is State.PLANNED


@pytest.mark.parametrize("status", [Status.DECEASED, Status.MOVED])
def test_a_death_or_a_move_told_by_mistake_and_corrected_gives_everything_back(
    status: Status,
) -> None:
    phone = telephone(treatment())
    phone.plan(EARLY)
    before = phone.planned()
    ended = swapped(phone, treatment(status=status))
    ended.plan(at("2026-03-02 10:40"))
    assert ended.planned() == {}
    assert ended.planned() == {}
    back = swapped(ended, treatment())
    back.plan(at("2026-03-02 10:50"))
    assert back.planned() == before


def test_a_corrected_date_moves_what_has_not_left_and_repeats_nothing() -> None:
    phone = telephone(treatment())
    phone.live(EARLY, at("2026-03-06 12:00"))
    assert phone.states()[(1, "side-effects", 0)] is State.SENT
    later = swapped(phone, treatment(on="2026-03-04 10:00"))
    later.plan(at("2026-03-06 13:00"))
    assert later.states()[(1, "side-effects", 0)] is State.SENT
    assert later.days(step="onset") == [date(2026, 3, 18)]
    assert later.days(step="retreatment")[0] == date(2026, 5, 20)


def test_a_date_corrected_to_an_earlier_day_sends_at_once_what_is_still_useful() -> None:
    phone = telephone(treatment(on="2026-03-03 10:00"))
    phone.plan(at("2026-03-03 10:30"))
    phone.send(at("2026-03-03 11:00"))
    earlier = swapped(phone, treatment(on="2026-03-01 10:00"))
    now = at("2026-03-04 12:00")
    earlier.plan(now)
    assert earlier.planned()[(1, "side-effects", 0)] <= now


def test_an_hour_corrected_to_an_earlier_one_sends_late_aftercare_at_once() -> None:
    phone = telephone(treatment(on="2026-03-02 14:00"))
    phone.plan(at("2026-03-02 14:05"))
    earlier = swapped(phone, treatment(on="2026-03-02 11:00"))
    earlier.plan(at("2026-03-02 14:10"))
    assert earlier.planned()[(1, "aftercare", 0)] == at("2026-03-02 12:00")


def test_a_void_newer_treatment_gives_the_older_plan_back() -> None:
    old, new = treatment(1), treatment(2, on="2026-03-30 10:00")
    phone = telephone(old)
    phone.plan(EARLY)
    phone.send(at("2026-03-02 11:00"))
    before = phone.planned()
    retreated = swapped(phone, old, new)
    retreated.plan(at("2026-03-03 09:00"))
    assert {key[0] for key in retreated.planned()} == {2}
    assert retreated.known[(1, "onset", 0)].reason == "treated again on 2026-03-30"
    voided = swapped(retreated, old, replace(new, status=Status.VOID))
    voided.plan(at("2026-03-03 09:10"))
    assert voided.planned() == before


def test_a_past_booking_without_a_treatment_lets_reminders_resume_a_week_after() -> None:
    phone = telephone(treatment(booked_for=date(2026, 6, 3)))
    phone.plan(at("2026-06-20 12:00"))
    first = phone.known[(1, "retreatment", 0)]
    assert first.state is State.PLANNED
    assert first.due_at < at("2026-06-20 12:00")  # it was due on 10 June and goes at once
    assert phone.days(step="retreatment")[1:] == [date(2026, 7, 8), date(2026, 8, 5)]


def test_a_cancelled_booking_brings_the_reminders_back() -> None:
    phone = telephone(treatment())
    phone.plan(EARLY)
    before = phone.planned()
    booked = swapped(phone, treatment(booked_for=date(2026, 6, 3)))
    booked.plan(EARLY)
    assert booked.days(step="retreatment")[0] == date(2026, 6, 10)
    freed = swapped(booked, treatment())
    freed.plan(EARLY)
    assert freed.planned() == before


def test_a_year_of_one_patient_runs_in_the_order_of_the_protocol() -> None:
    left = telephone(treatment()).live(EARLY, at("2028-04-01 10:00"))
    in_order = [key[1:] for key, _ in sorted(left.items(), key=lambda pair: pair[1])]
    assert in_order == [
        ("aftercare", 0),
        ("side-effects", 0),
        ("side-effects-late", 0),
        ("onset", 0),
        ("onset-late", 0),
        ("wear-off", 0),
        ("retreatment", 0),
        ("retreatment", 1),
        ("retreatment", 2),
        ("anniversary", 0),
        ("anniversary", 1),
    ]
