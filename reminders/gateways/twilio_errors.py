"""What each Twilio error code means for a text: a table, and one question asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from reminders.gateways.gateway import NoAnswer, Refused, Scope


class Verdict(StrEnum):
    """What to do about an error code."""

    RETRY = "retry"  # never processed: this text may go again
    AGAIN = "again"  # this sending is dead, another may work while the text is still useful
    CAP = "cap"  # a daily limit is reached: wait until it resets
    UNKNOWN = "unknown"  # it may have been sent: never blindly again
    TEXT = "text"  # drop this text
    NUMBER = "number"  # text this number no more
    BLOCKED = "blocked"  # a toll-free sender's STOP; else the number, when it happens twice
    OPTED_OUT = "opted out"  # the patient sent STOP to the gateway
    ACCOUNT = "account"  # nothing can be sent until somebody mends the account or the settings
    REMARK = "remark"  # a warning, or not about a text of ours


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, why in plain words, and how long to wait when Twilio does not say."""

    verdict: Verdict
    reason: str
    wait: timedelta | None = None

    @property
    def permanent(self) -> bool:
        """False: not processed, and this text may be tried again."""
        return self.verdict not in _NOT_PERMANENT

    @property
    def scope(self) -> Scope:
        """What the refusal is about."""
        return _SCOPES.get(self.verdict, Scope.TEXT)

    @property
    def opted_out(self) -> bool:
        """The number sent STOP to the gateway."""
        return self.verdict is Verdict.OPTED_OUT


# A text refused because of the account is not lost: it goes once the account is mended.
_NOT_PERMANENT = frozenset(
    {Verdict.RETRY, Verdict.AGAIN, Verdict.CAP, Verdict.UNKNOWN, Verdict.ACCOUNT}
)

# RETRY is about the text although the whole account is asked to slow down: only a refusal that
# needs a person stops all sending, and too much at once needs none.
_SCOPES: Mapping[Verdict, Scope] = {
    Verdict.NUMBER: Scope.NUMBER,
    Verdict.BLOCKED: Scope.NUMBER,
    Verdict.OPTED_OUT: Scope.NUMBER,
    Verdict.ACCOUNT: Scope.ACCOUNT,
}

_HALF_A_MINUTE = timedelta(seconds=30)
_HALF_AN_HOUR = timedelta(minutes=30)

# Codes and their meaning: https://www.twilio.com/docs/api/errors
_TABLE: Mapping[Judgement, tuple[int, ...]] = {
    Judgement(Verdict.RETRY, "too many requests at once"): (429, 20429),
    Judgement(Verdict.RETRY, "the sender's queue is full"): (21611,),
    Judgement(Verdict.RETRY, "Twilio is under maintenance"): (21730,),
    Judgement(Verdict.UNKNOWN, "Twilio had an error of its own"): (20500, 20503),
    Judgement(Verdict.OPTED_OUT, "the number has sent STOP to this sender"): (21610,),
    Judgement(Verdict.BLOCKED, "the number is blocked for this sender"): (30004,),
    Judgement(Verdict.NUMBER, "the number is not valid"): (21211,),
    Judgement(Verdict.NUMBER, "the number cannot receive texts"): (21265, 21614, 21635, 30006),
    Judgement(Verdict.NUMBER, "the number may no longer exist"): (30005,),
    # For one country, so about the number: one foreign telephone must not stop a whole clinic.
    Judgement(Verdict.NUMBER, "texts to this country are switched off at Twilio"): (21408,),
    Judgement(Verdict.NUMBER, "the number must not be texted for legal reasons"): (30640,),
    Judgement(Verdict.TEXT, "this sender cannot reach this number"): (21612,),
    Judgement(Verdict.AGAIN, "the telephone is switched off or has no signal"): (30003,),
    Judgement(Verdict.AGAIN, "the sender's queue overflowed"): (30001,),
    Judgement(Verdict.AGAIN, "the carrier is congested"): (30017, 30022),
    Judgement(Verdict.AGAIN, "Twilio could not hand the text on"): (30020, 30021, 30500),
    Judgement(Verdict.AGAIN, "the carrier did not answer in time"): (30410,),
    Judgement(Verdict.AGAIN, "the text waited too long at Twilio"): (30036,),
    Judgement(Verdict.AGAIN, "Twilio held the text back in quiet hours"): (30610,),
    Judgement(Verdict.AGAIN, "Twilio suspects misuse for now", _HALF_AN_HOUR): (30450,),
    Judgement(Verdict.AGAIN, "too many texts between two numbers", _HALF_A_MINUTE): (14107,),
    Judgement(Verdict.CAP, "the carrier's daily limit is reached"): (30023, 30027),
    Judgement(Verdict.TEXT, "the carrier filtered the text"): (30007,),
    Judgement(Verdict.TEXT, "the carrier gave no reason"): (30008,),
    Judgement(Verdict.TEXT, "the carrier does not know this sender yet"): (30024,),
    Judgement(Verdict.TEXT, "the text is too long"): (21605, 21617, 30019, 30044),
    Judgement(Verdict.TEXT, "the text is empty"): (21602, 21619),
    Judgement(Verdict.TEXT, "the content cannot be sent"): (
        *(21618, 21620, 21623, 21654, 21655, 21656, 21658, 30010, 30011),
    ),
    Judgement(Verdict.ACCOUNT, "Twilio does not accept our credentials"): (20003,),
    Judgement(Verdict.ACCOUNT, "the Twilio account may not send"): (
        *(10001, 10002, 20005, 20006, 20008, 20010, 30002, 30037, 90010),
    ),
    Judgement(Verdict.ACCOUNT, "Twilio does not know this account or address"): (20404,),
    Judgement(Verdict.ACCOUNT, "the sender is not ours or cannot send texts"): (
        *(21212, 21601, 21603, 21606, 21616, 21659),
    ),
    Judgement(Verdict.ACCOUNT, "a trial account may only text verified numbers"): (21608,),
    Judgement(Verdict.ACCOUNT, "the messaging service is missing or has no sender"): (
        *(21701, 21702, 21703, 21704, 21705, 21709),
    ),
    Judgement(Verdict.ACCOUNT, "Twilio does not accept our call-back address or timing"): (
        *(21609, 21624, 35111, 35114, 35115, 35117, 35118, 35125, 90007, 90014),
    ),
    Judgement(Verdict.ACCOUNT, "the sender is not registered with the carriers"): (
        *(30032, 30033, 30034, 30035, 30040, 30041),
    ),
    Judgement(Verdict.ACCOUNT, "the account's message limit is reached"): (30454, 63038),
    Judgement(Verdict.REMARK, "a warning only"): (20001, 30018, 30025, 30026, 30045),
    Judgement(Verdict.REMARK, "not about a text of ours"): (
        *(11200, 11205, 12300, 30009, 30038, 30039),
    ),
}

CODES: Mapping[int, Judgement] = {code: row for row, codes in _TABLE.items() for code in codes}

_UNSURE = Judgement(Verdict.UNKNOWN, "Twilio had an error of its own")
_UNHEARD = Judgement(Verdict.TEXT, "Twilio refused the text and we do not know the reason")
_BY_STATUS: Mapping[int, Judgement] = {
    401: CODES[20003],
    403: Judgement(Verdict.ACCOUNT, "the Twilio account may not do this"),
    404: CODES[20404],
    405: CODES[20404],
    407: Judgement(Verdict.ACCOUNT, "a proxy stands between us and Twilio"),
    408: Judgement(Verdict.RETRY, "our request did not arrive whole"),
    429: CODES[429],
}
_REDIRECT = Judgement(
    Verdict.ACCOUNT, "the address sends us elsewhere: correct gateway.api_base in the settings"
)


def classify(code: int | None, http_status: int | None = None) -> Judgement:
    """Judge an error code, from the answer to a create or (without a status) from a receipt.

    A server error outweighs any code: the text may have been created (error 20500 says that
    sending again can text twice). A code we know outweighs the status. The rest is judged by
    the status, and without one costs only this text.
    """
    if http_status is not None and http_status >= 500:
        return _UNSURE
    known = CODES.get(code) if code is not None else None
    if known and (http_status is None or known.verdict is not Verdict.REMARK):
        return known
    return _by_status(http_status)


def _by_status(http_status: int | None) -> Judgement:
    if http_status is not None and 300 <= http_status < 400:
        return _REDIRECT
    return _BY_STATUS.get(http_status or 0, _UNHEARD)


def refusal(
    code: int | None, http_status: int | None = None, *, retry_after: timedelta | None = None
) -> Refused | NoAnswer:
    """Return what to raise for a refused create. Twilio's own words are never quoted."""
    judgement = classify(code, http_status)
    if judgement.verdict is Verdict.UNKNOWN:
        return NoAnswer(judgement.reason)
    return Refused(
        code or http_status or 0,
        judgement.reason,
        permanent=judgement.permanent,
        scope=judgement.scope,
        opted_out=judgement.opted_out,
        retry_after=retry_after or judgement.wait,
    )
