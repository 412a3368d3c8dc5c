"""People as an administrator types them: words of the command line, rows of a CSV file."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openucwa.domain.people import Person, address_of

DETAILS = (
    *("title", "department", "company", "office", "email"),
    *("work_phone", "mobile_phone", "home_phone", "other_phone"),
)
"""What may be said of a person beside address and name."""
COLUMNS = ("address", "name", "password", *DETAILS)
_LONGEST = 256


Problem = tuple[int, str]
"""A line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a file that is in order."""

    line: int
    person: Person
    password: str


def person_from(texts: Mapping[str, str]) -> Person:
    """Return the person whose card is typed in ``COLUMNS``; several e-mails have ``;`` between.

    Raises ``ValueError`` that says what is wrong.
    """
    card = {column: " ".join(texts[column].split()) for column in texts if column != "password"}
    for column, text in card.items():
        if len(text) > _LONGEST:
            raise ValueError(f"{column} has more than {_LONGEST} characters")
        if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
            raise ValueError(f"{column} has control characters")
    typed, name = card.pop("address", ""), card.pop("name", "")
    address = address_of(typed)
    if address is None:
        raise ValueError(f"{typed!r} is not an address: write user@domain or sip:user@domain")
    if not name:
        raise ValueError("name is missing")
    uri = "sip:" + (typed[4:] if typed[:4].lower() == "sip:" else typed).partition(";")[0]
    emails = tuple(mail.strip() for mail in card.pop("email", "").split(";") if mail.strip())
    return Person(address, uri, name, emails=emails, **card)


def read(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Read a CSV file; return what is in order and what is not."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
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
                    entry = _entry(line, header, row)
                except ValueError as error:
                    problems.append((line, str(error)))
                    continue
                address = entry.person.address
                if first.setdefault(address, line) != line:
                    problems.append((line, f"{address} is in line {first[address]} already"))
                entries.append(entry)
        except UnicodeDecodeError:
            problems.append((reader.line_num + 1, "this is not UTF-8: save the file as CSV UTF-8"))
        except (ValueError, csv.Error) as error:
            problems.append((max(reader.line_num, 1), str(error)))
    return entries, problems


def _header(columns: list[str]) -> list[str]:
    header = [column.strip() for column in columns]
    wrong = [column for column in header if column not in COLUMNS or header.count(column) > 1]
    if wrong or not {"address", "name"} <= {*header}:
        fault = f"column {wrong[0]!r} is wrong" if wrong else "address and name are needed"
        raise ValueError(f"{fault}; columns are {','.join(COLUMNS)}")
    return header


def _entry(line: int, header: list[str], row: list[str]) -> Entry:
    if len(row) > len(header):
        raise ValueError("more cells than columns: put cells with commas in quotes")
    cells = dict(zip(header, row, strict=False))
    return Entry(line, person_from(cells), cells.get("password", ""))
