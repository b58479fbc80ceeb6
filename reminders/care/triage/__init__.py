"""Triage: what a patient's text means. Pure, the same for everyone, and explainable.

intent: what a text can mean · vocabulary: one language's words, read from its file · lexicon: all
languages' words, made ready · reading: a text as words · pattern, finding: signs in it · weighing,
denial, standing: negation, history, other people · together: signs that mean more together ·
answers: digits and keywords · understanding: the order of it all.
"""

from __future__ import annotations

from reminders.care.triage.intent import CONTEXTS, Intent, Verdict
from reminders.care.triage.lexicon import Lexicon, compiled
from reminders.care.triage.understanding import understand
from reminders.care.triage.vocabulary import Vocabulary, read_vocabulary

__all__ = [
    "CONTEXTS",
    "Intent",
    "Lexicon",
    "Verdict",
    "Vocabulary",
    "compiled",
    "read_vocabulary",
    "understand",
]
