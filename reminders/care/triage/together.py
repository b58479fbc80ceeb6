"""Signs that mean more together than alone. A table a clinician can check; words are elsewhere.

Each line follows what the labels of these products warn of (boxed warning: distant spread of toxin
effect, hours to weeks after injection) or general first-aid practice for allergy and stroke. The
thresholds are clinical judgement and must be reviewed by a clinician.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reminders.care.triage.intent import Intent


@dataclass(frozen=True, slots=True)
class Pair:
    """One of the first signs with one of the second gives this intent, under this name."""

    intent: Intent
    name: str
    first: frozenset[str]
    second: frozenset[str]


def _pair(intent: Intent, name: str, first: str, second: str) -> Pair:
    return Pair(intent, name, frozenset(first.split()), frozenset(second.split()))


_EMERGENCY, _URGENT = Intent.EMERGENCY, Intent.URGENT
_SPREAD = "weakness head neck_weak whole_body"
_SPEECH = "speech speech_change voice breath_change"
_AIRWAY = "throat_change swallowing vomiting faintness breath_change voice lips_change"
_ANY_SPREAD = f"floppy {_SPREAD} {_SPEECH} swallowing vision eyelid limbs"

PAIRS = (
    _pair(_EMERGENCY, "allergy", "hives rash", _AIRWAY),
    _pair(_EMERGENCY, "face_and_throat", "face_swelling", "throat_change swallowing voice"),
    _pair(_EMERGENCY, "stroke", "numb face_weak mouth_crooked arm_weak", "speech speech_change"),
    _pair(_EMERGENCY, "stroke", "face_weak mouth_crooked", "arm_weak"),
    _pair(_EMERGENCY, "throat", "throat_named", "it_closing"),
    _pair(_EMERGENCY, "spread", _SPREAD, _SPEECH),
    _pair(_EMERGENCY, "chest", "chest_pressure", "arm_pain sweating"),
    _pair(_EMERGENCY, "child", "child", _ANY_SPREAD),
    _pair(_EMERGENCY, "headache", "headache", "sudden"),
    _pair(_URGENT, "headache", "headache", "vomiting fever days stiff_neck warm"),
    _pair(_URGENT, "infection", "warm fever", "stiff_neck redness"),
    _pair(_URGENT, "bleeding", "bleeding bruise", "blood_thinner growing long_minutes"),
    _pair(_URGENT, "lump", "lump", "growing"),
    _pair(_URGENT, "infection", "redness spot_hot", "growing spot_hot"),
    _pair(_URGENT, "calf", "calf", "swollen redness spot_hot"),
)


def raised(signs: Collection[str]) -> Pair | None:
    """Return the gravest pair that these signs complete; None if they complete none."""
    present = frozenset(signs)
    return next((pair for pair in PAIRS if pair.first & present and pair.second & present), None)
