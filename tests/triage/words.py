"""The shipped words, made ready once for all tests of triage."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from reminders.care.section import Section
from reminders.care.triage import Intent, Lexicon, Verdict, Vocabulary, compiled, understand
from reminders.care.triage.vocabulary import read_vocabulary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def raw_words(code: str) -> dict[str, Any]:
    """Return one shipped language's table [triage], as the file has it."""
    path = TEMPLATES / f"sms/{code}/language.toml"
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["triage"]
    return table


def vocabulary(raw: Mapping[str, object]) -> Vocabulary:
    """Read a table that must be sound."""
    section = Section("language.toml, triage", raw)
    read = read_vocabulary(section)
    assert section.mistakes == []
    return read


@lru_cache
def shipped() -> Lexicon:
    """Return the lexicon of every shipped language."""
    codes = sorted(path.parent.name for path in TEMPLATES.glob("sms/*/language.toml"))
    return compiled(vocabulary(raw_words(code)) for code in codes)


def verdict(text: str, context: str = "side_effects") -> Verdict:
    """Understand a text with the shipped words."""
    return understand(text, context=context, lexicon=shipped())


def intent(text: str, context: str = "side_effects") -> Intent:
    """Return only what a text means."""
    return verdict(text, context).intent
