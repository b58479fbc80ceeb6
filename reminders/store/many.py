"""Many rows into one table at once: the road that imports and plans take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.orm import Session


def insert_many(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns.

    SQLAlchemy writes the statement, and the rows go straight to the driver: that takes half the
    time of `session.execute(insert(table), rows)`.
    """
    if not rows:
        return
    connection = session.connection()
    form = _form(table, tuple(rows[0]), connection.dialect)
    columns = (_told(rows, name, turned) for name, turned in form.columns)
    if form.is_positional:
        connection.exec_driver_sql(form.statement, list(zip(*columns, strict=True)))
    else:
        names = [name for name, _ in form.columns]
        told = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        connection.exec_driver_sql(form.statement, told)


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as the driver reads it; each column in its order, and what its values become."""

    statement: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    is_positional: bool


@lru_cache(maxsize=64)
def _form(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Form:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    order = getattr(compiled, "positiontup", None)
    columns = tuple((name, table.c[name].type.bind_processor(dialect)) for name in order or names)
    return _Form(str(compiled), columns, is_positional=order is not None)


def _told(
    rows: Sequence[dict[str, Any]], name: str, turned: Callable[[Any], Any] | None
) -> list[Any]:
    values = [row[name] for row in rows]
    if turned is None:
        return values
    once = {value: turned(value) for value in set(values)}
    return [once[value] for value in values]
