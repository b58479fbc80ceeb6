"""settings.toml and the environment, judged before anything starts; every complaint at once.

complaints: the error · places: paths · values: single values · windows: hours ·
sections: the file's shape · credentials, alert_addresses: secrets · reading: what is written ·
wording: plain words · loading: all together.
"""

from reminders.care.complaint import Complaint
from reminders.settings.complaints import SettingsError
from reminders.settings.credentials import TwilioCredentials
from reminders.settings.loading import Settings, load_settings
from reminders.settings.sections import Clinic, OnCall

__all__ = [
    "Clinic",
    "Complaint",
    "OnCall",
    "Settings",
    "SettingsError",
    "TwilioCredentials",
    "load_settings",
]
