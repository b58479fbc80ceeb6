"""The consent ledger: written, never changed. Numbers that cannot be texted are kept here too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from reminders.care.consent import Answer, Entry
from reminders.care.protocol import MessageClass
from reminders.store.many import insert_many
from reminders.store.tables import consents, numbers, patients

_COLUMNS = (
    consents.c.patient,
    consents.c.phone,
    consents.c.message_class,
    consents.c.answer,
    consents.c.at,
    consents.c.source,
    consents.c.origin,
)


def _of(owner: Column[Any]) -> Select[Any]:
    keys = bindparam("keys", expanding=True, type_=owner.type)
    return select(*_COLUMNS).where(owner.in_(keys)).order_by(consents.c.id)


_OF_PATIENTS, _OF_NUMBERS = _of(consents.c.patient), _of(consents.c.phone)


def entries_of_patients(session: Session, ids: Collection[int]) -> dict[int, list[Entry]]:
    """Return each patient's entries, oldest first."""
    return _entries(session, _OF_PATIENTS, ids, owner="patient")


def entries_of_numbers(session: Session, phones: Collection[str]) -> dict[str, list[Entry]]:
    """Return the STOP and START entries of each number, oldest first."""
    return _entries(session, _OF_NUMBERS, phones, owner="phone")


def _entries(
    session: Session, query: Select[Any], keys: Collection[Any], *, owner: str
) -> dict[Any, list[Entry]]:
    found: dict[Any, list[Entry]] = defaultdict(list)
    if not keys:
        return found
    for row in session.execute(query, {"keys": list(keys)}).mappings():
        scope = row["message_class"]
        found[row[owner]].append(
            Entry(
                MessageClass(scope) if scope else None,
                Answer(row["answer"]),
                row["at"],
                row["source"],
                row["origin"],
            )
        )
    return found


def write_entries(
    session: Session,
    entries: Iterable[tuple[int, Entry]],
    *,
    now: datetime,
    mint: Callable[[datetime], int],
) -> None:
    """Append entries to patients' ledgers."""
    rows = [
        {
            "id": mint(now),
            "patient": patient,
            "message_class": entry.message_class.value if entry.message_class else None,
            "answer": entry.answer.value,
            "at": entry.at,
            "recorded_at": now,
            "source": entry.source,
            "origin": entry.origin,
        }
        for patient, entry in entries
    ]
    insert_many(session, consents, rows)


def write_stop(
    session: Session,
    phone: str,
    *,
    at: datetime,
    source: str,
    origin: str,
    mint: Callable[[datetime], int],
) -> None:
    """Record that a number sent STOP; it ends every text to all who share the number.

    It goes with each of these patients, too: a new number in an import does not lift it.
    """
    _write_of_sharers(session, phone, Answer.STOPPED, at, source, origin, mint)


def write_start(
    session: Session,
    phone: str,
    *,
    at: datetime,
    source: str,
    origin: str,
    mint: Callable[[datetime], int],
) -> None:
    """Record that a number sent START: the STOP of all who share it is lifted."""
    _write_of_sharers(session, phone, Answer.RESTARTED, at, source, origin, mint)


def _write_of_sharers(
    session: Session,
    phone: str,
    answer: Answer,
    at: datetime,
    source: str,
    origin: str,
    mint: Callable[[datetime], int],
) -> None:
    sharing = session.scalars(select(patients.c.id).where(patients.c.phone == phone)).all()
    whose = [{"phone": phone, "patient": None}, *({"phone": None, "patient": p} for p in sharing)]
    told = {"answer": answer.value, "at": at, "recorded_at": at, "source": source}
    rows = [who | told | {"origin": origin, "id": mint(at)} for who in whose]
    session.execute(insert(consents), rows)


def stopped_numbers(session: Session, phones: Collection[str]) -> frozenset[str]:
    """Return those of the numbers that have sent STOP and not START since."""
    return frozenset(
        phone
        for phone, entries in entries_of_numbers(session, phones).items()
        if entries[-1].answer is Answer.STOPPED
    )


def quarantine(session: Session, number: str, *, trouble: str, now: datetime) -> None:
    """Stop texting a number that the carriers say cannot be texted."""
    session.execute(delete(numbers).where(numbers.c.number == number))
    session.execute(insert(numbers).values(number=number, trouble=trouble, since=now))


def troubles(session: Session, phones: Collection[str]) -> dict[str, str]:
    """Return why each of these numbers cannot be texted, where it cannot."""
    found = session.execute(
        select(numbers.c.number, numbers.c.trouble).where(numbers.c.number.in_(phones))
    )
    return {row.number: row.trouble for row in found}
