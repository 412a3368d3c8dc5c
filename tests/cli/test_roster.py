"""Rosters: people as typed, and every fault of a file named by its line."""

from __future__ import annotations

import pytest

from openucwa.cli.roster import person_from, read
from openucwa.domain.people import Person


@pytest.fixture
def faults(tmp_path):
    def faults_of(text):
        path = tmp_path / "people.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path)[1]

    return faults_of


def test_a_card_is_what_was_typed_without_needless_spaces():
    person = person_from(
        {
            "address": "SIP:LeneA@contoso.test;x=1",
            "name": " Lene \u00a0 Aaling ",
            "email": "a@b; ;c@d",
        }
    )

    assert person == Person(
        "lenea@contoso.test", "sip:LeneA@contoso.test", "Lene Aaling", emails=("a@b", "c@d")
    )


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ({"address": "lenea", "name": "x"}, "'lenea' is not an address"),
        ({"name": "x"}, "'' is not an address"),
        ({"address": "a@b.test", "name": " "}, "name is missing"),
        ({"address": "a@b.test", "name": "\x1b[31m"}, "name has control characters"),
        ({"address": "a@b.test", "name": "\ud800"}, "name has control characters"),
        ({"address": "a@b.test", "name": "x", "title": "x" * 257}, "title has more than 256"),
    ],
)
def test_a_card_that_is_wrong_is_refused(card, fault):
    with pytest.raises(ValueError, match=fault):
        person_from(card)


def test_a_file_may_leave_out_columns_and_lines(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        '\ufeffname,address,password\r\n"Aaling, Lene",lenea@contoso.test, pass \r\n\r\n'
        '"Two\nlines",two@contoso.test\r\n',
        newline="",
    )

    entries, faults = read(path)

    assert not faults
    assert [(2, "Aaling, Lene", " pass "), (4, "Two lines", "")] == [
        (entry.line, entry.person.name, entry.password) for entry in entries
    ]


def test_every_fault_is_named_by_its_line(faults):
    found = faults(
        'address,name\nnobody,x\na@b.test,A\n"x\ny",z\nA@b.test,again\nc@d.test,C,more\ne@f.test'
    )

    assert [
        (2, "'nobody' is not an address: write user@domain or sip:user@domain"),
        (4, "'x y' is not an address: write user@domain or sip:user@domain"),
        (6, "a@b.test is in line 3 already"),
        (7, "more cells than columns: put cells with commas in quotes"),
        (8, "name is missing"),
    ] == found


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("", 1, "address and name are needed"),
        ("address\n", 1, "address and name are needed"),
        ("address,name,colour\n", 1, "column 'colour' is wrong; columns are address,name,password"),
        ("address,name,name\n", 1, "column 'name' is wrong"),
        (b"address,name\na@b.test,\xff\n", 1, "not UTF-8"),
        ('address,name\na@b.test,"A"x\n', 2, "expected after"),
        ('address,name\na@b.test,"A\n', 2, "unexpected end of data"),
        ("address,name\na@b.test," + "x" * 200_000, 2, "field larger than field limit"),
    ],
)
def test_what_is_no_table_is_refused(faults, text, line, fault):
    [(where, what)] = faults(text)

    assert line == where
    assert fault in what
