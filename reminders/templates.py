"""The only module that opens templates/: loads protocols and texts, renders texts, runs the check.

A text is a Jinja template in a sandbox and under an allow-list: variables, conditions, three
filters. Values are words of ours or of a patient's record; they are never read as a template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.environment import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reminders.care.catalogue import Table, chosen_shelves, gaps, read_catalogue, vocabularies
from reminders.care.complaint import Complaint, Level, meant
from reminders.care.language import Language, chosen_language
from reminders.care.proof import Press, proofread
from reminders.care.protocol import Protocol
from reminders.care.segments import fold
from reminders.care.triage import Vocabulary
from reminders.care.wordbook import Wordbook, cleaned_values, words_path
from reminders.care.wording import ClinicWords

LONGEST_SOURCE = 2000
LONGEST_TEXT = 480

_FILTERS = ("upper", "title", "default")
_ALLOWED = {
    nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Const, nodes.Filter,
}  # fmt: skip
# Texts are not HTML: escaping would send "&amp;" to a telephone.
_SANDBOX = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)


class Contact(StrEnum):
    """Whether we have texted this patient before; the first text carries the introduction."""

    FIRST = "first"
    LATER = "later"


class TemplateError(Exception):
    """What stands under templates/ is not fit for use; `complaints` names every mistake."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = tuple(complaints)


@dataclass(frozen=True, slots=True)
class Templates:
    """The protocols and every language's words, ready for use.

    `fingerprint` changes whenever a protocol file does; `vocabularies` are those of all folders.
    """

    protocols: Mapping[str, Protocol]
    languages: Mapping[str, Language]
    wordbooks: Mapping[str, Wordbook]
    fingerprint: str
    vocabularies: tuple[Vocabulary, ...] = ()

    def render(
        self,
        *,
        language: str,
        protocol: str,
        text: str,
        values: Mapping[str, str],
        contact: Contact = Contact.LATER,
    ) -> str:
        """Return a text in GSM-7 letters, on one line, of at most 480 characters.

        `values` gives the text's variables (see VARIABLES; an empty first name is fine);
        `book_word` and `advice` come from the files unless given. Raises TemplateError for an
        unknown text, a value that is missing or a text grown too long, ValueError for a value
        that is not a variable, TypeError for one that is not words.
        """
        place, source = self._source(language, protocol, text)
        own = {
            "book_word": self.languages[language].book_word,
            "advice": self.wordbooks[language].advice_for(protocol, text),
        }
        introduction = self.wordbooks[language].introduction
        sources = (source, introduction) if contact is Contact.FIRST else (source,)
        return _fitted(place, sources, values=cleaned_values(own | dict(values)))

    def words_hash(self, *, language: str, protocol: str, text: str) -> str:
        """Return the version of a text's wording, for the record; raises as render does."""
        _, source = self._source(language, protocol, text)
        book = self.wordbooks[language]
        words = (source, book.advice_for(protocol, text), book.introduction)
        return sha256("\0".join(words).encode()).hexdigest()[:16]

    def advice(self, *, language: str, protocol: str, text: str) -> str:
        """Return a protocol's own line for a text; "" if it has none."""
        return self.wordbooks[language].advice_for(protocol, text)

    def formatted_day(self, day: date, *, language: str) -> str:
        """Return a day as a patient reads it, like "Sep 30"."""
        return self.languages[language].formatted(day)

    def language_for(self, wanted: str, *, offered: Sequence[str]) -> str:
        """Return the language to write in: the wanted one, its base, else the clinic's first."""
        return chosen_language(wanted, offered=offered, present=self.languages)

    def _source(self, language: str, protocol: str, text: str) -> tuple[str, str]:
        book = self.wordbooks.get(language)
        source = book.source(protocol, text) if book else None
        if book is None or source is None:
            mend = "write it under [texts] here or in shared.toml"
            where = words_path(language, protocol)
            raise TemplateError([Complaint(where, f'has no text "{text}"', mend)])
        return book.place(protocol, text), source


def load(folder: Path, *, languages: Sequence[str] | None = None) -> Templates:
    """Open the templates folder; raise TemplateError with every error that the check finds.

    `languages` limits this to some language folders, so that a half-made one does no harm.
    """
    templates, complaints = _examined(folder, clinics=(), languages=languages)
    errors = [each for each in complaints if each.level is Level.ERROR]
    if errors:
        raise TemplateError(errors)
    return templates


def check_templates(
    folder: Path, *, clinics: Sequence[ClinicWords] = (), languages: Sequence[str] | None = None
) -> tuple[Complaint, ...]:
    """List every mistake under the templates folder, file by file, errors and notes.

    Length is measured with each clinic's name, or a name of 30 letters where none is given.
    """
    return _examined(folder, clinics=clinics, languages=languages)[1]


def language_codes(folder: Path) -> tuple[str, ...]:
    """Name the languages that have a folder of texts, whether sound or not."""
    return tuple(path.name for path in _Opened(folder, []).language_folders())


def _examined(
    folder: Path, *, clinics: Sequence[ClinicWords], languages: Sequence[str] | None
) -> tuple[Templates, tuple[Complaint, ...]]:
    opened = _Opened(folder, [])
    tables = {path.name: opened.tables(path) for path in opened.language_folders()}
    catalogue = read_catalogue(opened.tables(folder / "protocols"), tables)
    shelves, unknown = chosen_shelves(catalogue, languages)
    found = [*opened.unreadable, *catalogue.complaints, *unknown]
    for shelf in shelves:
        found += (*shelf.complaints, *gaps(catalogue, shelf))
        found += proofread(shelf, catalogue.protocols, press=_PRESS, clinics=clinics)
    templates = Templates(
        protocols=catalogue.protocols,
        languages={shelf.code: shelf.language for shelf in shelves if shelf.language},
        wordbooks={shelf.code: shelf.wordbook for shelf in shelves},
        fingerprint=opened.fingerprint(),
        vocabularies=vocabularies(catalogue),
    )
    return templates, tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Opened:
    """The folder being opened, and a complaint for each file that could not be parsed."""

    folder: Path
    unreadable: list[Complaint]

    def language_folders(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("sms/*") if path.is_dir())

    def tables(self, folder: Path) -> dict[str, Table | None]:
        return {path.stem: self._table(path) for path in sorted(folder.glob("*.toml"))}

    def fingerprint(self) -> str:
        paths = sorted(self.folder.glob("protocols/*.toml"))
        parts = (part for path in paths for part in (path.name.encode(), path.read_bytes()))
        return sha256(b"\0".join(parts)).hexdigest()[:16]

    def _table(self, path: Path) -> Table | None:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            what, mend = f"is not TOML: {error}", "mend that line: key = value, words in quotes"
        except UnicodeDecodeError as error:
            what, mend = f"is not UTF-8 (byte {error.start})", "save the file as UTF-8"
        where = f"templates/{path.relative_to(self.folder).as_posix()}"
        self.unreadable.append(Complaint(where, what, mend))
        return None


def _fitted(place: str, sources: Sequence[str], *, values: Mapping[str, str]) -> str:
    try:
        printed = " ".join(_compiled(source).render(values) for source in sources)
    except jinja2.UndefinedError as error:
        raise TemplateError([Complaint(place, str(error.message), "pass a value")]) from None
    words = " ".join(fold(printed).split())
    if len(words) > LONGEST_TEXT:
        what = f"grows longer than {LONGEST_TEXT} characters"
        raise TemplateError([Complaint(place, what, "shorten it")])
    return words


# A compiled text renders in microseconds, compiling takes a hundred times as long.
@lru_cache(maxsize=4096)
def _compiled(source: str) -> Compiled:
    return _SANDBOX.from_string(source)


@lru_cache(maxsize=4096)
def _faults(source: str, known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """List what is wrong with a source as (what, mend); what passes here is safe to compile."""
    if len(source) > LONGEST_SOURCE:
        return ((f"is longer than {LONGEST_SOURCE} characters", "shorten it"),)
    try:
        faults = tuple(_forbidden(_SANDBOX.parse(source), known))
        if not faults:
            _compiled(source)
    except jinja2.TemplateSyntaxError as error:
        return ((f"is not a template: {error.message}", "mend the {{ … }} or {% … %}"),)
    except (RecursionError, SyntaxError):
        return (("is nested too deeply", "write it without so many conditions"),)
    return faults


def _forbidden(tree: nodes.Template, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name) and node.name not in known:
            yield f'unknown variable "{node.name}"', meant(node.name, known)
        elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            yield f'unknown filter "{node.name}"', meant(node.name, _FILTERS)
        elif type(node) not in _ALLOWED:
            part = type(node).__name__.lower()
            yield f"uses {part}, which texts may not", "use variables and {% if %} only"


_PRESS = Press(faults=_faults, printed=lambda source, values: _compiled(source).render(values))
