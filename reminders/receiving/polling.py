"""Asking the gateway what came in and what became of our texts; the same once-only door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from reminders.care.message import Event
from reminders.gateways.gateway import GatewayError, GatewayText
from reminders.receiving.inbound import receive
from reminders.receiving.receipt import FINAL, Receipt, take_receipt
from reminders.runtime import Runtime
from reminders.settings import Settings
from reminders.store import alarms, gaps
from reminders.store.commits import Commits
from reminders.store.database import Session
from reminders.store.thread import InboundText

log = structlog.get_logger()

OVERLAP = timedelta(hours=1)
"""Asked for again each time: the gateway's list may lag, and its clock is not ours."""

ALONE, GIVEN_UP = timedelta(hours=1), timedelta(days=7)
"""How old a text without an end is when we ask after it, and when we no longer do."""

MOST_ASKED_AFTER = 2000

FIRST, LAST = "texts read from", "texts read until"


async def catch_up(runtime: Runtime, commits: Commits) -> int:
    """Take in every text and every end since last time; returns how many were news.

    What has come before, by webhook or by an earlier look, changes nothing. When something
    cannot be written down, the next look begins as far back as this one.
    """
    if not runtime.gateway.is_real:
        return 0
    began = runtime.now()
    since = await asyncio.to_thread(_since, runtime, began)
    texts = await _asked(runtime, since)
    if texts is None:
        return 0
    news = await asyncio.to_thread(_news, runtime, texts)
    if await _take_all(runtime, commits, news):
        await _written(commits, lambda session: alarms.set_mark(session, LAST, began.isoformat()))
    return len(news)


async def ask_after(
    runtime: Runtime, commits: Commits, *, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Fetch each text that left over an hour ago and has no end; returns how many have one now.

    A week later nobody asks any more: some carriers never say what became of a text.
    """
    found = []
    for sid in await asyncio.to_thread(_without_end, runtime):
        if stopping():
            break
        try:
            text = await runtime.gateway.look_up(sid)
        except GatewayError as error:
            log.warning("texts not asked after", fault=type(error).__name__)
            break
        if text is not None and text.status in FINAL:
            found.append(text)
    await _take_all(runtime, commits, found)
    return len(found)


def _without_end(runtime: Runtime) -> list[str]:
    now = runtime.now()
    with runtime.database.read() as session:
        return gaps.without_end(
            session, after=now - GIVEN_UP, before=now - ALONE, limit=MOST_ASKED_AFTER
        )


def _since(runtime: Runtime, now: datetime) -> datetime:
    """Return from when to read; never before the first look, for that is not our history."""
    with runtime.database.read() as session:
        first, last = alarms.mark(session, FIRST), alarms.mark(session, LAST)
    if first is None:
        with runtime.database.write() as session:
            alarms.set_mark(session, FIRST, now.isoformat())
        return now.replace(microsecond=0)
    begin = datetime.fromisoformat(first)
    since = max(begin, datetime.fromisoformat(last) - OVERLAP) if last else begin
    return since.replace(microsecond=0)


async def _asked(runtime: Runtime, since: datetime) -> Sequence[GatewayText] | None:
    try:
        return await runtime.gateway.texts_since(since)
    except GatewayError as error:
        code = getattr(error, "code", None)
        log.warning("gateway's list not read", fault=type(error).__name__, code=code)
        return None


def _news(runtime: Runtime, texts: Sequence[GatewayText]) -> list[GatewayText]:
    written = [t for t in texts if t.direction == "inbound" and _is_for_us(runtime.settings, t)]
    arrived = {t.sid for t in texts if _end(t) is Event.ARRIVED}
    bounced = {t.sid for t in texts if _end(t) is Event.BOUNCED}
    with runtime.database.read() as session:
        news = gaps.unseen(session, {t.sid for t in written})
        news |= gaps.unsettled(session, arrived, arrived=True)
        news |= gaps.unsettled(session, bounced, arrived=False)
    return [text for text in texts if text.sid in news]


def _end(text: GatewayText) -> Event | None:
    return FINAL.get(text.status) if text.direction == "outbound" else None


def _is_for_us(settings: Settings, text: GatewayText) -> bool:
    """The account may have other numbers. A pool's numbers we do not know, so those all count."""
    senders = {clinic.sender for clinic in settings.clinics}
    if text.status == "receiving":
        return False
    has_pool = any(clinic.sender_kind == "messaging_service" for clinic in settings.clinics)
    return text.to in senders or text.service in senders or (has_pool and not text.service)


async def _take_all(runtime: Runtime, commits: Commits, texts: Sequence[GatewayText]) -> bool:
    """Take each text in by itself, many to a commit; False when one could not be written."""
    outcomes = await asyncio.gather(
        *(_written(commits, _taking(runtime, text)) for text in texts), return_exceptions=True
    )
    faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    for fault in faults:
        log.error("text not taken in", fault=type(fault).__name__)
    return not faults


async def _written(commits: Commits, write: Callable[[Session], None]) -> None:
    await asyncio.wrap_future(commits.submit(write))


def _taking(runtime: Runtime, text: GatewayText) -> Callable[[Session], None]:
    def write(session: Session) -> None:
        if text.direction == "inbound":
            receive(session, runtime, _inbound(text))
        else:
            take_receipt(session, runtime, Receipt(text.sid, text.status, text.code))

    return write


def _inbound(text: GatewayText) -> InboundText:
    words = text.words.replace("\0", "")  # which PostgreSQL does not store
    return InboundText(text.sid, text.sender, text.to, words, received_at=text.created_at)
