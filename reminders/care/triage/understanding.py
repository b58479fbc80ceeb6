"""Understanding a text: the order in which its signs, words and digits are asked what they mean.

Red flags come first and outrank everything. When in doubt a person reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reminders.care.triage.answers import bare, digit_answer, keyword, short_answer
from reminders.care.triage.finding import SIGNS, Finding, look
from reminders.care.triage.intent import CONTEXTS, Intent, Verdict
from reminders.care.triage.lexicon import Lexicon
from reminders.care.triage.reading import Reading
from reminders.care.triage.standing import Standing, weighed
from reminders.care.triage.together import raised
from reminders.care.triage.vocabulary import MINOR

_LEAVING = (Intent.WRONG_NUMBER, Intent.OPT_OUT)
_OVER_SIGNS = (Intent.NO_EFFECT, Intent.WEARING_OFF, Intent.ALL_WELL, Intent.OPT_OUT)
_OF_EFFECT = ("onset", "wear_off", "retreatment")
_WISHES = (
    Intent.NO_EFFECT, Intent.WEARING_OFF, Intent.BOOK, Intent.QUESTION, Intent.OPT_IN,
    Intent.HELP, Intent.ALL_WELL,
)  # fmt: skip
"""Which intent a text without a symptom gets, in this order, when its words carry several."""

_ALSO = (
    Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.BOOK, Intent.NO_EFFECT, Intent.WEARING_OFF,
    Intent.QUESTION,
)  # fmt: skip
"""Which intents still want an effect of their own beside a graver one."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A text being understood: what it says, in answer to what, and how its signs are meant."""

    reading: Reading
    context: str
    lexicon: Lexicon
    standings: Mapping[Finding, Standing]
    said: str

    def found(self, *groups: str, how: Standing = Standing.STANDS) -> list[Finding]:
        """Return the findings of these groups that are meant so."""
        meant = (each for each, standing in self.standings.items() if standing is how)
        return [each for each in meant if each.group in groups]


_Ruling = tuple[Intent, str, tuple[str, ...]]


def understand(text: str, *, context: str, lexicon: Lexicon) -> Verdict:
    """Say what a text means after what we asked (one of CONTEXTS).

    Never raises for any text; ValueError for a context that is none. The same text always gets
    the same verdict.
    """
    if context not in CONTEXTS:
        raise ValueError(f'"{context}" is no context: use {", ".join(CONTEXTS)}')
    letter = _opened(text, context, lexicon)
    intent, rule, evidence = next(filter(None, (ask(letter) for ask in _ORDER)))
    return Verdict(
        intent=intent,
        also=_also(letter, intent),
        evidence=evidence,
        rule=rule,
        version=lexicon.version,
    )


def _opened(text: str, context: str, lexicon: Lexicon) -> _Letter:
    reading = lexicon.read(text)
    spans = lexicon.spans(reading)
    findings = [
        each
        for each in look(reading, lexicon, spans)
        if each.rule != "no_effect.still" or context in _OF_EFFECT
    ]
    standings = weighed(reading, findings, spans)
    return _Letter(reading, context, lexicon, standings, bare(reading, lexicon))


def _flags(letter: _Letter) -> _Ruling | None:
    """Emergency signs, alone or together; then urgent ones, and emergencies that have passed."""
    emergencies = letter.found(Intent.EMERGENCY)
    if emergencies:
        return _ruled(Intent.EMERGENCY, letter, emergencies)
    signs = letter.found(Intent.URGENT, MINOR, Intent.ROUTINE_SYMPTOM)
    pair = raised({each.sign for each in signs})
    urgent = letter.found(Intent.URGENT) or _passed(letter)
    if pair is not None and (pair.intent is Intent.EMERGENCY or not urgent):
        both = [each for each in signs if each.sign in pair.first | pair.second]
        return pair.intent, f"{pair.intent}.{pair.name}", _quotes(letter, both)
    return _ruled(Intent.URGENT, letter, urgent)


def _passed(letter: _Letter) -> list[Finding]:
    """An emergency that is over, and words of dying though denied, are read by a person."""
    denied = letter.found(Intent.EMERGENCY, how=Standing.NEGATED)
    over = letter.found(Intent.EMERGENCY, how=Standing.GONE)
    return [*over, *(each for each in denied if each.sign == "despair")]


def _worried(letter: _Letter) -> _Ruling | None:
    """The answer "3, worried" reaches a person whatever reassuring words follow."""
    answer = digit_answer(letter.reading, letter.lexicon, context=letter.context)
    if answer is None or answer[1] is not Intent.URGENT:
        return None
    return Intent.URGENT, f"answer.{letter.context}", (answer[0],)


def _robot(letter: _Letter) -> _Ruling | None:
    """An automatic reply means nothing of what it says."""
    found = [each for each in letter.found(Intent.OTHER) if each.sign == "robot"]
    return _ruled(Intent.OTHER, letter, found)


def _keyword(letter: _Letter) -> _Ruling | None:
    found = keyword(letter.said, letter.lexicon)
    return (found, f"{found}.keyword", (letter.said,)) if found else None


def _short(letter: _Letter) -> _Ruling | None:
    for said in (" ".join(letter.reading.words), letter.said):
        found = short_answer(said, letter.lexicon, context=letter.context)
        if found:
            return found, f"answer.{letter.context}", (said,)
    return None


def _routine(letter: _Letter) -> _Ruling | None:
    """What comes back, stays or is gone is an effect, and "tired of your texts" is no tiredness."""
    effects = [each for each in letter.found(*_OVER_SIGNS) if each.rule != "all_well.good"]
    found = [
        each
        for each in letter.found(Intent.ROUTINE_SYMPTOM)
        if not any(each.start < other.end and other.start < each.end for other in effects)
    ]
    return _ruled(Intent.ROUTINE_SYMPTOM, letter, found)


def _words(letter: _Letter) -> _Ruling | None:
    """Late after a treatment, "not working" means that it no longer does.

    "No droop, no pain, nothing" says nothing of an effect that was not asked for.
    """
    is_late = letter.context in ("wear_off", "retreatment")
    order: tuple[Intent, ...] = (*_LEAVING, *_WISHES)
    if is_late:
        order = (*_LEAVING, Intent.WEARING_OFF, *_WISHES)
    if letter.reading.asks and letter.context not in _OF_EFFECT:
        order = (*_LEAVING, Intent.BOOK, Intent.QUESTION, *_WISHES)
    if letter.found(*SIGNS, how=Standing.NEGATED) and letter.context not in _OF_EFFECT:
        order = tuple(intent for intent in order if intent is not Intent.NO_EFFECT)
    rulings = (_ruled(intent, letter, letter.found(intent)) for intent in order)
    return next((ruling for ruling in rulings if ruling), None)


def _digit(letter: _Letter) -> _Ruling | None:
    answer = digit_answer(letter.reading, letter.lexicon, context=letter.context)
    return (answer[1], f"answer.{letter.context}", (answer[0],)) if answer else None


def _faded(letter: _Letter) -> _Ruling | None:
    """What has passed is logged and asked after; asked for an effect, it is one."""
    found = letter.found(Intent.URGENT, Intent.ROUTINE_SYMPTOM, how=Standing.GONE)
    meant = Intent.ALL_WELL if letter.context in _OF_EFFECT else Intent.ROUTINE_SYMPTOM
    return _ruled(meant, letter, found)


def _denied(letter: _Letter) -> _Ruling | None:
    """Signs denied, and nothing else said, are good news."""
    found = letter.found(*SIGNS, how=Standing.NEGATED)
    return _ruled(Intent.ALL_WELL, letter, found)


def _supposed(letter: _Letter) -> _Ruling | None:
    """ "What if my eyelid droops?" asks; it does not tell."""
    found = letter.found(*SIGNS, how=Standing.SUPPOSED)
    return _ruled(Intent.QUESTION, letter, found)


def _small_talk(letter: _Letter) -> _Ruling | None:
    return _ruled(Intent.OTHER, letter, letter.found(Intent.OTHER))


def _unsure(letter: _Letter) -> _Ruling:
    if letter.reading.asks and len(letter.reading.words) > 2:
        return Intent.QUESTION, "question.mark", ("?",)
    return Intent.UNCLEAR, "unclear", ()


_ORDER: tuple[Callable[[_Letter], _Ruling | None], ...] = (
    _flags, _worried, _robot, _keyword, _short, _routine, _words, _digit, _faded, _denied,
    _supposed, _small_talk, _unsure,
)  # fmt: skip


def _ruled(intent: Intent, letter: _Letter, findings: list[Finding]) -> _Ruling | None:
    if not findings:
        return None
    return intent, findings[0].rule, _quotes(letter, findings)


def _quotes(letter: _Letter, findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(letter.reading.quoted(each.start, each.end) for each in findings))


def _also(letter: _Letter, intent: Intent) -> tuple[Intent, ...]:
    groups = {each.group for each in letter.found(*_ALSO)}
    return tuple(each for each in _ALSO if each in groups and each is not intent)
