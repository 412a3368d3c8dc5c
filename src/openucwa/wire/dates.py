"""Moments on the wire: ``/Date(ms)/`` in JSON, ISO 8601 in XML, either one on input (R4.10)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from openucwa.hyper.values import Date

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_AJAX = re.compile(r"\\?/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)\\?/", re.ASCII)


def milliseconds(date: Date) -> int:
    """Return the whole milliseconds since 1970."""
    return round(date.seconds * 1000)


def iso(date: Date) -> str:
    """Return the moment in UTC, to the millisecond: ``2016-09-26T23:20:23.994Z``."""
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds(date))
    except OverflowError:  # beyond the years ISO 8601 can name
        moment = _FIRST if date.seconds < 0 else _LAST
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(value: object) -> Date:
    """Read a moment in either notation; ISO 8601 without a zone is UTC.

    Raises ValueError with a sentence for the client.
    """
    if isinstance(value, str):
        text = value.strip()
        if ajax := _AJAX.fullmatch(text):
            # The zone some serializers append is display only: the number counts from UTC.
            return Date(int(ajax[1]) / 1000)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return Date((moment - _EPOCH).total_seconds())
    raise ValueError("Expected a date such as /Date(1358827096000)/ or 2013-01-22T03:58:16Z")
