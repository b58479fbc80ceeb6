"""Short answers to what we asked: a digit, a keyword, yes or no; only when nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz.distance import OSA

from reminders.care.triage.intent import Intent
from reminders.care.triage.lexicon import LONG, Lexicon, spellings
from reminders.care.triage.reading import Part, Reading

DIGITS: Mapping[str, Mapping[str, Intent]] = {
    "side_effects": {
        "1": Intent.ALL_WELL, "2": Intent.ROUTINE_SYMPTOM, "3": Intent.URGENT,
    },
    "onset": {
        "1": Intent.ALL_WELL, "2": Intent.ALL_WELL, "3": Intent.NO_EFFECT,
    },
    "wear_off": {
        "1": Intent.ALL_WELL, "2": Intent.WEARING_OFF, "3": Intent.WEARING_OFF,
    },
}  # fmt: skip
"""What a digit means, by what we asked: "3 worried" about side effects is urgent."""

SHORTEST_SLIP = 4
"""Letters of the shortest keyword that one slip may still mean; from LONG on, two."""


def bare(reading: Reading, lexicon: Lexicon) -> str:
    """Return the text without courtesies and repeats: what is left when nothing else is said."""
    words = [word for word in reading.words if word not in lexicon.courtesies]
    return " ".join(dict.fromkeys(words or reading.words))


def digit_answer(reading: Reading, lexicon: Lexicon, *, context: str) -> tuple[str, Intent] | None:
    """Return the digit and its meaning if the text begins with one as an answer, alone or not."""
    meanings = DIGITS.get(context, {})
    if not reading.words or reading.words[0] not in meanings:
        return None
    rest = reading.words[1:2]
    is_apart = not rest or reading.parts[1] is not Part.NONE or rest[0] in lexicon.joints.subjects
    is_courteous = all(word in lexicon.courtesies for word in rest)
    if any(word in meanings for word in reading.words[1:] if word != reading.words[0]):
        return None
    return (reading.words[0], meanings[reading.words[0]]) if is_apart or is_courteous else None


def keyword(said: str, lexicon: Lexicon) -> Intent | None:
    """Return what a carrier's or the law's keyword asks for when it is all that is said.

    The words: Twilio's own list, 47 CFR 64.1200(a)(10), and other languages' words for them. One
    slip of a letter still counts for leaving, never for coming back.
    """
    for intent, words in lexicon.keywords.items():
        if said in words or (intent == Intent.OPT_OUT and not words.isdisjoint(spellings(said))):
            return Intent(intent)
    return Intent.OPT_OUT if _is_slip(said, lexicon) else None


def _is_slip(said: str, lexicon: Lexicon) -> bool:
    if len(said) < SHORTEST_SLIP or said in lexicon.ordinary or said in lexicon.words:
        return False
    slips = 2 if len(said) >= LONG and " " not in said else 1
    leaving = [
        word for word in lexicon.keywords.get(Intent.OPT_OUT, ()) if len(word) >= SHORTEST_SLIP
    ]
    return any(OSA.distance(said, word, score_cutoff=slips) <= slips for word in leaving)


def short_answer(said: str, lexicon: Lexicon, *, context: str) -> Intent | None:
    """Return what a short answer means after what we asked."""
    for intent, words in lexicon.answers.get(context, {}).items():
        if said in words:
            return Intent(intent)
    return None
