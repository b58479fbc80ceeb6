"""One language folder's texts and advice, their variables, and what is missing or not used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reminders.care.complaint import Complaint, Level, meant
from reminders.care.names import clean
from reminders.care.protocol import Protocol
from reminders.care.section import Section

SHARED = "shared"
REPLIES = "replies"
"""The file of the answers to patients and the pages to staff; it belongs to no protocol."""

TEXT_VARIABLES: Mapping[str, int] = {
    "clinic": 60,
    "first_name": 40,
    "clinic_phone": 30,
    "emergency_number": 30,
    "booking_url": 120,
    "book_word": 20,
    "advice": 160,
    "earliest": 30,
}
"""The variables of a protocol's text, each with its longest value in characters."""

VARIABLES: Mapping[str, int] = {
    **TEXT_VARIABLES,
    "minutes": 4,
    "level": 20,
    "number": 10,
    "who": 40,
    "opens": 30,
}
"""All variables, each with its longest value: the last five are for replies only.

`minutes` until the patient should call, `level` and `number` of an escalation, `who` took it,
`opens` when somebody reads again, a local time like "Nov 30 9:00".
"""


@dataclass(frozen=True, slots=True)
class Wordbook:
    """The texts of one language by file ("shared" or a protocol's key) and text key."""

    code: str
    texts: Mapping[str, Mapping[str, str]]
    advice: Mapping[str, Mapping[str, str]]
    introduction: str

    def source(self, protocol: str, text: str) -> str | None:
        """Return a text's template; the protocol's own file goes before the shared one."""
        shared = self.texts.get(SHARED, {}).get(text)
        return self.texts.get(protocol, {}).get(text, shared)

    def place(self, protocol: str, text: str) -> str:
        """Name the file and key that a text comes from."""
        own = text in self.texts.get(protocol, {})
        return f"{words_path(self.code, protocol if own else SHARED)}, texts.{text}"

    def advice_for(self, protocol: str, text: str) -> str:
        """Return the site's own line for a text; "" if the protocol has none."""
        return self.advice.get(protocol, {}).get(text, "")

    def longest_advice(self, text: str) -> str:
        """Return the two longest lines for a text: two sites treated in one visit share a text."""
        lines = {each[text] for each in self.advice.values() if text in each}
        return " ".join(sorted(lines, key=len)[-2:])


_TABLES = {SHARED: ("texts", "lines"), REPLIES: ("texts",)}


def words_path(code: str, name: str) -> str:
    """Return the file of one language's texts for a protocol, of its shared ones or replies."""
    return f"templates/sms/{code}/{name}.toml"


def read_wordbook(
    code: str, files: Mapping[str, Mapping[str, object]]
) -> tuple[Wordbook, tuple[Complaint, ...]]:
    """Read a language folder's tables by file name; return what is sound, and every mistake."""
    mistakes: list[Complaint] = []
    sections = {name: Section(words_path(code, name), raw, mistakes) for name, raw in files.items()}
    for name, section in sections.items():
        section.only(_TABLES.get(name, ("texts", "advice")))
    wordbook = Wordbook(
        code=code,
        texts={name: _strings(section.table("texts")) for name, section in sections.items()},
        advice={name: _advice(each) for name, each in sections.items() if name != SHARED},
        introduction=_introduction(sections[SHARED]) if SHARED in sections else "",
    )
    return wordbook, tuple(mistakes)


def _strings(section: Section) -> dict[str, str]:
    read = {key: section.words(key) for key in section.raw}
    return {key: words for key, words in read.items() if words}


def _advice(section: Section) -> dict[str, str]:
    table = section.table("advice")
    lines = _strings(table)
    for key in (key for key, line in lines.items() if "{" in line):
        table.complain(key, "holds a variable", mend="write plain words: advice has no variables")
    return lines


def _introduction(section: Section) -> str:
    lines = section.table("lines")
    lines.only(("introduction",))
    return lines.words("introduction")


def cleaned_values(values: Mapping[str, object]) -> dict[str, str]:
    """Return the variables' values as single clean lines, cut to their longest length.

    Raises ValueError for a name that is not a variable, TypeError for a value that is not words.
    """
    for name, value in values.items():
        if name not in VARIABLES:
            raise ValueError(f'"{name}" is not a variable: {meant(name, VARIABLES)}')
        if not isinstance(value, str):
            raise TypeError(f'the value of "{name}" is not words')
    return {name: clean(str(value), limit=VARIABLES[name]) for name, value in values.items()}


def missing_texts(wordbook: Wordbook, protocols: Iterable[Protocol]) -> tuple[Complaint, ...]:
    """List the texts that a step needs and the language folder lacks."""
    return tuple(
        Complaint(
            words_path(wordbook.code, protocol.key),
            f'has no text "{text}" for the step "{step}", nor has shared.toml',
            f'write {text} = "…" under [texts] here, or in shared.toml for every protocol',
        )
        for protocol in protocols
        for text, step in {step.text: step.key for step in reversed(protocol.steps)}.items()
        if wordbook.source(protocol.key, text) is None
    )


def stray_files(wordbook: Wordbook, protocols: Collection[str]) -> tuple[Complaint, ...]:
    """List the text files that belong to no protocol."""
    return tuple(
        Complaint(words_path(wordbook.code, name), f"unknown protocol {name}", meant(name, known))
        for known in [sorted({*protocols, SHARED, REPLIES})]
        for name in wordbook.texts
        if name not in known
    )


def unused_texts(wordbook: Wordbook, protocols: Mapping[str, Protocol]) -> tuple[Complaint, ...]:
    """Note the texts and advice that no step uses, and advice that its text never shows."""
    used = {(key, step.text) for key, protocol in protocols.items() for step in protocol.steps}
    used |= {(SHARED, text) for _, text in used}
    shown = {each for each in used if "advice" in (wordbook.source(*each) or "")}
    names = (SHARED, *protocols)
    texts = [(name, text) for name in names for text in wordbook.texts.get(name, {})]
    lines = [(name, text) for name in names for text in wordbook.advice.get(name, {})]
    return (
        *(_idle_text(wordbook, *each) for each in texts if each not in used),
        *(_idle_advice(wordbook, *each) for each in lines if each not in shown),
    )


def _idle_text(wordbook: Wordbook, name: str, text: str) -> Complaint:
    where = f"{words_path(wordbook.code, name)}, texts.{text}"
    return Complaint(where, "is used by no step", "take it out, or correct its key", Level.NOTE)


def _idle_advice(wordbook: Wordbook, name: str, text: str) -> Complaint:
    where = f"{words_path(wordbook.code, name)}, advice.{text}"
    mend = "correct its key, or write {{ advice }} in the text of that key"
    return Complaint(where, "is shown by no text", mend, Level.NOTE)


def untranslated(wordbook: Wordbook, others: Sequence[Wordbook]) -> tuple[Complaint, ...]:
    """List what another language says and this one does not.

    Advice is safety: its absence is an error. A text that falls back to the shared one is a note.
    Replies are not compared: reply_book.py says which ones every language must have.
    """
    advice = [
        _lacks(wordbook, name, f"advice.{text}", other=other, level=Level.ERROR)
        for other in others
        for name, lines in other.advice.items()
        for text in lines
        if not wordbook.advice_for(name, text)
    ]
    texts = [
        _lacks(wordbook, name, f"texts.{text}", other=other, level=Level.NOTE)
        for other in others
        for name, sources in other.texts.items()
        if name != REPLIES
        for text in sources
        if text not in wordbook.texts.get(name, {})
    ]
    return tuple(dict.fromkeys(advice + texts))


def _lacks(
    wordbook: Wordbook, name: str, field: str, *, other: Wordbook, level: Level
) -> Complaint:
    return Complaint(
        words_path(wordbook.code, name),
        f"has no {field}, which {words_path(other.code, name)} has",
        "translate it here",
        level,
    )
