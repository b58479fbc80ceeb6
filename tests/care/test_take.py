"""How somebody on call takes an escalation in a text, and how colleagues hear of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reminders.care.escalation import Rung, read_take, rung, spoken_name


@pytest.mark.parametrize(
    "words",
    [
        *("TAKE 17", "take17", "Take  17.", " take #17! ", "TAKE: 17", "Take no. 17", "tak 17"),
        *("I'll take 17", "I\u2019ll take 17", "i take 17 thanks", "TAKE 17 ok", "Taking 17"),
        *("Tomo 17", "TOMO17", "lo tomo 17", "yo tomo 17, gracias", "take\n17"),
    ],
)
def test_somebody_takes_the_escalation_that_they_name(words: str) -> None:
    assert read_take(words) == 17


@pytest.mark.parametrize(
    "words",
    [
        *("TAKE", "17", "", "can't take 17", "I cannot take 17", "take 17? no", "take 17 not me"),
        *(
            "take 2 pills",
            "who can take 17",
            "take 17 or 18",
            "no puedo tomar 17",
            "take " + "9" * 12,
        ),
    ],
)
def test_anything_less_clear_takes_nothing(words: str) -> None:
    assert read_take(words) is None


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Ana Example", "Ana"),
        ("Nurse Ana Example", "Nurse Ana"),
        ("Dr. Ben Sample", "Dr. Ben"),
        ("Dra Cleo Madeup", "Dra Cleo"),
        ("Desk", "Desk"),
        ("", ""),
    ],
)
def test_colleagues_hear_the_first_name_only(name: str, spoken: str) -> None:
    assert spoken_name(name) == spoken


def test_where_nobody_is_named_the_patient_is_sent_to_the_telephone_at_once() -> None:
    now = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    last = Rung((), tell_patient=True, is_last=True)
    assert rung(0, (), zone="America/Los_Angeles", now=now) == last
