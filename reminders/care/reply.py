"""What follows from a patient's text: a table of intent by situation, and the effects it names.

After STOP nothing leaves but its one confirmation and the safety text that answers an emergency
(47 CFR 64.1200(a)(12): one confirming text). A symptom is never closed by an automatic answer:
reassurance goes only to routine symptoms, and a person is told of everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reminders.care.effect import (
    AskAgain,
    AskAPerson,
    Effect,
    EndReminders,
    Escalate,
    HoldPlanned,
    Level,
    QuarantineNumber,
    RestoreConsent,
    Say,
    Situation,
    Task,
    WithdrawConsent,
)
from reminders.care.triage import Intent

P, S, X = Situation.PATIENT, Situation.STOPPED, Situation.STRANGER
_TELEPHONE = AskAPerson(Task.TELEPHONE)
_POLITE = (Say("stranger"), AskAPerson(Task.STRANGER))

TABLE: Mapping[tuple[Intent, Situation], tuple[Effect, ...]] = {
    (Intent.EMERGENCY, P): (Say("emergency"), Escalate(Level.EMERGENCY), HoldPlanned()),
    (Intent.EMERGENCY, S): (Say("emergency"), Escalate(Level.EMERGENCY), _TELEPHONE),
    (Intent.EMERGENCY, X): (Say("emergency"), Escalate(Level.EMERGENCY)),
    (Intent.URGENT, P): (Say("urgent"), Escalate(Level.URGENT)),
    (Intent.URGENT, S): (Escalate(Level.URGENT), _TELEPHONE),
    (Intent.URGENT, X): (Say("urgent"), Escalate(Level.URGENT)),
    (Intent.ROUTINE_SYMPTOM, P): (Say("routine"), AskAPerson(Task.ROUTINE), AskAgain()),
    (Intent.ROUTINE_SYMPTOM, S): (AskAPerson(Task.ROUTINE),),
    (Intent.ROUTINE_SYMPTOM, X): _POLITE,
    (Intent.ALL_WELL, P): (Say("thanks"),),
    (Intent.ALL_WELL, S): (),
    (Intent.ALL_WELL, X): _POLITE,
    (Intent.NO_EFFECT, P): (Say("no_effect"), AskAPerson(Task.NO_EFFECT)),
    (Intent.NO_EFFECT, S): (AskAPerson(Task.NO_EFFECT),),
    (Intent.NO_EFFECT, X): _POLITE,
    (Intent.WEARING_OFF, P): (Say("wearing_off"), AskAPerson(Task.WEARING_OFF)),
    (Intent.WEARING_OFF, S): (AskAPerson(Task.WEARING_OFF),),
    (Intent.WEARING_OFF, X): _POLITE,
    (Intent.BOOK, P): (Say("book"), AskAPerson(Task.BOOKING), EndReminders()),
    (Intent.BOOK, S): (AskAPerson(Task.BOOKING),),
    (Intent.BOOK, X): _POLITE,
    (Intent.QUESTION, P): (Say("question"), AskAPerson(Task.QUESTION)),
    (Intent.QUESTION, S): (AskAPerson(Task.QUESTION),),
    (Intent.QUESTION, X): _POLITE,
    (Intent.OPT_OUT, P): (WithdrawConsent(), Say("stopped")),
    (Intent.OPT_OUT, S): (),
    (Intent.OPT_OUT, X): (WithdrawConsent(), Say("stopped")),
    (Intent.OPT_IN, P): (),
    (Intent.OPT_IN, S): (RestoreConsent(), Say("restarted")),
    (Intent.OPT_IN, X): (),
    (Intent.HELP, P): (Say("help"),),
    (Intent.HELP, S): (),
    (Intent.HELP, X): (Say("help"),),
    (Intent.WRONG_NUMBER, P): (QuarantineNumber(), AskAPerson(Task.INCIDENT)),
    (Intent.WRONG_NUMBER, S): (QuarantineNumber(), AskAPerson(Task.INCIDENT)),
    (Intent.WRONG_NUMBER, X): (QuarantineNumber(), AskAPerson(Task.INCIDENT)),
    (Intent.OTHER, P): (),
    (Intent.OTHER, S): (),
    (Intent.OTHER, X): _POLITE,
    (Intent.UNCLEAR, P): (AskAPerson(Task.UNCLEAR),),
    (Intent.UNCLEAR, S): (AskAPerson(Task.UNCLEAR),),
    (Intent.UNCLEAR, X): _POLITE,
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What bends the table's row for one text.

    `twilio_answers` is True when the carrier or Twilio answers this bare keyword by itself.
    `effect_may_come` is True while the protocol still asks about the onset later.
    `floor_ahead` is True while the earliest day of re-treatment lies ahead.
    `staffed` is True while somebody at the clinic reads the inbox.
    """

    situation: Situation
    twilio_answers: bool = False
    effect_may_come: bool = False
    floor_ahead: bool = False
    staffed: bool = True


def answer(
    intent: Intent, also: Sequence[Intent], *, circumstances: Circumstances
) -> tuple[Effect, ...]:
    """Return the effects of a text, the most urgent first; STOP beside a symptom does both."""
    here = circumstances
    effects = [_bent(effect, here) for effect in TABLE[intent, here.situation]]
    if intent is Intent.UNCLEAR and here.situation is P and not here.staffed:
        effects.append(Say("read_later"))
    if Intent.OPT_OUT in also and here.situation is not S:
        # Texts are blocked from now on, so what the patient needs must come by telephone.
        effects = [e for e in effects if not _is_blocked(e)] + [
            *(_bent(e, here) for e in TABLE[Intent.OPT_OUT, here.situation]),
            _TELEPHONE,
        ]
    return tuple(e for e in effects if e is not None)


def _is_blocked(effect: Effect | None) -> bool:
    """After STOP only the safety text of an emergency goes, and no question is asked again."""
    return isinstance(effect, Say | AskAgain) and effect != Say("emergency")


_KEYWORD_ANSWERS = (Say("stopped"), Say("restarted"), Say("help"))


def _bent(effect: Effect, here: Circumstances) -> Effect | None:
    if here.twilio_answers and effect in _KEYWORD_ANSWERS:
        return None
    if effect == Say("no_effect") and here.effect_may_come:
        return Say("too_early")
    if effect == Say("wearing_off") and here.floor_ahead:
        return Say("wearing_off_early")
    return effect


TWILIO_KEYWORDS = frozenset(
    [
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        *("START", "UNSTOP", "YES", "HELP", "INFO"),
    ]
)
"""The bare words that Twilio answers by itself on every sender but a short code
(https://www.twilio.com/docs/messaging/features, the default opt-out keywords)."""


def is_keyword(words: str) -> bool:
    """Say whether a whole text is one of the words that Twilio answers by itself."""
    return words.strip().upper() in TWILIO_KEYWORDS


SAFETY = frozenset({"emergency", "urgent"})
CONFIRMATIONS = frozenset({"stopped", "restarted"})


QUIET = timedelta(minutes=10)
"""At most one automatic answer per thread in this time."""

ROBOT_TEXTS, ROBOT_WITHIN = 20, timedelta(minutes=5)
"""More texts from one number within this time come from a robot."""


def may_answer(words: str, *, answered: Collection[str], is_robot: bool) -> bool:
    """The loop guard: one automatic answer per thread in QUIET, and robots get none.

    `answered` are the words of the answers that the number had within QUIET. A safety text is
    held back only by the same safety text, a confirmation by nothing.
    """
    if words in CONFIRMATIONS:
        return True
    if words in SAFETY:
        return words not in answered
    return not answered and not is_robot
