"""The board: shape and colour for everybody, and nothing that a note could do to a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from openucwa.cli.board import COLUMNS, LOOKS, Row, board
from openucwa.domain.presence import Availability

NOW = 1_790_000_000.0


def drawn(*rows, caption=""):
    """Return the cells of each line of a board."""
    out = io.StringIO()
    Console(file=out, width=160, force_terminal=False).print(board(rows, NOW, caption))
    lines = [line for line in out.getvalue().splitlines() if "│" in line or "┃" in line]
    return [[cell.strip() for cell in line.replace("┃", "│").split("│")[1:-1]] for line in lines]


def test_every_availability_has_a_look_of_its_own():
    assert {*Availability} == {*LOOKS}


def test_a_person_is_a_row():
    row = Row("Lene", "Busy", "on-the-phone", None, "A note", "Room 7")

    assert [[*COLUMNS], ["Lene", "■ Busy", "on-the-phone", "", "A note", "Room 7"]] == drawn(row)


def test_an_availability_that_nobody_knows_is_shown_as_it_is():
    assert drawn(Row("Lene", "Dozing"))[1][1] == "? Dozing"


def test_what_people_write_is_only_text():
    assert drawn(Row("[red]Lene", note="\x1b[2J\na"))[1][::4] == ["[red]Lene", "[2J a"]


@pytest.mark.parametrize(("since", "length"), [(NOW, 8), (NOW - 3 * 86400, 10)])
def test_times_of_another_day_are_dates(since, length):
    assert len(drawn(Row("Lene", since=since))[1][3]) == length
