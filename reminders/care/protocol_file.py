"""A protocol file's raw table becomes a Protocol, or every mistake in it. Steps: step_file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from reminders.care.complaint import Complaint
from reminders.care.protocol import Product, Protocol, Step, Timing
from reminders.care.section import Section
from reminders.care.step_file import KEY, read_step

FLOOR_DAYS = 84
"""Fewest days between two treatments; a file may only raise it.

Source: the US prescribing information for limb spasticity says not sooner than 12 weeks.
"""

_LONGEST_DAYS = 3650
_HIGHEST_PRECEDENCE = 100
_KEYS = (
    "title", "onset_days", "peak_days", "duration_days", "minimum_days", "precedence",
    "products", "steps",
)  # fmt: skip
_PRODUCT_KEYS = ("names", "duration_days", "minimum_days")


def protocol_path(key: str) -> str:
    """Return the file of a protocol, as a clinic's technician finds it."""
    return f"templates/protocols/{key}.toml"


def read_protocol(key: str, raw: Mapping[str, object]) -> Protocol | tuple[Complaint, ...]:
    """Read one protocol file's table; return every mistake in it instead, if there is any."""
    section = Section(protocol_path(key), raw)
    section.only(_KEYS)
    if not re.fullmatch(KEY, key):
        section.complain("file name", f'"{key}" is not a key', mend="use small letters and hyphens")
    protocol = _protocol(key, section)
    return tuple(section.mistakes) or protocol


def _protocol(key: str, section: Section) -> Protocol:
    timing = _timing(section)
    products = _products(section.table("products"))
    floor = max([timing.minimum_days, *(each.timing.minimum_days for each in products)])
    _check_order(section)
    return Protocol(
        key=key,
        title=section.words("title"),
        onset_days=section.whole("onset_days", least=0, most=_LONGEST_DAYS),
        peak_days=section.whole("peak_days", least=0, most=_LONGEST_DAYS),
        timing=timing,
        steps=_steps(section, floor_days=floor),
        products=products,
        product_names={name: each for each in products for name in each.names},
        precedence=section.whole("precedence", least=0, most=_HIGHEST_PRECEDENCE, default=0),
    )


def _timing(section: Section) -> Timing:
    return Timing(
        duration_days=section.whole("duration_days", least=1, most=_LONGEST_DAYS),
        minimum_days=_minimum(section),
    )


def _minimum(section: Section) -> int:
    days = section.raw.get("minimum_days")
    if not isinstance(days, int) or not 0 <= days < FLOOR_DAYS:
        return section.whole("minimum_days", least=FLOOR_DAYS, most=_LONGEST_DAYS)
    section.complain(
        "minimum_days",
        f"{days} days is too soon: labels say not sooner than 12 weeks",
        mend=f"write {FLOOR_DAYS} or more; the interval may only be raised",
    )
    return FLOOR_DAYS


def _check_order(section: Section) -> None:
    days = [section.raw.get(name) for name in ("onset_days", "peak_days", "duration_days")]
    known = [day for day in days if isinstance(day, int)]
    if len(known) == len(days) and known != sorted(known):
        section.complain(
            "peak_days",
            "onset, peak and duration are out of order",
            mend="the effect sets in, then peaks, then ends: give rising days",
        )


def _products(section: Section) -> tuple[Product, ...]:
    products = tuple(_product(section.table(key), key=key) for key in section.raw)
    counted = Counter(name for product in products for name in product.names)
    for name in sorted(name for name, count in counted.items() if count > 1):
        section.complain(
            "names", f'"{name}" names two products', mend="keep it under one product only"
        )
    return products


def _product(section: Section, *, key: str) -> Product:
    section.only(_PRODUCT_KEYS)
    names = frozenset(name.strip().lower() for name in section.many("names"))
    if section.raw.get("names") == []:
        section.complain("names", "is empty", mend='write names = ["…", "…"]')
    return Product(key=key, names=names, timing=_timing(section))


def _steps(section: Section, *, floor_days: int) -> tuple[Step, ...]:
    inner = section.tables("steps")
    if not section.raw.get("steps"):
        section.complain("steps", "has no step", mend="add a [[steps]] table for each text")
    keys = Counter(str(each.raw.get("key")) for each in inner if "key" in each.raw)
    for key in (key for key, count in keys.items() if count > 1):
        section.complain("steps", f'"{key}" is the key of two steps', mend="give each its own key")
    return tuple(read_step(each, floor_days=floor_days) for each in inner)
