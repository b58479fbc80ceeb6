"""What `check` finds: each part of an installation judged, and only looked at, never mended."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from reminders.care.complaint import Complaint, Level, meant
from reminders.care.wording import ClinicWords
from reminders.gateways import TWILIO_API
from reminders.runtime import templates_folder
from reminders.settings import Settings
from reminders.settings.credentials import FORMS
from reminders.store import alarms
from reminders.store.database import DatabaseError, open_database
from reminders.templates import check_templates, language_codes

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def judge_templates(settings: Settings, *, language: str | None) -> tuple[Complaint, ...]:
    """Judge protocols and texts with the clinics' own words, in every language or in one."""
    clinics = [
        ClinicWords(
            name=clinic.name,
            phone=clinic.phone,
            emergency_number=clinic.emergency_number,
            booking_url=clinic.booking_url,
        )
        for clinic in settings.clinics
    ]
    return check_templates(
        templates_folder(settings), clinics=clinics, languages=[language] if language else None
    )


def judge_languages(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Complain of each language that a clinic offers and nobody has written."""
    written = language_codes(templates_folder(settings))
    for clinic in settings.clinics:
        for code in clinic.languages:
            if code not in written:
                yield Complaint(
                    f"{file}, clinic[{clinic.key}].languages",
                    f'has "{code}", which has no folder under templates/sms',
                    f"take it out, write that folder, or {meant(code, written)}",
                )


def judge_database(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Open the database as every command does, making it if there is none, and ask for alarms."""
    try:
        database = open_database(settings.database.url, key_file=settings.database.key_file)
    except DatabaseError as error:
        what, _, mend = str(error).partition(". ")
        yield Complaint(f"{file}, database", what, mend.rstrip("."))
        return
    try:
        with database.read() as session:
            alarm = alarms.open_alarm(session)
    finally:
        database.close()
    if alarm:
        yield Complaint(
            "gateway account",
            f"all sending has stopped since {alarm.raised_at:%Y-%m-%d %H:%M} UTC, "
            f"code {alarm.code}: {alarm.words}",
            "mend that in the gateway's console, then run `reminders resume`",
        )


def judge_rights(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Judge who else on this machine may read or replace what must stay private."""
    key_file, database = settings.database.key_file, settings.database.path
    if _mode(key_file) & OTHERS:
        yield Complaint(
            f"{file}, database.key_file",
            f"{key_file} may be read by other accounts, and it opens every patient's record",
            f"run: chmod 600 {key_file}",
        )
    folders = {"database.key_file": key_file.parent}
    if database is not None:
        folders["database.url"] = database.parent
    for field, folder in folders.items():
        if _open_to_writing(folder):
            yield Complaint(
                f"{file}, {field}",
                f"every account may replace what lies in {folder}",
                f"run: chmod o-w {folder}",
            )
    yield from _judge_intake(settings.worker.intake, file=file)


def _judge_intake(folder: Path | None, *, file: Path) -> Iterator[Complaint]:
    where = f"{file}, worker.intake"
    if folder is None or not folder.exists():
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Complaint(
            where,
            f"files cannot be taken out of {folder}",
            "give this account the right to read and write there",
        )
    if _mode(folder) & stat.S_IROTH:
        yield Complaint(
            where,
            f"exports in {folder} may be read by every account",
            f"run: chmod o-rwx {folder}",
            Level.NOTE,
        )


def judge_secrets(environ: Mapping[str, str]) -> Iterator[Complaint]:
    """Note the files of secrets that every account may read."""
    for variable in (f"{name}_FILE" for name in FORMS):
        if variable in environ and _mode(Path(environ[variable])) & stat.S_IROTH:
            yield Complaint(
                variable,
                "names a file that every account may read",
                f"run: chmod o-rwx {environ[variable]}",
                Level.NOTE,
            )


def _open_to_writing(folder: Path) -> bool:
    """A sticky folder, such as /tmp, lets nobody replace what another account owns."""
    mode = _mode(folder)
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def _mode(path: Path) -> int:
    """Return the rights, or none for what is not there: its absence is not judged here."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def judge_gateway(settings: Settings, *, file: Path) -> Iterator[Complaint]:
    """Note what about the gateway may surprise; its credentials are judged with the settings."""
    gateway = settings.gateway
    if gateway.kind == "pretend":
        if gateway.live:
            yield _note(
                f"{file}, gateway.live",
                "is true, but the pretend gateway sends nothing",
                'write kind = "twilio" to reach telephones',
            )
        return
    if not gateway.public_url and gateway.receive == "webhook":
        yield _note(
            f"{file}, gateway.public_url",
            "is empty: no receipts come, and patients' answers only once an hour",
            "write the https address at which Twilio reaches this installation, "
            'or receive = "poll"',
        )
    if gateway.api_base != TWILIO_API:
        yield _note(
            f"{file}, gateway.api_base",
            f"texts go to {gateway.api_base}",
            f'write "{TWILIO_API}" unless you mean that',
        )
    if not gateway.live and not gateway.guests:
        yield _note(
            f"{file}, gateway.guests",
            "is empty: on trial, every text is held",
            "name your own telephones to try, or write live = true for patients",
        )


def _note(where: str, what: str, mend: str) -> Complaint:
    return Complaint(where, what, mend, Level.NOTE)


def spoken_mode(settings: Settings) -> str:
    """Say aloud who is really texted."""
    gateway = settings.gateway
    if gateway.kind == "pretend":
        return "PRETEND: nothing is sent, nothing costs"
    if gateway.live:
        return f"LIVE: texts go to patients through {gateway.kind}"
    if not gateway.guests:
        return f"TRIAL: every text is held, for {gateway.kind} has no guests to text"
    guests = "1 guest" if len(gateway.guests) == 1 else f"{len(gateway.guests)} guests"
    return f"TRIAL: texts go to {guests} only through {gateway.kind}, all others are held"
