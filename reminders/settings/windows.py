"""What the hours of the settings may be: read from words, and never wider than the law's."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from reminders.care.window import DEFAULT_HOURS, Window, narrower, parse_window
from reminders.settings.complaints import refuse


def _window(value: object, *, on_holidays: bool) -> Window:
    mend = 'write hours and days as in "9-20 every day" or "10-18 Monday to Friday"'
    if not isinstance(value, str):
        raise refuse("must be hours written as text", mend=mend)
    try:
        return parse_window(value, on_holidays=on_holidays)
    except ValueError as error:
        what, _, words = str(error).rpartition(": ")
        raise refuse(what or "cannot be read as hours", mend=words) from None


def _within(window: Window, limit: Window, *, words: str) -> Window:
    if not narrower(window, limit):
        raise refuse(
            f"may be narrower than {words}, never wider",
            mend="write hours within these, or take the line out",
        )
    return window


def _care_hours(value: object) -> Window:
    window = _window(value, on_holidays=True)
    return _within(window, DEFAULT_HOURS.care, words="9-20 every day (47 CFR 64.1200(c)(1))")


def _marketing_hours(value: object) -> Window:
    window = _window(value, on_holidays=False)
    return _within(window, DEFAULT_HOURS.marketing, words="10-18 Monday to Friday")


def _on_call_hours(value: object) -> Window:
    return _window(value, on_holidays=True)


CareHours = Annotated[Window, NoDecode, BeforeValidator(_care_hours)]
MarketingHours = Annotated[Window, NoDecode, BeforeValidator(_marketing_hours)]
OnCallHours = Annotated[Window, NoDecode, BeforeValidator(_on_call_hours)]
