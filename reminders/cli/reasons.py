"""Texts and reasons in the words of a sentence: "the reminder of …", "because the patient …"."""

from __future__ import annotations

from collections.abc import Sequence

from reminders.care.names import joined
from reminders.care.protocol import Kind
from reminders.cli.local_times import local_day_of, localised
from reminders.store.coming import MessageRow

_NOUNS: dict[str, str] = {
    Kind.AFTERCARE: "aftercare text",
    Kind.SIDE_EFFECTS: "side-effects check-in",
    Kind.ONSET: "onset check-in",
    Kind.WEAR_OFF: "wear-off check-in",
    Kind.RETREATMENT: "reminder",
}

_OPENINGS = (
    ("treated again on", "because the patient was treated again on"),
    ("no consent", "because there is no consent"),
    ("no written consent", "because there is no written consent"),
    ("no room", "because there was no room"),
    ("no texting hour", "because there is no texting hour"),
    ("no more than", "because of the limit of no more than"),
    ("not sent in time", "because it was not sent in time"),
    ("over before", "because it was over before"),
    ("outside", "because it was outside"),
    ("waits", "because it waits"),
    ("this is over: ", "now that this is over: "),
    ("held: trial mode, and", "because trial mode is on and"),
    ("the ", "because the "),
    ("one text", "because one text"),
    ("its ", "because its "),
    ("all its", "because all its"),
)
"""How the reasons that care writes begin, and how a sentence goes on with them."""


def noun(kind: str) -> str:
    """Name a kind of text as a nurse would."""
    return _NOUNS.get(kind, f"{kind.replace('_', ' ')} text")


def named(texts: Sequence[MessageRow], *, zone: str) -> str:
    """Name texts with their days: "the onset check-in of … and the reminders of … and …"."""
    days: dict[str, list[str]] = {}
    for text in texts:
        days.setdefault(text.kind, []).append(local_day_of(text.due_at, zone=zone))
    groups = [
        f"the {noun(kind)}{'s' if len(set(on)) > 1 else ''} of {joined(on, conjunction='and')}"
        for kind, on in days.items()
    ]
    return joined(groups, conjunction="and")


def because(reason: str, *, zone: str) -> str:
    """Return the end of a sentence that gives the reason, with local times; "" without one."""
    bare = reason.removeprefix("moved: ")
    if not bare:
        return ""
    told = _opened(bare)
    head, useful, until = told.partition(": useful until ")
    return localised(f"{head} (useful until {until})" if useful else told, zone=zone)


def _opened(reason: str) -> str:
    if reason[0].isdigit():
        return f" because {reason}"
    for start, opening in _OPENINGS:
        if reason.startswith(start):
            return f" {opening}{reason.removeprefix(start)}"
    return f": {reason}"


def capitalised(sentence: str) -> str:
    """Give a sentence its capital; the rest stays as it is."""
    return sentence[:1].upper() + sentence[1:]
