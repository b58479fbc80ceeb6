"""The reply table in words, as docs/replies.md prints it."""

from __future__ import annotations

from collections.abc import Mapping

from reminders.care.effect import (
    AskAgain,
    AskAPerson,
    Effect,
    EndReminders,
    Escalate,
    HoldPlanned,
    QuarantineNumber,
    RestoreConsent,
    Say,
    Situation,
    WithdrawConsent,
)
from reminders.care.reply import TABLE
from reminders.care.triage import Intent

_HEADINGS: Mapping[Situation, str] = {
    Situation.PATIENT: "patient",
    Situation.STOPPED: "after STOP",
    Situation.STRANGER: "unknown number",
}

_PLAIN: Mapping[Effect, str] = {
    HoldPlanned(): "hold planned texts",
    AskAgain(): "ask again next day",
    EndReminders(): "end reminders",
    WithdrawConsent(): "STOP for the number",
    RestoreConsent(): "lift STOP",
    QuarantineNumber(): "quarantine the number",
}


def table_in_words() -> str:
    """Print the table as Markdown: a row for each intent, a column for each situation."""
    rows = [[intent.value, *(_cell(intent, each) for each in Situation)] for intent in Intent]
    lines = [["intent", *(_HEADINGS[each] for each in Situation)], ["---"] * 4, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(intent: Intent, situation: Situation) -> str:
    return ", ".join(map(_in_words, TABLE[intent, situation])) or "nothing"


def _in_words(effect: Effect) -> str:
    match effect:
        case Say(words):
            return f"say *{words}*"
        case Escalate(level):
            return f"escalate: {level}"
        case AskAPerson(task):
            return f"inbox: {task}"
        case _:
            return _PLAIN[effect]
