"""A small sound templates folder for tests: one protocol, English and Spanish."""

from __future__ import annotations

from pathlib import Path

_PROTOCOL = """
title = "Hand"
onset_days = 14
peak_days = 42
duration_days = 84
minimum_days = 84
[[steps]]
key = "aftercare"
kind = "aftercare"
class = "care"
offset = "1 hour"
useful_for = "6 hours"
[[steps]]
key = "onset"
kind = "onset"
class = "care"
offset = "14 days"
at = "10:00"
useful_for = "2 days"
[[steps]]
key = "reminder"
kind = "retreatment"
class = "care"
from = "earliest"
offset = "-2 weeks"
at = "10:00"
useful_for = "14 days"
stop_when = ["retreated"]
"""

_ENGLISH = """
name = "English"
book_word = "BOOK"
conjunction = "and"
months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
date = "{month} {day}"
rates = "Msg & data rates may apply"
promotional = ["offer"]
private = ["botox", "dystonia"]
"""

_SPANISH = """
name = "Español"
book_word = "CITA"
conjunction = "y"
months = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
date = "{day} {month}"
rates = "Puede haber tarifas"
promotional = ["oferta"]
private = ["bótox"]
"""

_ENGLISH_TEXTS = """
[texts]
aftercare = "{{ clinic }}: no rubbing today. {{ advice }}"
onset = '''
{{ clinic }}: {% if first_name %}{{ first_name }}, any{% else %}Any{% endif %} effect?
Reply 1 yes, 2 a little, 3 not yet. Emergency: call {{ emergency_number }}.'''
reminder = "{{ clinic }}: you may be due on {{ earliest }}. Reply {{ book_word }}."
[lines]
introduction = "Msg & data rates may apply. Reply HELP for help, STOP to opt out."
"""

_SPANISH_TEXTS = """
[texts]
aftercare = "{{ clinic }}: no frote hoy. {{ advice }}"
onset = '''
{{ clinic }}: {% if first_name %}{{ first_name }}, {% endif %}¿algún efecto?
Responda 1 sí, 2 un poco, 3 aún no. Emergencia: llame al {{ emergency_number }}.'''
reminder = "{{ clinic }}: quizá le toque el {{ earliest }}. Responda {{ book_word }}."
[lines]
introduction = "Puede haber tarifas. HELP: ayuda. STOP: salir."
"""

_REPLIES = """
[texts]
emergency = "{{ clinic }}: {{ emergency_number }}!"
urgent = "{{ clinic }}: {{ minutes }}, {{ clinic_phone }}, {{ emergency_number }}."
routine = "{{ clinic }}: {{ clinic_phone }}."
thanks = "{{ clinic }}: {{ first_name }}"
no_effect = "{{ clinic }}: {{ clinic_phone }}."
too_early = "{{ clinic }}: {{ clinic_phone }}."
wearing_off = "{{ clinic }}: {{ clinic_phone }}."
wearing_off_early = "{{ clinic }}: {{ earliest }}."
book = "{{ clinic }}: {% if earliest %}{{ earliest }} {% endif %}{{ booking_url }}"
question = "{{ clinic }}: {{ clinic_phone }}."
stopped = "{{ clinic }}: no. START: {{ book_word }}."
restarted = "{{ clinic }}: RATES. HELP, STOP."
help = "{{ clinic }}: {{ clinic_phone }}. RATES. HELP, STOP."
stranger = "{{ clinic }}: {{ clinic_phone }}."
read_later = "{{ clinic }}: {{ opens }}, {{ emergency_number }}."
nobody_yet = "{{ clinic }}: {{ clinic_phone }}, {{ emergency_number }}."
page = "{{ clinic }}: {{ level|upper }}. TAKE {{ number }}."
page_all = "{{ clinic }}: {% if level == 'urgent' %}U{% else %}E{% endif %}. TAKE {{ number }}."
taken = "{{ clinic }}: {{ who }}, {{ number }}."
taken_already = "{{ clinic }}: {{ who }}, {{ number }}."
"""

_FILES = {
    "protocols/x.toml": _PROTOCOL,
    "sms/en/language.toml": _ENGLISH,
    "sms/en/shared.toml": _ENGLISH_TEXTS,
    "sms/en/x.toml": '[advice]\naftercare = "Rest your hand."\n',
    "sms/en/replies.toml": _REPLIES.replace("RATES", "Msg & data rates may apply"),
    "sms/es/language.toml": _SPANISH,
    "sms/es/shared.toml": _SPANISH_TEXTS,
    "sms/es/replies.toml": _REPLIES.replace("RATES", "Puede haber tarifas"),
    "sms/es/x.toml": '[advice]\naftercare = "Descanse la mano."\n',
}


def small_catalogue(parent: Path) -> Path:
    """Write the folder under `parent` and return it."""
    folder = parent / "templates"
    for name, words in _FILES.items():
        write(folder, name, words)
    return folder


def write(folder: Path, name: str, words: str) -> None:
    """Write one file of the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")


def edit(folder: Path, name: str, *, old: str, new: str) -> None:
    """Change words that one file of the folder holds."""
    words = (folder / name).read_text(encoding="utf-8")
    assert old in words, f"{name} does not hold {old}"
    write(folder, name, words.replace(old, new))


def add(folder: Path, name: str, words: str) -> None:
    """Put words at the top of one file of the folder."""
    write(folder, name, f"{words}\n" + (folder / name).read_text(encoding="utf-8"))
