"""Lengths of time in requests: minutes, .NET time spans or ISO 8601 durations (R2.13)."""

from __future__ import annotations

import math
import re

_YEAR = 366 * 86400.0

_CLOCK = re.compile(
    r"(?:(?P<days>[0-9]{1,4})\.)?(?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{1,2})"
    r"(?::(?P<seconds>[0-9]{1,2}(?:\.[0-9]{1,7})?))?"
)
_ISO = re.compile(
    r"P(?=.)(?:(?P<days>[0-9]{1,4})D)?(?:T(?=.)(?:(?P<hours>[0-9]{1,6})H)?"
    r"(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?",
    re.IGNORECASE,
)
_UNITS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}


def seconds(value: object) -> float:
    """Read a length of time and return it in seconds; a bare number counts minutes.

    Raises ValueError with a sentence for the client, also below zero and above a year.
    """
    length = math.nan
    if isinstance(value, str):
        text = value.strip()
        if match := _CLOCK.fullmatch(text) or _ISO.fullmatch(text):
            length = sum(float(match[name] or 0) * unit for name, unit in _UNITS.items())
        else:
            length = _minutes(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        length = _minutes(value)
    if not 0 <= length <= _YEAR:  # false for NaN too
        raise ValueError("Expected minutes such as 5, or a time span such as 00:05:00 or PT5M")
    return length


def _minutes(number: str | float) -> float:
    try:
        return float(number) * 60
    except (ValueError, OverflowError):
        return math.nan
