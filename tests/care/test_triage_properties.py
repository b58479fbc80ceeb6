"""Whatever patients write, triage answers, answers the same, and hears a red flag in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.care.triage import CONTEXTS, Intent
from tests.care.test_triage_red_flags import RED_FLAGS
from tests.triage.words import verdict

FLAGS = (Intent.EMERGENCY, Intent.URGENT)
SENTENCE = (
    "i my no not the but and or throat eye lid stop cancel fine now again if what last year had "
    "breathe swallow ok 1 2 3 thanks , . ? ! gone better book dont más ya no me si otra vez ojo "
    "garganta tragar bien nada hace años pero y o 😂 🆘 102 days"
)
WORDS = st.sampled_from(SENTENCE.split())
SPEECH = st.lists(WORDS, max_size=25).map(" ".join)
TEXTS = st.one_of(st.text(max_size=200), SPEECH)


@given(text=TEXTS, context=st.sampled_from(CONTEXTS))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict_and_the_same_one_again(text: str, context: str) -> None:
    first = verdict(text, context)
    assert first == verdict(text, context)
    assert first.rule
    assert first.intent not in first.also


@given(text=TEXTS, flag=st.sampled_from(list(RED_FLAGS.values())))
@settings(max_examples=300, deadline=None)
def test_a_red_flag_said_after_anything_reaches_a_person(text: str, flag: object) -> None:
    plain = getattr(flag, "plain", "")
    assert verdict(f"{text} . {plain}").intent in FLAGS


@given(text=SPEECH)
@settings(max_examples=200, deadline=None)
def test_an_emergency_said_before_anything_reaches_a_person(text: str) -> None:
    assert verdict(f"i cant breathe. {text}").intent in FLAGS


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "²", "፩", "1️⃣", "a" * 5000, "no " * 2000, "🇲🇽" * 300]
)
def test_a_strange_text_does_no_harm(text: str) -> None:
    assert verdict(text).intent in Intent
