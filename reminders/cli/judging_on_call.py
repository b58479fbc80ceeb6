"""What `check` finds of the people on call: whether a cry for help can reach anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reminders.care.complaint import Complaint, Level
from reminders.gateways.bells import is_understood
from reminders.settings import Clinic, Settings
from reminders.settings.alert_addresses import ADDRESSES


def judge_on_call(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Complain of clinics without anybody on call, and of what keeps a page from arriving."""
    gateway = settings.gateway
    is_real = gateway.kind != "pretend"
    for clinic in settings.clinics:
        where = f"{file}, clinic[{clinic.key}].on_call"
        if not clinic.on_call:
            yield _nobody(where, Level.ERROR if is_real and gateway.live else Level.NOTE)
        elif is_real and not gateway.live:
            yield from _not_guests(where, clinic, settings)
    for place, address in enumerate(settings.alert_addresses, start=1):
        if not is_understood(address.get_secret_value()):
            what = f"holds an address in place {place} that Apprise does not understand"
            yield Complaint(ADDRESSES, what, "write it as Apprise's documentation shows its kind")


def _nobody(where: str, level: Level) -> Complaint:
    return Complaint(
        where,
        "names nobody: a patient's cry for help would reach no person",
        'write [{ name = "…", phone = "+1…" }], the people to be told, in their order',
        level,
    )


def _not_guests(where: str, clinic: Clinic, settings: Settings) -> Iterator[Complaint]:
    held = sum(member.phone not in settings.gateway.guests for member in clinic.on_call)
    if held:
        people = "1 person" if held == 1 else f"{held} people"
        yield Complaint(
            where,
            f"has {people} whose pages are held: on trial, only gateway.guests are texted",
            "add their telephones to gateway.guests",
            Level.NOTE,
        )
