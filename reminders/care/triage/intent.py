"""What a patient's text can mean, and the verdict that says so. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What we take a text to mean; each has an answer of its own."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE_SYMPTOM = "routine_symptom"
    ALL_WELL = "all_well"
    NO_EFFECT = "no_effect"
    WEARING_OFF = "wearing_off"
    BOOK = "book"
    QUESTION = "question"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"
    UNCLEAR = "unclear"


CONTEXTS = ("side_effects", "onset", "wear_off", "retreatment", "aftercare", "none")
"""What we last asked the patient, or "none"."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text means, and why.

    `also` are other intents that the same text carries and that want an effect of their own.
    `evidence` are the words that decided, as read. `rule` is like "emergency.breathing";
    `version` changes whenever a rule or a word does.
    """

    intent: Intent
    also: tuple[Intent, ...]
    evidence: tuple[str, ...]
    rule: str
    version: str
