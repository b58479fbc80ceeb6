"""What a language folder says about its language: words, dates, and which language to choose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter

from reminders.care.complaint import Complaint
from reminders.care.section import Section
from reminders.care.triage.vocabulary import Vocabulary, read_vocabulary

FALLBACK = "en"

_KEYS = (
    "name", "book_word", "conjunction", "months", "date", "rates", "promotional", "private",
    "refused_answers", "invitations", "triage",
)  # fmt: skip
_DATE_FIELDS = {"month", "day", "year"}


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words.

    `rates` is the carriers' required phrase on costs (CTIA Messaging Principles).
    `promotional` words are refused in care texts, `private` ones in every text.
    `refused_answers` and `invitations` add to the words that wording.py refuses anyway.
    `triage` are the words that patients write; None if the file has none of them.
    """

    code: str
    name: str
    book_word: str
    conjunction: str
    months: tuple[str, ...]
    date_pattern: str
    rates: str
    promotional: tuple[str, ...]
    private: tuple[str, ...]
    refused_answers: tuple[str, ...] = ()
    invitations: tuple[str, ...] = ()
    triage: Vocabulary | None = None

    def formatted(self, day: date) -> str:
        """Return a day as a patient reads it, like "Sep 30"."""
        return self.date_pattern.format(
            month=self.months[day.month - 1], day=day.day, year=day.year
        )


def language_path(code: str) -> str:
    """Return the file that describes a language."""
    return f"templates/sms/{code}/language.toml"


def read_language(code: str, raw: Mapping[str, object]) -> Language | tuple[Complaint, ...]:
    """Read one language.toml's table; return every mistake in it instead, if there is any."""
    section = Section(language_path(code), raw)
    section.only(_KEYS)
    language = Language(
        code=code,
        name=section.words("name"),
        book_word=section.words("book_word"),
        conjunction=section.words("conjunction"),
        months=_months(section),
        date_pattern=_date_pattern(section),
        rates=section.words("rates"),
        promotional=section.many("promotional"),
        private=section.many("private"),
        refused_answers=section.many("refused_answers", default=()),
        invitations=section.many("invitations", default=()),
        triage=read_vocabulary(section.table("triage")) if "triage" in raw else None,
    )
    return tuple(section.mistakes) or language


def chosen_language(wanted: str, *, offered: Sequence[str], present: Collection[str]) -> str:
    """Return the wanted language if the clinic offers it, else its base ("es" of "es-MX").

    Failing both: the first language that the clinic offers, then English, then any.
    `present` are the language folders; it is never empty.
    """
    wish = wanted.strip().replace("_", "-").lower()
    bases = (wish, wish.split("-")[0])
    wishes = [each for base in bases for each in offered if each.lower() == base]
    choices = (*wishes, *offered, FALLBACK, *sorted(present))
    return next(choice for choice in choices if choice in present)


def _months(section: Section) -> tuple[str, ...]:
    months = section.many("months")
    if months and len(months) != 12:
        section.complain(
            "months", f"has {len(months)} names", mend="give 12, from January to December"
        )
    return months


def _date_pattern(section: Section) -> str:
    pattern = section.words("date")
    if pattern and _date_fields(pattern) not in ({"month", "day"}, _DATE_FIELDS):
        section.complain("date", "is not a date pattern", mend='write "{month} {day}" or so')
    return pattern


def _date_fields(pattern: str) -> set[str]:
    """Name the pattern's fields; a field with a format or an attribute is not a plain name."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return set()
    return {f"{name}{spec or ''}{how or ''}" for _, name, spec, how in parts if name is not None}
