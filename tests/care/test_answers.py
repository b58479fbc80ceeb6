"""No text asks for an answer that a carrier or the law would read its own way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reminders.care.answers import invited_answer
from tests.care.english import english


@pytest.mark.parametrize(
    ("reading", "word"),
    [
        ("Reply YES to confirm.", "YES"),
        ("Please reply yes.", "YES"),
        ("Reply with Yes or no.", "YES"),
        ("Answer STOP.", "STOP"),
        ("Reply 1, 2 or cancel.", "CANCEL"),
        ("Text the word quit.", "QUIT"),
        ("Reply BOOK or end.", "END"),
        ('Send "stop" to us.', "STOP"),
        ("Want a visit? CANCEL if not.", "CANCEL"),
        ("Type 'opt out' here.", "OPT OUT"),
        ("Reply HELP for help.", "HELP"),
        ("Responda SI para confirmar.", "SI"),
        ("Responda SÍ para confirmar.", "SÍ"),
        ("Responda sí.", "SÍ"),
        ("Responda «si» ahora.", "SI"),
        ("Conteste cancelar si no viene.", "CANCELAR"),
        ("Envíe FIN.", "FIN"),
        ("Responda CITA o alto.", "ALTO"),
    ],
)
def test_a_refused_answer_is_found_however_it_is_asked_for(reading: str, word: str) -> None:
    assert invited_answer(reading, language=english(), allowed=()) == word


@pytest.mark.parametrize(
    "reading",
    [
        "Reply 1 yes, 2 a little, 3 not yet, or your own words.",
        "Reply 1 if the pain has come to an end.",
        "Responda 1 sí, 2 un poco, 3 aún no.",
        "Responda 1 si todo va bien.",
        "Reply BOOK and we will call you.",
        "If you cannot come, please call to cancel.",
        "We stop texting when you are treated.",
        "Si desea vernos, responda CITA y le llamaremos.",
        "Send a friend our way at the weekend.",
    ],
)
def test_words_that_ask_for_no_such_answer_pass(reading: str) -> None:
    assert invited_answer(reading, language=english(), allowed=()) == ""


def test_the_introduction_may_name_stop_and_help_but_nothing_else() -> None:
    allowed = ("stop", "help")
    good = "Reply HELP for help, STOP to opt out."
    assert invited_answer(good, language=english(), allowed=allowed) == ""
    bad = "Reply HELP for help, QUIT to opt out."
    assert invited_answer(bad, language=english(), allowed=allowed) == "QUIT"


def test_a_language_may_add_its_own_refused_answers_and_invitations() -> None:
    polish = replace(english(), refused_answers=("tak",), invitations=("odpowiedz",))
    assert invited_answer("Odpowiedz tak.", language=polish, allowed=()) == "TAK"
    assert invited_answer("Tak, odpowiedz 1.", language=polish, allowed=()) == ""
