"""What is sent when, for one kind of treatment. Only facts and arithmetic on days live here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What a planned text is for; the order is the order of precedence when texts compete."""

    AFTERCARE = "aftercare"
    SIDE_EFFECTS = "side_effects"
    ONSET = "onset"
    WEAR_OFF = "wear_off"
    RETREATMENT = "retreatment"

    @property
    def rank(self) -> int:
        """0 goes first when several texts compete for one day."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(Kind)}


class MessageClass(StrEnum):
    """Which consent a text needs (47 CFR 64.1200: care, or written consent to marketing)."""

    CARE = "care"
    MARKETING = "marketing"


class Anchor(StrEnum):
    """The day a step counts from."""

    TREATMENT = "treatment"
    EARLIEST = "earliest"


Unit = Literal["hours", "days", "weeks", "months"]


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance in time; may be negative. Months are calendar months: month ends clamp."""

    amount: int
    unit: Unit


class StopRule(StrEnum):
    """What ends or holds a step. Death, a move, a void treatment, a pause and STOP always do."""

    RETREATED = "retreated"
    BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class Step:
    """One text of a protocol, possibly repeated.

    `at` is the patient's local time of day, None for a step that counts in hours.
    `useful_for` is the lateness budget, counted from the planned instant.
    `question` is the context in which an answer is read; "none" asks nothing.
    """

    key: str
    kind: Kind
    message_class: MessageClass
    offset: Offset
    useful_for: timedelta
    question: str
    text: str
    anchor: Anchor = Anchor.TREATMENT
    at: time | None = None
    stop_when: frozenset[StopRule] = frozenset()
    every: Offset | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Timing:
    """Days: how long the effect usually lasts, and the fewest days between two treatments."""

    duration_days: int
    minimum_days: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product whose label differs from the protocol's usual one; `names` are lower case."""

    key: str
    names: frozenset[str]
    timing: Timing


@dataclass(frozen=True, slots=True)
class Protocol:
    """The care protocol for one kind of treatment (FHIR: PlanDefinition).

    When one text speaks for several protocols it is that of the highest `precedence`.
    """

    key: str
    title: str
    onset_days: int
    peak_days: int
    timing: Timing
    steps: tuple[Step, ...]
    products: tuple[Product, ...] = ()
    product_names: Mapping[str, Product] = field(default_factory=dict)
    precedence: int = 0

    def timing_of(self, product: str) -> Timing:
        """Return the timing for a product's name as the clinic writes it; unknown: the usual."""
        known = self.product_names.get(product.strip().lower())
        return known.timing if known else self.timing

    def knows(self, product: str) -> bool:
        """Say whether the protocol knows this product by name; an empty name is the usual one."""
        return not product.strip() or product.strip().lower() in self.product_names
