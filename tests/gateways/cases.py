"""The conformance cases: what Twilio or the way to it does, and what a gateway must say then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from reminders.gateways.gateway import Accepted, NoAnswer, Outgoing, Refused, Scope
from tests.standin import ACCOUNT_SID, AUTH_TOKEN, StandIn

PATIENT = "+12125550101"
CLINIC = "+14155550100"
POOL = "MG" + "0123456789abcdef" * 2
ACCOUNT = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}


def outgoing(**changes: Any) -> Outgoing:
    """Return a made-up text, changed as asked."""
    facts = {
        "message_id": "7d0c9a52",
        "attempt": 1,
        "to": PATIENT,
        "sender": CLINIC,
        "body": "Juniper Test Clinic: Hi Quillby, how is it going? Reply 1, 2 or 3.",
        "useful_for": timedelta(hours=6),
    }
    return Outgoing(**{**facts, **changes})


@dataclass(frozen=True, slots=True)
class Refusal:
    """The parts of a refusal that others act upon."""

    code: int
    permanent: bool
    scope: Scope
    opted_out: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`fault` and what follows: the answer, and how many texts the patient gets from it."""

    label: str
    fault: Mapping[str, Any]
    expected: type[Accepted] | type[NoAnswer] | Refusal
    texts: int = 0
    text: Outgoing = field(default_factory=outgoing)

    def arrange(self, standin: StandIn) -> None:
        """Make the stand-in fail as the case says."""
        if self.fault:
            standin.fault(**self.fault)


def facts_of(refused: Refused) -> Refusal:
    """Return what others act upon."""
    return Refusal(
        refused.code, refused.permanent, refused.scope, refused.opted_out, refused.retry_after
    )


SUCCESSES = (
    Case("a text is accepted", {}, Accepted, texts=1),
    Case(
        "a text with accents and an emoji is accepted",
        {},
        Accepted,
        texts=1,
        text=outgoing(body="Clínica Enebro de Prueba: ¿todo bien? 🙂 50% & más"),
    ),
    Case(
        "a text by a messaging service is accepted",
        {},
        Accepted,
        texts=1,
        text=outgoing(sender=POOL),
    ),
    Case(
        "a text that is useful for a moment only is accepted",
        {},
        Accepted,
        texts=1,
        text=outgoing(useful_for=timedelta(seconds=1)),
    ),
    Case(
        "a text that is useful for weeks is accepted",
        {},
        Accepted,
        texts=1,
        text=outgoing(useful_for=timedelta(days=30)),
    ),
)


def _no(code: int, scope: Scope = Scope.TEXT, **more: Any) -> Refusal:
    return Refusal(code, True, scope, **more)


def _later(code: int, scope: Scope = Scope.TEXT, **more: Any) -> Refusal:
    return Refusal(code, False, scope, **more)


def _refuse(code: int, **more: Any) -> Mapping[str, Any]:
    return {"kind": "refuse", "code": code, **more}


_TEN_SECONDS = timedelta(seconds=10)
_UNTIL = "Wed, 21 Oct 2026 07:28:00 GMT"

REFUSALS = (
    Case("an invalid number", _refuse(21211), _no(21211, Scope.NUMBER)),
    Case("a landline", _refuse(21614), _no(21614, Scope.NUMBER)),
    Case("a number that sent STOP", _refuse(21610), _no(21610, Scope.NUMBER, opted_out=True)),
    Case("a country that is switched off", _refuse(21408), _no(21408, Scope.NUMBER)),
    Case("a pair of numbers without a way", _refuse(21612), _no(21612)),
    Case("a text that is too long", _refuse(21617), _no(21617)),
    Case("a code nobody knows", _refuse(29999), _no(29999)),
    Case("a bare 400", {"kind": "html", "status": 400}, _no(400)),
    Case("a warning with a 400", _refuse(20001), _no(20001)),
    Case("wrong credentials", _refuse(20003), _later(20003, Scope.ACCOUNT)),
    Case("a sender that is not ours", _refuse(21606), _later(21606, Scope.ACCOUNT)),
    Case("a trial account", _refuse(21608), _later(21608, Scope.ACCOUNT)),
    Case("a suspended account", _refuse(20005, status=403), _later(20005, Scope.ACCOUNT)),
    Case("a bare 403", {"kind": "html", "status": 403}, _later(403, Scope.ACCOUNT)),
    Case("an unknown address", {"kind": "html", "status": 404}, _later(404, Scope.ACCOUNT)),
    Case("a redirect", {"kind": "redirect"}, _later(302, Scope.ACCOUNT)),
    Case("a lasting redirect", {"kind": "redirect", "status": 308}, _later(308, Scope.ACCOUNT)),
    Case("too many requests", _refuse(20429), _later(20429)),
    Case(
        "too many requests, ten seconds please",
        _refuse(20429, retry_after="10"),
        _later(20429, retry_after=_TEN_SECONDS),
    ),
    Case("too many requests, until a date", _refuse(20429, retry_after=_UNTIL), _later(20429)),
    Case("a bare 429", {"kind": "html", "status": 429}, _later(429)),
    Case("a full queue", _refuse(21611), _later(21611)),
    Case("maintenance", _refuse(21730, status=503, made=False), NoAnswer),
    Case("maintenance announced", _refuse(21730), _later(21730)),
    Case(
        "a loop between two numbers",
        _refuse(14107),
        _later(14107, retry_after=timedelta(seconds=30)),
    ),
    Case(
        "the new error body",
        {"kind": "rfc9457", "code": 21211},
        _no(21211, Scope.NUMBER),
    ),
    Case(
        "the new error body for too many requests",
        {"kind": "rfc9457", "code": 20429, "retry_after": "10"},
        _later(20429, retry_after=_TEN_SECONDS),
    ),
    Case(
        "a message that failed at birth",
        {"kind": "born_failed", "code": 21610, "made": True},
        _no(21610, Scope.NUMBER, opted_out=True),
        texts=1,
    ),
)


def _doubts() -> tuple[Case, ...]:
    """Return each doubt twice: nothing was created, and all was created. We cannot tell."""
    ways: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("a server error", _refuse(20500)),
        ("a server error that quotes a harmless code", _refuse(21211, status=500)),
        ("a service out of reach", _refuse(20503)),
        ("a server error in code only", _refuse(20500, status=400)),
        ("a web page instead of an answer", {"kind": "html", "status": 503}),
        ("the new error body for a server error", {"kind": "rfc9457", "code": 20500}),
        ("silence", {"kind": "hang"}),
        ("a reset", {"kind": "reset"}),
        ("a closed connection", {"kind": "hang_up"}),
        ("an answer cut short", {"kind": "cut"}),
        ("an answer that is not HTTP", {"kind": "garbage"}),
        ("a torn yes", {"kind": "torn"}),
        ("an empty yes", {"kind": "empty"}),
        ("a yes without a sid", {"kind": "without_sid"}),
        ("a yes that is a list", {"kind": "not_an_object"}),
    )
    return tuple(
        Case(f"{label}, text {end}", {**fault, "made": made}, NoAnswer, texts=int(made))
        for label, fault in ways
        for end, made in (("lost", False), ("made", True))
    )


DOUBTS = _doubts()
