"""The patients of the made-up clinic. Every name is invented; every number ends in 555 01xx."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reminders.care.treatment import Agreement


class Life(StrEnum):
    """How a patient's year goes."""

    RETURNS = "comes back after each reminder"
    BOOKS = "books after the reminder, and comes"
    MISSES = "books after the reminder, and does not come"
    STAYS_AWAY = "never comes back"
    DIES = "dies some weeks after the treatment"
    PAUSES = "is paused by the clinic for three weeks"
    MOVES = "moves away"
    CORRECTED = "comes with a wrong date, which the clinic corrects"
    EVENING = "is treated late in the evening"
    TWO_SITES = "is treated in two places in one visit"
    LATE_PAPERS = "reaches us days after the treatment"
    FROM_BEFORE = "was treated seven months before the clinic began to text"


WEST, EAST = "America/Los_Angeles", "America/New_York"


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up patient. `also` is the second protocol of a visit that treats two places."""

    ref: str
    first_name: str
    last_name: str
    phone: str
    language: str
    time_zone: str | None
    protocol: str
    life: Life
    product: str = "Botox"
    agreement: Agreement = Agreement.CARE
    also: str = ""
    interval_days: int | None = None


MARKETING = Agreement.CARE_AND_MARKETING

CAST = (
    Person("p01", "Ada", "Example", "+14155550110", "en", WEST, "writers-cramp", Life.RETURNS),
    Person("p02", "Luz", "Prueba", "+14155550111", "es", WEST, "chronic-migraine", Life.RETURNS),
    Person("p03", "Max", "Sample", "+12125550112", "en", EAST, "cervical-dystonia", Life.RETURNS),
    Person("p04", "Eve", "Testcase", "+14155550113", "en", WEST, "blepharospasm", Life.EVENING),
    Person("p05", "Ivy", "Placeholder", "+14155550114", "en", WEST, "muscle-spasm", Life.BOOKS),
    Person("p06", "Otto", "Fixture", "+14155550115", "en", WEST, "limb-spasticity", Life.DIES),
    Person(
        *("p07", "Rosa", "Ejemplo", "+12125550116", "es", EAST, "limb-spasticity", Life.TWO_SITES),
        also="chronic-pain",
    ),
    Person(
        *("p08", "Nora", "Nobody", "+14155550117", "en", WEST, "chronic-pain", Life.STAYS_AWAY),
        agreement=Agreement.NONE,
    ),
    Person(
        *("p09", "Cleo", "Pretend", "+14155550118", "en", WEST, "cosmetic-lines", Life.RETURNS),
        agreement=MARKETING,
    ),
    Person("p10", "Cora", "Invented", "+14155550119", "en", WEST, "cosmetic-lines", Life.RETURNS),
    Person("p11", "Hal", "Dummy", "+14155550120", "en", WEST, "chronic-migraine", Life.FROM_BEFORE),
    Person("p12", "Paz", "Muestra", "+14155550121", "es", WEST, "cervical-dystonia", Life.PAUSES),
    Person("p13", "Gus", "Madeup", "+12125550122", "en", EAST, "muscle-spasm", Life.MOVES),
    Person("p14", "Zoe", "Fiction", "+14155550123", "en", WEST, "writers-cramp", Life.CORRECTED),
    Person("p15", "Mara", "Muster", "+14155550124", "en", WEST, "limb-spasticity", Life.RETURNS),
    Person("p16", "Milo", "Muster", "+14155550124", "en", WEST, "chronic-migraine", Life.RETURNS),
    Person("p17", "Leo", "Latecomer", "+12125550125", "en", EAST, "chronic-pain", Life.LATE_PAPERS),
    Person("p18", "Ann", "Anywhere", "+12125550126", "en", None, "blepharospasm", Life.RETURNS),
    Person(
        *("p19", "Dex", "Longer", "+14155550127", "en", WEST, "cervical-dystonia", Life.RETURNS),
        product="Daxxify",
    ),
    Person(
        *("p20", "Sol", "Ficticia", "+14155550128", "es", WEST, "chronic-pain", Life.RETURNS),
        interval_days=112,
    ),
    Person("p21", "Ben", "Absent", "+12125550129", "en", EAST, "chronic-migraine", Life.MISSES),
    Person("p22", "Ida", "Imaginary", "+14155550130", "en", WEST, "blepharospasm", Life.RETURNS),
    Person(
        *("p23", "Pia", "Ensayo", "+14155550131", "es", WEST, "cosmetic-lines", Life.BOOKS),
        agreement=MARKETING,
    ),
    Person("p24", "Tom", "Trial", "+12125550132", "en", EAST, "limb-spasticity", Life.BOOKS),
    Person("p25", "Fay", "Figment", "+14155550133", "en", WEST, "muscle-spasm", Life.RETURNS),
    Person("p26", "Teo", "Supuesto", "+12125550136", "es", EAST, "muscle-spasm", Life.STAYS_AWAY),
    Person("p27", "Vic", "Vision", "+14155550137", "en", WEST, "chronic-migraine", Life.BOOKS),
)
