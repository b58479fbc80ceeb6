"""All protocols and languages as one whole: read from raw tables, and what is missing in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reminders.care.complaint import Complaint, meant
from reminders.care.language import Language, language_path, read_language
from reminders.care.protocol import Protocol
from reminders.care.protocol_file import read_protocol
from reminders.care.reply_book import missing_replies, unused_replies
from reminders.care.triage.vocabulary import (
    Vocabulary,
    concept_names,
    missing_signs,
    unknown_concepts,
)
from reminders.care.wordbook import (
    REPLIES,
    SHARED,
    Wordbook,
    missing_texts,
    read_wordbook,
    stray_files,
    untranslated,
    unused_texts,
    words_path,
)

Table = Mapping[str, object]
"""What a TOML file holds."""

_LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One language folder as far as it could be read.

    `language` is None when language.toml is not sound; `is_whole` is False when a file could
    not be parsed, so that nothing can be said about what is missing.
    """

    code: str
    language: Language | None
    wordbook: Wordbook
    complaints: tuple[Complaint, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sound protocols, the keys of all protocol files, and the language folders."""

    protocols: Mapping[str, Protocol]
    keys: frozenset[str]
    shelves: Mapping[str, Shelf]
    complaints: tuple[Complaint, ...]


def read_catalogue(
    protocols: Mapping[str, Table | None], languages: Mapping[str, Mapping[str, Table | None]]
) -> Catalogue:
    """Read the tables of protocols by key, and of language folders by code and file name.

    None stands for a file that could not be parsed; who opened it complains of that.
    """
    read = {key: read_protocol(key, raw) for key, raw in protocols.items() if raw is not None}
    mistakes = [each for each in read.values() if not isinstance(each, Protocol)]
    return Catalogue(
        protocols={key: each for key, each in read.items() if isinstance(each, Protocol)},
        keys=frozenset(protocols),
        shelves={code: _shelf(code, files) for code, files in languages.items()},
        complaints=(*_empty(protocols, languages), *sum(mistakes, ())),
    )


def chosen_shelves(
    catalogue: Catalogue, codes: Sequence[str] | None
) -> tuple[tuple[Shelf, ...], tuple[Complaint, ...]]:
    """Return the shelves asked for (all of them for None), and a complaint for each unknown one."""
    shelves = catalogue.shelves
    wanted = list(dict.fromkeys(shelves if codes is None else codes))
    unknown = tuple(
        Complaint(
            f"templates/sms/{code}",
            "there is no such language folder",
            f"{meant(code, shelves)}, or copy a language folder and translate it",
        )
        for code in wanted
        if code not in shelves
    )
    return tuple(shelves[code] for code in wanted if code in shelves), unknown


def gaps(catalogue: Catalogue, shelf: Shelf) -> tuple[Complaint, ...]:
    """List what a shelf lacks, for the protocols or beside other languages, or has too much."""
    if not shelf.is_whole:
        return ()
    book, protocols = shelf.wordbook, catalogue.protocols
    others = [each.wordbook for each in catalogue.shelves.values() if each is not shelf]
    is_known = catalogue.keys == protocols.keys()
    return (
        *missing_texts(book, protocols.values()),
        *missing_replies(book),
        *unused_replies(book),
        *stray_files(book, catalogue.keys),
        *untranslated(book, others),
        *_triage_gaps(catalogue, shelf),
        *(unused_texts(book, protocols) if is_known else ()),
    )


def vocabularies(catalogue: Catalogue) -> tuple[Vocabulary, ...]:
    """Return every sound language's words for triage: patients mix languages."""
    languages = [each.language for each in catalogue.shelves.values() if each.language]
    return tuple(each.triage for each in languages if each.triage)


def _triage_gaps(catalogue: Catalogue, shelf: Shelf) -> Iterator[Complaint]:
    """List the concepts that no language has, and the grave signs that only others can read."""
    if shelf.language is None:
        return
    words, where = shelf.language.triage, f"{language_path(shelf.code)}, triage"
    every = vocabularies(catalogue)
    if words is not None:
        known = frozenset().union(*map(concept_names, every))
        yield from (
            Complaint(f"{where}, {field}", what, mend)
            for field, what, mend in unknown_concepts(words, known)
        )
    for field in missing_signs(words, every):
        yield Complaint(
            where, f"has no {field}, which another language has", "translate it from there"
        )


def _shelf(code: str, files: Mapping[str, Table | None]) -> Shelf:
    parsed = {name: raw for name, raw in files.items() if raw is not None}
    raw_language = parsed.pop(_LANGUAGE, None)
    read = read_language(code, raw_language) if raw_language is not None else ()
    wordbook, mistakes = read_wordbook(code, parsed)
    absent = tuple(
        Complaint(path, "is missing", "copy it from another language and translate it")
        for name, path in (
            (_LANGUAGE, language_path(code)),
            *((each, words_path(code, each)) for each in (SHARED, REPLIES)),
        )
        if name not in files
    )
    return Shelf(
        code=code,
        language=read if isinstance(read, Language) else None,
        wordbook=wordbook,
        complaints=(*absent, *(() if isinstance(read, Language) else read), *mistakes),
        is_whole=None not in files.values() and SHARED in files,
    )


def _empty(
    protocols: Mapping[str, Table | None], languages: Mapping[str, Mapping[str, Table | None]]
) -> tuple[Complaint, ...]:
    return tuple(
        Complaint(where, "holds no file", mend)
        for where, found, mend in (
            ("templates/protocols", protocols, "add a protocol file, like writers-cramp.toml"),
            ("templates/sms", languages, "add a language folder, like en"),
        )
        if not found
    )
