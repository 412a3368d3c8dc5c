"""People and groups as an administrator types them: words of the command line, rows of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from openucwa.adapters.numbers import tel_uri
from openucwa.domain import cards
from openucwa.domain.cards import DETAILS, parts, typed_address
from openucwa.domain.people import Person

OF_PEOPLE = ("password", *DETAILS, "photo")
COLUMNS = ("address", "name", "type", *OF_PEOPLE, "groups", "hidden")


class Place(NamedTuple):
    """Where in which file something is said."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file} line {self.line}"


class Problem(NamedTuple):
    """What is wrong, and where."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a file says of a person or a distribution group.

    ``card`` has those fields of ``Person`` or ``DistributionGroup`` that are said. ``groups`` are
    those it is put into; ``members``, if said, are all that a group has. They and the manager may
    be named by address, e-mail address or ``uid``.
    """

    place: Place
    address: str
    card: Mapping[str, Any]
    is_group: bool = False
    groups: tuple[str, ...] = ()
    members: tuple[str, ...] | None = None
    password: str = ""
    picture: bytes | Path | None = None
    uid: str = ""


def person_from(texts: Mapping[str, str], region: str = "") -> Person:
    """Return the person whose card is typed. Raises ``ValueError`` that says what is wrong."""
    address, card = card_from(texts, region)
    return Person(address, **card)


def card_from(texts: Mapping[str, str], region: str = "") -> tuple[str, dict[str, Any]]:
    """Return what is typed of a person; phone numbers without a country code are of the region.

    Raises ``ValueError`` that says what is wrong.
    """
    return cards.card_from(texts, partial(tel_uri, region=region))


def read(path: Path, region: str = "") -> Iterator[Entry | Problem]:
    """Read a CSV file line by line; what is wrong with one does not end it."""

    def problem(line: int, text: str) -> Problem:
        return Problem(Place(str(path), line), text)

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = _header(next(reader, []))
            start = reader.line_num + 1
            for row in reader:
                line, start = start, reader.line_num + 1
                if not any(row):
                    continue
                try:
                    yield _entry(Place(str(path), line), path.parent, _cells(header, row), region)
                except ValueError as error:
                    yield problem(line, str(error))
        except UnicodeDecodeError:
            yield problem(reader.line_num + 1, "this is not UTF-8: save the file as CSV UTF-8")
        except (ValueError, csv.Error) as error:
            yield problem(max(reader.line_num, 1), str(error))


def _header(columns: list[str]) -> list[str]:
    header = [column.strip() for column in columns]
    wrong = [column for column in header if column not in COLUMNS or header.count(column) > 1]
    if wrong or not {"address", "name"} <= {*header}:
        fault = f"column {wrong[0]!r} is wrong" if wrong else "address and name are needed"
        raise ValueError(f"{fault}; columns are {','.join(COLUMNS)}")
    return header


def _cells(header: list[str], row: list[str]) -> dict[str, str]:
    if len(row) > len(header):
        raise ValueError("more cells than columns: put cells with commas in quotes")
    return dict(zip(header, row, strict=False))


def _entry(place: Place, folder: Path, cells: dict[str, str], region: str) -> Entry:
    groups = tuple(typed_address(typed) for typed in parts(cells.pop("groups", "")))
    hidden = _choice("hidden", cells.pop("hidden", ""), {"": None, "yes": True, "no": False})
    kinds = {"": False, "person": False, "group": True}
    if _choice("type", cells.pop("type", ""), kinds):
        return _group(place, cells, groups, hidden)
    if hidden is not None:
        raise ValueError("only a group can be hidden")
    password, photo = cells.pop("password", ""), cells.pop("photo", "").strip()
    address, card = card_from(cells, region)
    picture = folder / photo if photo else None
    return Entry(
        place=place, address=address, card=card, groups=groups, password=password, picture=picture
    )


def _group(
    place: Place, cells: dict[str, str], groups: tuple[str, ...], hidden: bool | None
) -> Entry:
    for column in OF_PEOPLE:
        if cells.pop(column, ""):
            raise ValueError(f"a group has no {column}")
    address, card = card_from(cells)
    said = {"name": card["name"]} | ({} if hidden is None else {"hidden": hidden})
    return Entry(place=place, address=address, card=said, groups=groups, is_group=True)


def _choice(column: str, text: str, choices: Mapping[str, bool | None]) -> bool | None:
    typed = text.strip().lower()
    if typed not in choices:
        raise ValueError(f"{column} is {' or '.join(filter(None, choices))}, not {text.strip()!r}")
    return choices[typed]
