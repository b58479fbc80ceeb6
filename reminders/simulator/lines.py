"""What the made-up patients write back, in their own words, and what staff say and note."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from reminders.care.effect import Level
from reminders.care.protocol import Kind

ANSWER_RATE = 0.45
"""How many of the texts that nobody has a line of their own for are answered."""

LINES: Mapping[tuple[str, Kind], tuple[str, ...]] = {
    ("p01", Kind.SIDE_EFFECTS): ("my hand is a little sore, nothing much", "1, all well now"),
    ("p01", Kind.ONSET): ("Not yet",),
    ("p02", Kind.AFTERCARE): ("¡Gracias!",),
    ("p02", Kind.SIDE_EFFECTS): ("1, todo bien",),
    ("p05", Kind.RETREATMENT): ("BOOK",),
    ("p17", Kind.ONSET): ("the blue one is at my sister's",),
    ("p19", Kind.SIDE_EFFECTS): ("I can't swallow, even water",),
    ("p19", Kind.WEAR_OFF): ("it is wearing off already",),
    ("p20", Kind.SIDE_EFFECTS): ("me duele un poco el cuello", "ya no me duele, gracias"),
    ("p20", Kind.WEAR_OFF): ("ya se me está pasando el efecto",),
    ("p22", Kind.SIDE_EFFECTS): ("Hi, I see double since this morning",),
    ("p23", Kind.RETREATMENT): ("CITA",),
    ("p24", Kind.RETREATMENT): ("Book please",),
    ("p25", Kind.ONSET): ("Please stop texting me, I will call when I need you",),
    ("p26", Kind.SIDE_EFFECTS): ("Número equivocado, yo no soy Teo",),
}
"""By patient and kind of text: the first is written after the first such text, and so on."""

SILENT = frozenset({"p06", "p26"})
"""Who has no habits: nobody answers after a death, and a stranger writes once."""

HABITS: Mapping[tuple[str, Kind], tuple[str, ...]] = {
    ("en", Kind.AFTERCARE): ("thank you!",),
    ("en", Kind.SIDE_EFFECTS): ("1", "All well here", "No problems at all", "Fine, thanks"),
    ("en", Kind.ONSET): ("1", "2", "yes, much better!", "a little"),
    ("en", Kind.WEAR_OFF): ("1", "2", "still working", "Still going strong"),
    ("es", Kind.AFTERCARE): ("Gracias",),
    ("es", Kind.SIDE_EFFECTS): ("1", "Todo bien, gracias"),
    ("es", Kind.ONSET): ("1", "un poco", "sí, mucho mejor"),
    ("es", Kind.WEAR_OFF): ("1", "sigue funcionando"),
}

UNCLEAR_ANSWER = "Sorry, we did not understand. Do you have a question about your visit?"
"""What the desk answers, after the clinic's name, to words that nothing was made of."""

NOTES: Mapping[Level, str] = {
    Level.EMERGENCY: "reached by telephone, an ambulance is on its way",
    Level.URGENT: "reached by telephone, seen the same day",
}
"""How an escalation ended, as staff write it down."""


def line_of(ref: str, kind: Kind, *, language: str, time: int, dice: Random) -> str:
    """Return what this patient writes after the text of this kind, "" for nothing.

    `time` counts this patient's texts of the kind, the first being 0.
    """
    own = LINES.get((ref, kind), ())
    if time < len(own):
        return own[time]
    habits = () if ref in SILENT else HABITS.get((language, kind), ())
    return dice.choice(habits) if habits and dice.random() < ANSWER_RATE else ""
