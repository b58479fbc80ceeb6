"""`triage`: what patients' texts mean, as a filter of JSON lines. Opens no database."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import typer

from reminders.care.triage import CONTEXTS, Lexicon, Verdict, compiled, understand
from reminders.cli.application import CannotRun, app
from reminders.cli.hands import read_settings, words_for_faults
from reminders.cli.options import NowOption, SettingsOption
from reminders.runtime import languages_of, templates_folder
from reminders.settings.places import SHIPPED_TEMPLATES
from reminders.settings.reading import FILE_VARIABLE
from reminders.templates import load


class LineError(ValueError):
    """A line that cannot be read; the words say how to mend it and hold nothing of the text."""


@app.command()
def triage(now: NowOption = None, settings: SettingsOption = None) -> None:  # noqa: ARG001
    """Say what texts mean: JSON lines {"text", "context"} in, one verdict each out, at once.

    Contexts: side_effects, onset, wear_off, retreatment, aftercare, none. A line that cannot be
    read gets an "error" with its number instead, and the exit code is 1 at the end.
    """
    lexicon = _opened(settings)
    faults = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            told = _plain(_understood(line, lexicon))
        except LineError as error:
            told = {"error": str(error), "line": number}
            faults += 1
        print(json.dumps(told), flush=True)
    raise typer.Exit(1 if faults else 0)


def _opened(settings: Path | None) -> Lexicon:
    """Read the words of the settings' own templates, or the shipped ones when none are named."""
    with words_for_faults():
        if settings is None and FILE_VARIABLE not in os.environ:
            folder, templates = SHIPPED_TEMPLATES, load(SHIPPED_TEMPLATES)
        else:
            loaded = read_settings(settings)
            folder = templates_folder(loaded)
            templates = load(folder, languages=languages_of(loaded))
    if not templates.vocabularies:
        raise CannotRun(
            f"{folder}: no language has words for triage; "
            "write [triage] in a language.toml, or copy it from a shipped one"
        )
    return compiled(templates.vocabularies)


def _understood(line: bytes, lexicon: Lexicon) -> Verdict:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise LineError('is not JSON: write {"text": "…", "context": "none"}') from None
    if not isinstance(asked, dict):
        raise LineError('is not an object: write {"text": "…", "context": "none"}')
    text, context = asked.get("text"), asked.get("context", "none")
    if not isinstance(text, str):
        raise LineError('"text" is not a text: write the patient\'s words in quotes')
    if context not in CONTEXTS:
        raise LineError(f'"context" is not known: use {", ".join(CONTEXTS)}')
    return understand(text, context=context, lexicon=lexicon)


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        "intent": verdict.intent,
        "also": verdict.also,
        "evidence": verdict.evidence,
        "rule": verdict.rule,
        "version": verdict.version,
    }
