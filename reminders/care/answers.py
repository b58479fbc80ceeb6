"""Which answers no text may ask for, because a carrier or the law reads them its own way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reminders.care.language import Language

# 47 CFR 64.1200(a)(10) names the first line; carriers act on the rest, and re-open on YES.
REFUSED = (
    "stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe",
    "stopall", "optout", "opt-out", "remove", "yes", "start", "unstop", "help",
    "sí", "cancelar", "fin", "alto", "parar", "baja", "salir", "terminar", "ayuda",
)  # fmt: skip

_INVITATIONS = (
    "reply", "replying", "answer", "respond", "text", "send", "type", "write", "say",
    "responda", "responde", "conteste", "contesta", "envíe", "envie", "envía", "mande", "manda",
    "escriba", "escribe", "diga",
)  # fmt: skip
# What may stand between the invitation and the answer: small words, other answers. A number counts
# as one of several answers ("1, 2 or …"); in "1 yes" the word only explains the number.
_BETWEEN = (
    r"(?:with|by|back|us|just|or|and|the|word|con|o|u|y|la|palabra|(?-i:[A-Z]{2,})"
    r"|\d+(?=\s*,|\s+(?:or|and|o|u|y)\s))"
)
_GAP = r"[\s,:;\"'«»“”‘’]+"


def invited_answer(reading: str, *, language: Language, allowed: Iterable[str]) -> str:
    """Return the refused answer that a text asks for; "" if there is none.

    A word counts when it stands in capitals or in quotes, or follows an invitation such as
    "reply". Spanish "si" without its accent means "if", and counts only in the first two ways.
    """
    refused = [*REFUSED, *language.refused_answers]
    words = [word for word in refused if word.lower() not in tuple(allowed)]
    shouted = [word.upper() for word in words] + ["SI"]
    invitations = (*_INVITATIONS, *language.invitations)
    found = (
        re.search(rf"(?<!\w)({_among(shouted)})(?!\w)", reading)
        or re.search(rf"[\"'«“‘]({_among([*words, 'si'])})[\"'»”’.]", reading, re.IGNORECASE)
        or re.search(
            rf"(?<!\w)(?:{_among(invitations)})(?:{_GAP}{_BETWEEN})*{_GAP}({_among(words)})(?!\w)",
            reading,
            re.IGNORECASE,
        )
    )
    return found[1].upper() if found else ""


def _among(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)
