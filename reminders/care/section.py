"""One table of a file that someone edited, read field by field; mistakes gather in one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reminders.care.complaint import Complaint, Level, meant


@dataclass(frozen=True, slots=True)
class Section:
    """A raw table, its place in the file, and the list that its mistakes are added to.

    A field that is missing or wrong adds a complaint and yields an empty value, so that
    reading goes on and every mistake is named at once.
    """

    where: str
    raw: Mapping[str, object]
    mistakes: list[Complaint] = field(default_factory=list)

    def complain(self, name: str, what: str, *, mend: str, level: Level = Level.ERROR) -> None:
        """Add a mistake of the named field."""
        self.mistakes.append(Complaint(f"{self.where}, {name}", what, mend, level))

    def only(self, known: Iterable[str]) -> None:
        """Complain of every field that is not a known one."""
        choices = tuple(known)
        for name in self.raw:
            if name not in choices:
                self.complain(name, "is not a known key", mend=meant(name, choices))

    def words(self, name: str, *, default: str | None = None) -> str:
        """Return a text that is not blank; "" after a complaint."""
        value = self._given(name, default)
        if value is None:
            return ""
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.complain(name, "is not a text", mend=f'write {name} = "…" with words in the quotes')
        return ""

    def choice(self, name: str, among: Iterable[str], *, default: str | None = None) -> str:
        """Return one of the known words; "" after a complaint."""
        choices = tuple(among)
        value = self.words(name, default=default)
        if not value or value in choices:
            return value
        self.complain(name, f'"{value}" is not known', mend=meant(value, choices))
        return ""

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within the bounds; `least` after a complaint."""
        value = self._given(name, default)
        if value is None:
            return least
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        mend = f"write a whole number from {least} to {most}"
        self.complain(name, f"{value!r} is not one of the numbers allowed", mend=mend)
        return least

    def many(self, name: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; () after a complaint."""
        value = self._given(name, default)
        if value is None:
            return ()
        if isinstance(value, list | tuple) and all(isinstance(v, str) and v.strip() for v in value):
            return tuple(value)
        self.complain(name, "is not a list of texts", mend=f'write {name} = ["…", "…"]')
        return ()

    def table(self, name: str) -> Section:
        """Return an inner table; an empty one if there is none."""
        return self._inner(name, self.raw.get(name, {}), label=name)

    def tables(self, name: str) -> tuple[Section, ...]:
        """Return a list of inner tables, counted from 1 and called by their key."""
        value = self.raw.get(name, [])
        if not isinstance(value, list):
            self.complain(name, "is not a list of tables", mend=f"write [[{name}]] above each one")
            return ()
        return tuple(
            self._inner(name, each, label=_label(name, each, number=number))
            for number, each in enumerate(value, start=1)
        )

    def _inner(self, name: str, value: object, *, label: str) -> Section:
        if isinstance(value, Mapping):
            return Section(f"{self.where}, {label}", value, self.mistakes)
        self.complain(label, "is not a table", mend=f"write [{name}] on a line of its own above it")
        return Section(f"{self.where}, {label}", {}, self.mistakes)

    def _given(self, name: str, default: object) -> object:
        if name not in self.raw and default is None:
            self.complain(name, "is missing", mend=f"add a line {name} = …")
        return self.raw.get(name, default)


def _label(name: str, value: object, *, number: int) -> str:
    key = value.get("key") if isinstance(value, Mapping) else None
    return f"{name}[{number}] ({key})" if isinstance(key, str) else f"{name}[{number}]"
