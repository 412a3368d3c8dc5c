"""How settings are written: durations, sizes and counts, with their bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Meta

MINUTE = 60.0
HOUR = 3600.0
DURATIONS = {"ms": 0.001, "s": 1.0, "m": MINUTE, "h": HOUR, "d": 24 * HOUR}
SIZES = {"B": 1, "KB": 1024, "MB": 1024**2}

_QUANTITY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Za-z]+)")


def duration(description: str, *, zero: bool = False) -> Meta:
    """Return the bounds of a duration: a millisecond, or perhaps ``zero``, to a year."""
    least, most = 0 if zero else DURATIONS["ms"], 366 * DURATIONS["d"]
    return Meta(ge=least, le=most, description=description, extra={"unit": "duration"})


def count(description: str, least: int = 1, most: int = 1_000_000) -> Meta:
    """Return the bounds of a number of things."""
    return Meta(ge=least, le=most, description=description)


_URL = r"^(https?://[^\s<>\"]{1,2000})?\Z"


def url(description: str) -> Meta:
    """Return the form of an HTTP URL that may be empty."""
    return Meta(pattern=_URL, description=description, extra={"allowed": "http:// or https://"})


def quantity(raw: Any, units: Mapping[str, float]) -> float:
    """Read a number with its unit."""
    match = _QUANTITY.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or match[2] not in units:
        raise ValueError(raw)
    return float(match[1]) * units[match[2]]


def spelled(value: float, units: Mapping[str, float]) -> str:
    """Write a number in the largest unit that gives a whole one."""
    for unit, factor in reversed(list(units.items())):
        if value >= factor and value % factor == 0:
            return f"{value / factor:.0f}{unit}"
    return f"{value * 1000:.12g}ms" if value else "0s"
