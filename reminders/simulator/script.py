"""What a simulation plays: the instants at which a clinic tells us something. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reminders.care.treatment import TreatmentRow


@dataclass(frozen=True, slots=True)
class Arrival:
    """Rows of the clinic's export that reach us together. `at` is UTC."""

    at: datetime
    rows: tuple[TreatmentRow, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """All that one clinic (its key in the settings) tells us until the play ends, in UTC."""

    clinic: str
    until: datetime
    arrivals: tuple[Arrival, ...]
