"""The board that ``openucwa watch`` draws: a row for each person. Knows no server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

LOOKS = {
    "Online": ("●", "green"),
    "IdleOnline": ("◐", "yellow"),
    "Busy": ("■", "red"),
    "IdleBusy": ("◧", "red"),
    "DoNotDisturb": ("⊖", "bold red"),
    "BeRightBack": ("◔", "yellow"),
    "Away": ("◔", "yellow"),
    "Offline": ("○", "bright_black"),
}
"""A shape and a colour for each availability, so that neither has to be told apart alone."""

COLUMNS = ("Name", "Availability", "Activity", "Since", "Note", "Location")


@dataclass(slots=True)
class Row:
    """What is known of a person. ``since`` is seconds since 1970, or None if unknown."""

    name: str
    availability: str = "Offline"
    activity: str = ""
    since: float | None = None
    note: str = ""
    location: str = ""


def board(rows: Iterable[Row], now: float, caption: str = "") -> Table:
    """Return the table to show. What people wrote cannot move the cursor or change colours."""
    table = Table(*COLUMNS, caption=caption or None)
    for row in rows:
        shape, style = LOOKS.get(row.availability, ("?", ""))
        table.add_row(
            _plain(row.name),
            Text(f"{shape} {row.availability}", style),
            _plain(row.activity),
            _when(row.since, now),
            _plain(row.note),
            _plain(row.location),
        )
    return table


def _plain(text: str) -> Text:
    return Text("".join(char if char.isprintable() else " " for char in text))


def _when(since: float | None, now: float) -> str:
    """Return the time of day or, if it was another day, the date."""
    if since is None:
        return ""
    then, today = (datetime.fromtimestamp(time, UTC).astimezone() for time in (since, now))
    return then.strftime("%H:%M:%S" if then.date() == today.date() else "%Y-%m-%d")
