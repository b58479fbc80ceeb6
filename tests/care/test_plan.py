"""Which texts a treatment calls for, when, and what ends or holds them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reminders.care.plan import (
    LeftDays,
    PlanState,
    Wish,
    earliest_retreatment,
    expected_retreatment,
    nameable,
    standing_of,
    wishes,
)
from reminders.care.protocol import Kind, Offset, Protocol
from reminders.care.treatment import Status, Treatment
from tests.care.lives import BOOKED, NEW_YORK, at, catalogue, protocol, step, treatment


def _wishes(mine: Treatment, *others: Treatment, **more: LeftDays) -> tuple[Wish, ...]:
    history = [mine, *others]
    return wishes(mine, history, protocols=catalogue(), zone=NEW_YORK, left=more.get("left", {}))


def _days(found: tuple[Wish, ...], key: str) -> list[date]:
    return [w.nominal.date() for w in found if w.step.key == key]


def _own(mine: Treatment, own: Protocol, *, zone: str = NEW_YORK, **more: LeftDays) -> list[date]:
    found = wishes(mine, [mine], protocols={"x": own}, zone=zone, left=more.get("left", {}))
    return [wish.nominal.date() for wish in found]


def test_aftercare_comes_one_hour_after_the_treatment_and_is_useful_for_six() -> None:
    aftercare = next(w for w in _wishes(treatment()) if w.step.kind is Kind.AFTERCARE)
    assert aftercare.nominal == at("2026-03-02 11:00")
    assert aftercare.until == at("2026-03-02 17:00")
    assert aftercare.key == (1, "aftercare", 0)


def test_check_ins_and_reminders_come_on_the_days_of_the_catalogue_at_the_local_hour() -> None:
    found = _wishes(treatment())
    day = date(2026, 3, 2)
    assert [(w.step.key, (w.nominal.date() - day).days) for w in found[1:]] == [
        ("side-effects", 3),
        ("side-effects-late", 10),
        ("onset", 14),
        ("onset-late", 42),
        ("wear-off", 63),
        ("retreatment", 77),
        ("retreatment", 105),
        ("retreatment", 133),
        ("anniversary", 365),
        ("anniversary", 731),  # 2 March 2028, after a leap day
    ]
    assert found[1].nominal == at("2026-03-05 10:00")
    assert found[3].nominal == at("2026-03-16 10:00")  # on summer time by then


def test_a_text_goes_by_the_wall_clock_of_the_patient_and_not_of_the_clinic() -> None:
    mine = treatment()
    found = wishes(mine, [mine], protocols=catalogue(), zone="America/Los_Angeles")
    assert found[1].nominal == at("2026-03-05 10:00", "America/Los_Angeles")


def test_the_wear_off_check_in_comes_two_weeks_before_the_first_reminder() -> None:
    for key, each in catalogue().items():
        found = _wishes(treatment(protocol=key))
        (asked,), reminded = _days(found, "wear-off"), _days(found, "retreatment")
        assert reminded[0] - asked == timedelta(days=14), key
        assert found[-1].earliest - reminded[0] == timedelta(days=14), key
        assert each.timing.minimum_days in (84, 91)


@pytest.mark.parametrize(
    ("key", "product", "floor"),
    [
        ("chronic-migraine", "Botox", 84),
        ("cervical-dystonia", "Botox", 91),
        ("cervical-dystonia", " dysport ", 84),
        ("limb-spasticity", "Dysport child", 112),
        ("cosmetic-lines", "a brand that nobody knows", 91),
    ],
)
def test_the_product_and_the_protocol_set_the_floor(key: str, product: str, floor: int) -> None:
    mine = treatment(protocol=key, product=product)
    assert _earliest(mine) == mine.day + timedelta(days=floor)


def _earliest(mine: Treatment, *others: Treatment) -> date:
    return earliest_retreatment(mine, [mine, *others], protocols=catalogue())


def test_the_clinicians_own_interval_raises_the_floor_and_never_lowers_it() -> None:
    day = date(2026, 3, 2)
    assert _earliest(treatment(interval_days=120)) == day + timedelta(days=120)
    assert _earliest(treatment(interval_days=30)) == day + timedelta(days=91)


def test_the_clinicians_own_interval_is_the_patients_in_every_protocol() -> None:
    neck = treatment(1, on="2026-01-05 10:00", interval_days=150)
    face = treatment(2, on="2026-03-02 10:00", protocol="cosmetic-lines")
    assert _earliest(face, neck) == date(2026, 3, 2) + timedelta(days=150)


def test_a_newer_treatment_without_an_own_interval_ends_the_older_ones_interval() -> None:
    old = treatment(1, on="2025-11-03 10:00", interval_days=300)
    new = treatment(2)
    assert _earliest(new, old) == new.day + timedelta(days=91)


def test_the_interval_counts_from_the_latest_toxin_treatment_of_any_kind() -> None:
    migraine = treatment(1, on="2026-01-05 10:00", protocol="chronic-migraine")
    face = treatment(2, on="2026-03-02 10:00", protocol="cosmetic-lines")
    assert _earliest(migraine, face) == date(2026, 3, 2) + timedelta(days=91)
    first = _days(_wishes(migraine, face), "retreatment")[0]
    assert first == date(2026, 3, 2) + timedelta(days=91 - 14)


def test_a_longer_floor_of_the_older_treatment_holds_from_the_newer_ones_day() -> None:
    child = treatment(1, on="2026-01-05 10:00", protocol="limb-spasticity", product="Dysport child")
    neck = treatment(2, on="2026-02-02 10:00", product="Dysport")
    assert _earliest(child, neck) == date(2026, 2, 2) + timedelta(days=112)


def test_a_void_treatment_does_not_raise_the_floor() -> None:
    neck = treatment(1, on="2026-01-05 10:00")
    face = treatment(2, protocol="cosmetic-lines", status=Status.VOID, interval_days=200)
    assert _earliest(neck, face) == date(2026, 1, 5) + timedelta(days=91)
    assert _earliest(face, neck) == date(2026, 3, 2) + timedelta(days=200)


def test_a_treatment_by_a_protocol_that_is_gone_counts_with_the_others_floor() -> None:
    neck = treatment(1, on="2026-01-05 10:00")
    gone = treatment(2, protocol="taken-out")
    assert _earliest(neck, gone) == date(2026, 3, 2) + timedelta(days=91)


def test_a_product_that_lasts_longer_is_reminded_of_when_it_has_worn_off() -> None:
    mine = treatment(protocol="cosmetic-lines", product="Daxxify")
    history, worn_off = [mine], mine.day + timedelta(days=154)
    assert _earliest(mine) == mine.day + timedelta(days=91)
    assert expected_retreatment(mine, history, protocols=catalogue()) == worn_off
    found = _wishes(mine)
    assert _days(found, "wear-off") == [mine.day + timedelta(days=126)]  # week 18
    assert _days(found, "retreatment")[0] == mine.day + timedelta(days=140)
    assert {wish.earliest for wish in found} == {worn_off}


def test_a_text_names_no_day_that_has_come() -> None:
    day = date(2026, 6, 1)
    assert nameable(day, today=date(2026, 5, 31)) == day
    assert nameable(day, today=day) is None
    assert nameable(day, today=date(2026, 6, 2)) is None


def test_a_yearly_reminder_never_comes_before_the_earliest_day() -> None:
    mine = treatment(interval_days=400)
    assert _days(_wishes(mine), "anniversary") == [
        mine.day + timedelta(days=400),
        date(2028, 4, 6),  # a year after the first
    ]


def test_repeated_months_count_from_the_treatment_so_a_short_month_clamps_only_once() -> None:
    monthly = step(offset=Offset(1, "months"), every=Offset(1, "months"), times=3)
    mine = treatment(protocol="x", on="2026-01-31 10:00")
    assert _own(mine, protocol(monthly)) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_a_treatment_on_29_february_has_its_anniversary_on_28_february() -> None:
    yearly = step(offset=Offset(12, "months"), every=Offset(12, "months"), times=4)
    mine = treatment(protocol="x", on="2024-02-29 10:00")
    assert _own(mine, protocol(yearly)) == [
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_a_step_may_repeat_in_another_unit_than_it_starts_in() -> None:
    mixed = step(offset=Offset(10, "days"), every=Offset(1, "months"), times=2)
    mine = treatment(protocol="x", on="2026-01-21 10:00")
    assert _own(mine, protocol(mixed)) == [date(2026, 1, 31), date(2026, 2, 28)]


def test_a_step_in_days_without_a_time_is_a_mistake_that_names_its_place() -> None:
    with pytest.raises(ValueError, match=r"x, step onset: a step in days needs a time"):
        _own(treatment(protocol="x"), protocol(step(at=None)))


def test_a_newer_treatment_by_the_same_protocol_completes_the_older_plan() -> None:
    old, new = treatment(1), treatment(2, on="2026-06-01 10:00")
    newest = treatment(3, on="2026-09-07 10:00")
    assert standing_of(old, [old, new]).state is PlanState.COMPLETED
    assert standing_of(old, [new, newest, old]).reason == "treated again on 2026-09-07"
    assert standing_of(new, [old, new]).state is PlanState.ACTIVE


def test_after_a_newer_treatment_only_the_steps_go_on_that_do_not_stop_for_one() -> None:
    old, new = treatment(1), treatment(2, on="2026-06-01 10:00")
    assert [wish.step.key for wish in _wishes(old, new)] == ["aftercare"]


def test_a_treatment_of_another_kind_does_not_end_a_plan() -> None:
    neck = treatment(1)
    face = treatment(2, on="2026-03-09 10:00", protocol="cosmetic-lines")
    assert standing_of(neck, [neck, face]).state is PlanState.ACTIVE


def test_two_sites_treated_on_one_day_both_keep_their_plans() -> None:
    left, right = treatment(1), treatment(2, on="2026-03-02 15:00")
    for each in (left, right):
        assert standing_of(each, [left, right]).state is PlanState.ACTIVE


def test_a_void_treatment_has_no_plan_and_gives_the_older_one_back() -> None:
    old, new = treatment(1), treatment(2, on="2026-06-01 10:00", status=Status.VOID)
    assert standing_of(new, [old, new]).state is PlanState.REVOKED
    assert standing_of(old, [old, new]).state is PlanState.ACTIVE
    assert _wishes(new, old) == ()
    assert _wishes(old, new) == _wishes(old)


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (Status.DECEASED, PlanState.REVOKED, "the patient has died"),
        (Status.MOVED, PlanState.REVOKED, "the patient has moved away"),
        (Status.PAUSED, PlanState.ON_HOLD, "the clinic paused this patient's texts"),
    ],
)
def test_death_a_move_and_a_pause_end_or_hold_every_text_of_the_patient(
    status: Status, state: PlanState, reason: str
) -> None:
    neck = treatment(1, status=status)
    face = treatment(2, on="2026-03-09 10:00", protocol="cosmetic-lines")
    for each in (neck, face):
        assert standing_of(each, [neck, face]).state is state
        assert standing_of(each, [neck, face]).reason == reason
        assert _wishes(each, neck if each is face else face) == ()


@pytest.mark.parametrize("status", [Status.MOVED, Status.PAUSED])
def test_a_move_or_a_pause_on_a_row_that_was_treated_again_no_longer_counts(status: Status) -> None:
    old, new = treatment(1, status=status), treatment(2, on="2026-06-01 10:00")
    assert standing_of(new, [old, new]).state is PlanState.ACTIVE


def test_a_pause_also_holds_the_steps_that_go_on_after_a_newer_treatment() -> None:
    old, new = treatment(1), treatment(2, on="2026-03-03 10:00", status=Status.PAUSED)
    assert standing_of(old, [old, new]).state is PlanState.COMPLETED
    assert _wishes(old, new) == ()


def test_death_counts_even_when_it_is_told_with_an_older_treatment() -> None:
    old, new = treatment(1, status=Status.DECEASED), treatment(2, on="2026-06-01 10:00")
    assert standing_of(new, [old, new]).state is PlanState.REVOKED


def test_reminders_resume_seven_days_after_a_booked_visit_and_check_ins_do_not_wait() -> None:
    free, booked = _wishes(treatment()), _wishes(treatment(booked_for=date(2026, 6, 3)))
    assert _days(booked, "wear-off") == _days(free, "wear-off")
    assert _days(booked, "retreatment") == [
        date(2026, 6, 10),
        date(2026, 7, 8),
        date(2026, 8, 5),
    ]
    assert _days(booked, "anniversary") == _days(free, "anniversary")
    held = next(w for w in booked if w.key == (1, "retreatment", 0))
    assert held.reason == "waits until a week after the booked visit"


def test_a_booking_that_no_reminder_waits_for_changes_nothing() -> None:
    assert _wishes(treatment(booked_for=date(2026, 3, 20)))[5].reason == ""
    visited = _wishes(treatment(booked_for=date(2026, 3, 20)))
    assert [w.nominal for w in visited] == [w.nominal for w in _wishes(treatment())]


def test_a_booking_told_with_any_of_the_patients_treatments_holds_the_reminders() -> None:
    neck = treatment(1)
    face = treatment(2, protocol="cosmetic-lines", booked_for=date(2026, 6, 3))
    assert _days(_wishes(neck, face), "retreatment")[0] == date(2026, 6, 10)
    void = treatment(2, protocol="cosmetic-lines", booked_for=date(2026, 6, 3), status=Status.VOID)
    assert _days(_wishes(neck, void), "retreatment")[0] == date(2026, 5, 18)


def test_a_booking_keeps_the_later_reminders_that_come_after_it_anyway() -> None:
    mine = treatment(booked_for=date(2026, 6, 3))
    left = {("retreatment", 0): date(2026, 5, 18)}
    assert _days(_wishes(mine, left=left), "retreatment") == [
        date(2026, 5, 18),
        date(2026, 6, 15),
        date(2026, 7, 13),
    ]


def test_after_the_reminder_that_waited_has_left_the_next_keeps_its_distance() -> None:
    mine = treatment(booked_for=date(2026, 6, 3))
    left = {("retreatment", 0): date(2026, 6, 10)}
    assert _days(_wishes(mine, left=left), "retreatment") == _days(_wishes(mine), "retreatment")
    late = {("retreatment", 0): date(2026, 6, 15)}
    assert _days(_wishes(mine, left=late), "retreatment") == _days(_wishes(mine), "retreatment")


def test_a_step_that_comes_once_waits_for_a_booking_too() -> None:
    once = step(offset=Offset(100, "days"), stop_when=frozenset({BOOKED}))
    mine = treatment(protocol="x", booked_for=date(2026, 6, 30))
    assert _own(mine, protocol(once)) == [date(2026, 7, 7)]


def test_a_wish_carries_the_precedence_of_its_protocol() -> None:
    assert {wish.rank for wish in _wishes(treatment())} == {30}
    ranks = [catalogue()[key].precedence for key in ("cervical-dystonia", "blepharospasm")]
    ranks += [catalogue()[key].precedence for key in ("limb-spasticity", "writers-cramp")]
    assert ranks == sorted(ranks, reverse=True)
    assert all(p.precedence <= ranks[-1] for k, p in catalogue().items() if k not in _GRAVER)


_GRAVER = ("cervical-dystonia", "blepharospasm", "limb-spasticity", "writers-cramp")
