"""From what is written to settings that may be trusted, or to every complaint at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr, ValidationError

from reminders.care.complaint import Complaint
from reminders.care.window import Hours
from reminders.settings.alert_addresses import read_addresses
from reminders.settings.complaints import SettingsError
from reminders.settings.credentials import TwilioCredentials, read_credentials
from reminders.settings.places import Surroundings
from reminders.settings.reading import (
    Values,
    merged,
    read_environment,
    read_file,
    settings_path,
)
from reminders.settings.sections import Clinic, SettingsFile
from reminders.settings.wording import Origin, complaints_of


class Settings(SettingsFile):
    """How this installation runs. `twilio` is None unless the gateway is Twilio.

    `alert_addresses` are Apprise's, by which staff are told besides by text.
    """

    twilio: TwilioCredentials | None = None
    alert_addresses: tuple[SecretStr, ...] = ()

    @property
    def clinics(self) -> tuple[Clinic, ...]:
        """Every clinic of the installation, in the order of the file."""
        return self.clinic

    def clinic_by_key(self, key: str) -> Clinic:
        """Return a clinic; LookupError names the keys there are."""
        for clinic in self.clinic:
            if clinic.key == key:
                return clinic
        known = ", ".join(clinic.key for clinic in self.clinic)
        raise LookupError(f'no clinic has the key "{key}": the settings know {known}')

    def knows_clinic(self, key: str) -> bool:
        """Say whether a clinic of this key is in the settings."""
        return any(clinic.key == key for clinic in self.clinic)

    def hours_for(self, clinic: Clinic) -> Hours:
        """Return when and how often a clinic's patients are texted, its closed days included."""
        return Hours(
            care=self.hours.care,
            marketing=self.hours.marketing,
            closed_days=frozenset(self.hours.closed_days) | frozenset(clinic.closed_days),
            per_day=self.hours.per_day,
            per_seven_days=self.hours.per_seven_days,
        )


def load_settings(path: Path | None, *, environ: Mapping[str, str]) -> Settings:
    """Read the file, lay the environment over it and judge the whole.

    `path` outranks REMINDERS_SETTINGS, which outranks settings.toml in the working folder.
    SettingsError carries every complaint.
    """
    file = settings_path(path, environ)
    written, overrides = read_file(file), read_environment(environ)
    if written.complaints:
        raise SettingsError(written.complaints + overrides.complaints)
    values = merged(written.values, overrides.values)
    origin = Origin(file, overrides.variables, values)
    twilio, refusals = _credentials(values, environ)
    alerts, wrong_alerts = read_addresses(environ)
    judged, mistakes = _judge(origin, environ)
    refusals = (*refusals, *wrong_alerts)
    complaints = (*overrides.complaints, *mistakes, *_repeated_keys(origin), *refusals)
    if judged is None or complaints:
        raise SettingsError(complaints)
    return Settings(**dict(judged), twilio=twilio, alert_addresses=alerts)


def _credentials(
    values: Values, environ: Mapping[str, str]
) -> tuple[TwilioCredentials | None, tuple[Complaint, ...]]:
    gateway = values.get("gateway")
    if isinstance(gateway, dict) and gateway.get("kind") == "twilio":
        return read_credentials(environ)
    return None, ()


def _judge(
    origin: Origin, environ: Mapping[str, str]
) -> tuple[SettingsFile | None, list[Complaint]]:
    around = Surroundings(origin.file.absolute().parent, _config_home(environ), origin.variables)
    try:
        return SettingsFile.model_validate(origin.values, context=around), []
    except ValidationError as error:
        return None, complaints_of(error, origin)


def _config_home(environ: Mapping[str, str]) -> Path | None:
    """Return XDG_CONFIG_HOME, else .config at home; a relative one does not count (XDG)."""
    named, home = Path(environ.get("XDG_CONFIG_HOME", "")), Path(environ.get("HOME", ""))
    if named.is_absolute():
        return named
    return home / ".config" if home.is_absolute() else None


def _repeated_keys(origin: Origin) -> Iterator[Complaint]:
    """Find clinics that share a key, in what was written: no other mistake may hide it."""
    clinics = origin.values.get("clinic")
    written = clinics if isinstance(clinics, list) else []
    keys = [clinic.get("key") for clinic in written if isinstance(clinic, dict)]
    for key, times in Counter(key for key in keys if isinstance(key, str)).items():
        if times > 1:
            where = origin.where(("clinic", keys.index(key), "key"))
            yield Complaint(where, f"belongs to {times} clinics", "give each clinic its own key")
