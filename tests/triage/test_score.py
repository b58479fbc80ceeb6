"""The labelled sets keep their scores: no change of a word may lose an emergency unseen."""

from __future__ import annotations

import pytest

from tests.triage.score import FOLDER, Score, cases, scored


@pytest.fixture(scope="module", params=["tuning", "practice"])
def known(request: pytest.FixtureRequest) -> Score:
    """Return the score of a set that was read while the words were written."""
    return scored(cases(FOLDER / f"{request.param}.jsonl"))


def test_every_known_emergency_reaches_a_person(known: Score) -> None:
    assert known.emergencies_reaching_a_person == 1
    assert known.emergencies_exact >= 0.97


def test_known_urgent_texts_reach_a_person(known: Score) -> None:
    assert known.urgent_reaching_a_person >= 0.98


def test_every_known_wish_to_leave_is_heard_and_none_is_imagined(known: Score) -> None:
    assert known.leaving_heard >= 0.99
    assert known.leaving_imagined == 0


def test_known_harmless_texts_rarely_alarm_anybody(known: Score) -> None:
    assert known.alarms_for_harmless <= 0.02


def test_known_texts_are_mostly_understood_exactly(known: Score) -> None:
    assert known.overall >= 0.95


def test_texts_never_read_while_tuning_keep_the_score_they_have() -> None:
    """Hold what was reached on texts that nobody tuned on, so that no change loses it."""
    unseen = scored(cases(FOLDER / "held_out.jsonl"))
    assert unseen.emergencies_reaching_a_person >= 0.94
    assert unseen.emergencies_exact >= 0.90
    assert unseen.urgent_reaching_a_person >= 0.95
    assert unseen.leaving_heard >= 0.87
    assert unseen.leaving_imagined == 0
    assert unseen.alarms_for_harmless <= 0.08
    assert unseen.overall >= 0.84
