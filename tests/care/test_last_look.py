"""The last look: what stops or holds a text just before it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reminders.care.consent import NOTHING_SAID
from reminders.care.hours import DEFAULT_HOURS
from reminders.care.last_look import GO, Case, Verdict, last_look
from reminders.care.message import Event, Hold
from reminders.care.protocol import MessageClass
from tests.care.lives import AGREED, CARE_ONLY, NEW_YORK, at

NOON = at("2026-03-02 12:00")
CASE = Case(
    message_class=MessageClass.CARE,
    until=at("2026-03-04 12:00"),
    home=NEW_YORK,
    zones=(NEW_YORK,),
    standing=AGREED,
    trouble="",
    taken=(),
    on_trial=False,
)


def _look(case: Case = CASE, *, now: datetime = NOON) -> Verdict:
    return last_look(case, hours=DEFAULT_HOURS, now=now)


def test_a_text_with_consent_at_a_civil_hour_goes() -> None:
    assert _look() is GO


def test_a_text_found_when_its_usefulness_is_over_does_not_go() -> None:
    assert _look(now=CASE.until - timedelta(seconds=1)).event is Event.STARTED
    verdict = _look(now=CASE.until)
    assert verdict == Verdict(Event.MISSED, "not sent in time: useful until 2026-03-04 17:00 UTC")


def test_a_consent_that_was_withdrawn_since_planning_stops_the_text() -> None:
    verdict = _look(replace(CASE, standing=NOTHING_SAID))
    assert verdict == Verdict(Event.WITHDRAWN, "no consent to care texts")
    stopped = replace(AGREED, stopped_at=datetime(2026, 3, 2, 16, 59, tzinfo=UTC))
    assert "sent STOP" in _look(replace(CASE, standing=stopped)).reason


def test_marketing_needs_written_consent_at_the_last_moment_too() -> None:
    cosmetic = replace(CASE, message_class=MessageClass.MARKETING, standing=CARE_ONLY)
    assert _look(cosmetic) == Verdict(Event.WITHDRAWN, "no written consent to marketing texts")


def test_a_number_that_cannot_be_texted_is_not_tried_again() -> None:
    verdict = _look(replace(CASE, trouble="the number cannot be texted: a landline"))
    assert verdict == Verdict(Event.WITHDRAWN, "the number cannot be texted: a landline")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02 20:00", "2026-03-03 09:00"),
        ("2026-03-03 08:59", "2026-03-03 09:00"),
        ("2026-03-03 03:00", "2026-03-03 09:00"),
    ],
)
def test_a_night_text_waits_for_the_morning(now: str, then: str) -> None:
    verdict = _look(now=at(now))
    assert verdict.event is Event.POSTPONED
    assert verdict.reason == "moved: outside the texting hours"
    assert verdict.look_again_at == at(then)


def test_a_text_waits_until_it_is_a_civil_hour_in_every_zone_of_the_number() -> None:
    both = replace(CASE, zones=("America/Los_Angeles", NEW_YORK))
    assert _look(both, now=at("2026-03-02 11:59")).look_again_at == at("2026-03-02 12:00")


def test_marketing_waits_for_monday_and_for_the_day_after_a_holiday() -> None:
    until = at("2026-09-20 12:00")
    invitation = replace(CASE, message_class=MessageClass.MARKETING, until=until)
    verdict = _look(invitation, now=at("2026-09-05 12:00"))  # the weekend of Labor Day
    assert verdict.look_again_at == at("2026-09-08 10:00")


def test_a_text_for_which_no_civil_hour_is_left_is_over() -> None:
    aftercare = replace(CASE, until=at("2026-03-03 02:00"))
    verdict = _look(aftercare, now=at("2026-03-02 20:30"))
    assert verdict.event is Event.MISSED
    assert verdict.reason == "no room while it was useful: outside the texting hours"


def test_a_second_text_of_the_day_waits_for_tomorrow() -> None:
    verdict = _look(replace(CASE, taken=[at("2026-03-02 09:30")]))
    assert verdict.event is Event.POSTPONED
    assert verdict.reason == "moved: no more than 1 a day to one number"
    assert verdict.look_again_at == at("2026-03-03 09:00")


def test_a_fourth_text_in_seven_days_is_over_when_it_cannot_wait() -> None:
    three = [at("2026-02-26 10:00"), at("2026-02-27 10:00"), at("2026-02-28 10:00")]
    verdict = _look(replace(CASE, taken=three))
    assert verdict.event is Event.MISSED
    assert verdict.reason.endswith("no more than 3 in seven days to one number")
    patient = replace(CASE, taken=three, until=at("2026-03-09 12:00"))
    assert _look(patient).look_again_at == at("2026-03-05 10:15")


def test_nothing_goes_on_a_closed_day() -> None:
    closed = replace(DEFAULT_HOURS, closed_days=frozenset({date(2026, 3, 2)}))
    assert last_look(CASE, hours=closed, now=NOON).look_again_at == at("2026-03-03 09:00")


def test_a_text_without_a_zone_never_goes() -> None:
    assert _look(replace(CASE, zones=())).event is Event.MISSED


def test_in_trial_mode_a_text_that_might_go_is_held_for_a_person() -> None:
    verdict = _look(replace(CASE, on_trial=True))
    assert (verdict.event, verdict.hold) == (Event.POSTPONED, Hold.TRIAL)
    assert verdict.look_again_at is None
    assert "trial mode" in verdict.reason


def test_trial_mode_holds_nothing_that_may_not_go_anyway() -> None:
    assert _look(replace(CASE, on_trial=True, standing=NOTHING_SAID)).hold is None
    assert _look(replace(CASE, on_trial=True), now=at("2026-03-02 22:00")).hold is None
