"""A treatment becomes a care plan with its texts; edits re-plan it; finished plans close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from reminders.care.agenda import Call, Key, Person, Slot, agenda, left_days
from reminders.care.changes import Add, Change, End, Move, Revive, changes
from reminders.care.message import RE_ASKED, State
from reminders.care.phone import texting_zones
from reminders.care.plan import PlanState, Standing, standing_of, wishes
from reminders.care.treatment import TreatmentRow
from reminders.runtime import Runtime
from reminders.store.alarms import mark, set_mark
from reminders.store.database import Session
from reminders.store.plan_changes import apply_changes, save_plan_states
from reminders.store.plans import (
    PatientRow,
    Telephone,
    close_finished,
    phones_after,
    telephones,
)
from reminders.store.records import Recorded, record_rows

TOGETHER = 500
"""Telephones planned in one transaction: long enough to be fast, short enough to let others in."""

ALL_DONE = "all its texts are done"
CLINIC_GONE = Standing(PlanState.ON_HOLD, "its clinic is no longer in the settings")
NO_LONGER_CALLED_FOR = "the protocol no longer calls for it"


def record(
    session: Session, runtime: Runtime, rows: Sequence[TreatmentRow], *, clinic: str
) -> Recorded:
    """Write good rows of one clinic and re-plan every telephone that they touch."""
    known = runtime.settings.clinic_by_key(clinic)
    recorded = record_rows(
        session,
        rows,
        clinic=clinic,
        zone=known.time_zone,
        now=runtime.now(),
        mint=runtime.mint,
    )
    recorded.texts = reconcile(session, runtime, recorded.phones)
    return recorded


def reconcile(session: Session, runtime: Runtime, phones: Collection[str]) -> Counter[str]:
    """Make the record agree with what should be texted to these numbers.

    Returns how many texts became what: planned, moved, cancelled, expired.
    """
    now, settings = runtime.now(), runtime.settings
    hours = {clinic.key: settings.hours_for(clinic) for clinic in settings.clinics}
    found: list[Change] = []
    ids: dict[Key, int] = {}
    states: list[tuple[int, str, str]] = []
    for telephone in telephones(session, phones, now=now).values():
        calls, standings = _calls(runtime, telephone)
        slots = agenda(
            calls,
            known=telephone.known,
            taken=telephone.taken,
            hours=hours,
            now=now,
        )
        open_plans = _open_plans(slots, telephone, now)
        states += _new_states(telephone, standings, open_plans)
        endings = {plan: s.reason or NO_LONGER_CALLED_FOR for plan, s in standings.items()}
        wished = {call.wish.key for call in calls} | _asked_again(telephone, standings)
        found += changes(slots, known=telephone.known, wished=wished, endings=endings)
        ids |= {key: row.message_id for key, row in telephone.known.items()}
    save_plan_states(session, states)
    apply_changes(session, found, ids=ids, now=now, mint=runtime.mint)
    return Counter(_became(change) for change in found)


def _asked_again(telephone: Telephone, standings: Mapping[int, Standing]) -> set[Key]:
    """Questions put a second time: no protocol calls for them, but they end with their plan."""
    return {
        key
        for key in telephone.known
        if key[2] >= RE_ASKED and standings[key[0]].state is PlanState.ACTIVE
    }


def _became(change: Change) -> str:
    match change:
        case Move():
            return "moved"
        case Add(slot) | Revive(_, slot):
            return slot.state.value
        case End(_, state):
            return state.value


_IN_HAND = frozenset({State.CLAIMED, State.SENDING})


def _open_plans(slots: Sequence[Slot], telephone: Telephone, now: datetime) -> set[int]:
    """The plans with a text still ahead: planned, spoken for by another, or waiting for consent."""
    ahead = (s for s in slots if s.state is not State.EXPIRED and s.wish.until > now)
    in_hand = (key[0] for key, row in telephone.known.items() if row.state in _IN_HAND)
    return {slot.wish.treatment.care_plan for slot in ahead} | set(in_hand)


def _calls(runtime: Runtime, telephone: Telephone) -> tuple[list[Call], dict[int, Standing]]:
    protocols = runtime.templates.protocols
    standings: dict[int, Standing] = {}
    calls: list[Call] = []
    for patient in telephone.patients:
        history = telephone.treatments.get(patient.id, [])
        if not runtime.settings.knows_clinic(patient.clinic):
            standings |= {t.care_plan: CLINIC_GONE for t in history}
            continue
        person = _person(runtime, patient, telephone)
        for treatment in history:
            standing = standing_of(treatment, history)
            standings[treatment.care_plan] = standing
            if treatment.protocol in protocols:
                left = left_days(telephone.known, care_plan=treatment.care_plan, zone=person.home)
                calls += [
                    Call(wish, person)
                    for wish in wishes(
                        treatment, history, protocols=protocols, zone=person.home, left=left
                    )
                ]
    return calls, standings


def _person(runtime: Runtime, patient: PatientRow, telephone: Telephone) -> Person:
    clinic_zone = runtime.settings.clinic_by_key(patient.clinic).time_zone
    home, zones = texting_zones(patient.time_zone, clinic_zone=clinic_zone, phone=patient.phone)
    return Person(
        id=patient.id,
        clinic=patient.clinic,
        language=patient.language,
        home=home,
        zones=zones,
        standing=telephone.standings[patient.id],
        trouble=telephone.trouble,
    )


def _new_states(
    telephone: Telephone, standings: dict[int, Standing], open_plans: Collection[int]
) -> list[tuple[int, str, str]]:
    states = []
    for plan, standing in standings.items():
        state, reason = standing.state, standing.reason
        if state is PlanState.ACTIVE and plan not in open_plans:
            state, reason = PlanState.COMPLETED, ALL_DONE
        if telephone.plans[plan] != state.value:
            states.append((plan, state.value, reason))
    return states


def replan_after_edits(runtime: Runtime) -> Counter[str]:
    """Re-plan everyone when protocols, hours or zones have been edited; counts as reconcile.

    It works through the telephones in order and remembers how far it came, so that it can be
    interrupted.
    """
    wanted = _fingerprint(runtime)
    with runtime.database.read() as session:
        done, cursor = mark(session, "planned_with"), mark(session, "replanned_to") or ""
    total: Counter[str] = Counter()
    if done == wanted:
        return total
    if cursor.partition(" ")[0] != wanted:
        cursor = wanted
    while True:
        with runtime.database.write() as session:
            phones = phones_after(session, cursor.partition(" ")[2], limit=TOGETHER)
            if not phones:
                set_mark(session, "planned_with", wanted)
                return total
            total += reconcile(session, runtime, phones)
            cursor = f"{wanted} {phones[-1]}"
            set_mark(session, "replanned_to", cursor)


def _fingerprint(runtime: Runtime) -> str:
    clinics = [
        (c.key, c.time_zone, repr(runtime.settings.hours_for(c))) for c in runtime.settings.clinics
    ]
    return sha256(f"{runtime.templates.fingerprint} {clinics}".encode()).hexdigest()[:32]


def close_plans(runtime: Runtime, *, now: datetime) -> int:
    """Once a day, complete the plans whose texts are all done. Returns how many."""
    today = now.date().isoformat()
    with runtime.database.read() as session:
        if mark(session, "closed_plans") == today:
            return 0
    with runtime.database.write() as session:
        set_mark(session, "closed_plans", today)
        return close_finished(session, now=now, reason=ALL_DONE)
