"""`segments`: what a text would cost. Light, for it is run once for each text of a long list."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from reminders.care.segments import count
from reminders.cli.application import CannotRun, app
from reminders.cli.options import NowOption, SettingsOption

STANDARD_INPUT = "-"

TextArgument = Annotated[
    str,
    typer.Argument(
        metavar="[TEXT|-]", help="The text; - or nothing reads standard input to its last byte."
    ),
]


@app.command()
def segments(
    text: TextArgument = STANDARD_INPUT,
    now: NowOption = None,  # noqa: ARG001
    settings: SettingsOption = None,  # noqa: ARG001
) -> None:
    """Count a text's segments, as JSON: encoding, segments, units, offending characters."""
    counted = count(_decoded(_told(text)))
    print(
        json.dumps(
            {
                "encoding": counted.encoding,
                "segments": counted.segments,
                "units": counted.units,
                "offending": list(counted.offending),
            }
        )
    )


def _told(text: str) -> bytes:
    """Return the bytes as they came: Python has hidden an argument's stray ones in surrogates."""
    if text == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    return text.encode("utf-8", "surrogateescape")


def _decoded(told: bytes) -> str:
    """Decode exactly, without touching line ends; halves of a letter count as what they are."""
    try:
        return told.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise CannotRun(
            f"The text is not UTF-8 (byte {error.start + 1}): save it as UTF-8 and count again."
        ) from None
