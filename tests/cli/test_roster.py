"""Rosters: people and groups as typed, and every fault of a file named by its line."""

from __future__ import annotations

import pytest

from openucwa.cli.roster import Entry, Problem, person_from, read
from openucwa.domain.people import Person


@pytest.fixture
def entries(tmp_path):
    def entries_of(text, **options):
        path = tmp_path / "people.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read(path, **options))

    return entries_of


@pytest.fixture
def faults(entries):
    def faults_of(text):
        return [(one.place.line, one.text) for one in entries(text) if isinstance(one, Problem)]

    return faults_of


def test_a_card_is_what_was_typed_without_needless_spaces():
    person = person_from(
        {
            "address": "SIP:LeneA@contoso.test;x=1",
            "name": " Lene \u00a0 Aaling ",
            "email": "a@b; ;c@d",
            "manager": "sip:Boss@contoso.test",
        }
    )

    assert person == Person(
        "lenea@contoso.test",
        "sip:LeneA@contoso.test",
        "Lene Aaling",
        emails=("a@b", "c@d"),
        manager="boss@contoso.test",
    )


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("+45 33 22-11 00", "", "tel:+4533221100"),
        ("tel:+4533221100;ext=7", "", "tel:+4533221100;ext=7"),
        ("(425) 555-0100", "US", "tel:+14255550100"),
        ("(425) 555-0100", "", "(425) 555-0100"),
        ("4711", "US", "4711"),
    ],
)
def test_a_phone_that_can_be_an_international_number_becomes_one(typed, region, kept):
    person = person_from({"address": "a@b.test", "name": "x", "work_phone": typed}, region)

    assert kept == person.work_phone


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ({"address": "lenea", "name": "x"}, "'lenea' is not an address"),
        ({"name": "x"}, "'' is not an address"),
        ({"address": "a@b.test", "name": " "}, "name is missing"),
        ({"address": "a@b.test", "name": "\x1b[31m"}, "name has control characters"),
        ({"address": "a@b.test", "name": "\ud800"}, "name has control characters"),
        ({"address": "a@b.test", "name": "x", "title": "x" * 257}, "title has more than 256"),
        ({"address": "a@b.test", "name": "x", "manager": "boss"}, "'boss' is not an address"),
    ],
)
def test_a_card_that_is_wrong_is_refused(card, fault):
    with pytest.raises(ValueError, match=fault):
        person_from(card)


def test_a_file_may_leave_out_columns_and_lines(entries):
    found = entries(
        '\ufeffname,address,password\r\n"Aaling, Lene",lenea@contoso.test, pass \r\n\r\n'
        '"Two\nlines",two@contoso.test\r\n'
    )

    assert [(2, "Aaling, Lene", " pass "), (4, "Two lines", "")] == [
        (entry.place.line, entry.card["name"], entry.password) for entry in found
    ]
    assert {"name", "uri"} == {*found[0].card}


def test_people_and_groups_stand_in_one_file(entries, tmp_path):
    person, group, hidden = entries(
        "address,name,type,photo,groups,hidden\n"
        "lenea@contoso.test,Lene,,pictures/lene.jpg,Support@contoso.test; sip:all@contoso.test\n"
        "Support@contoso.test,Support,group,,all@contoso.test,\n"
        "all@contoso.test,All,Group,,,Yes\n"
    )

    assert tmp_path / "pictures" / "lene.jpg" == person.picture
    assert ("support@contoso.test", "all@contoso.test") == person.groups
    place = group.place
    assert group == Entry(
        place=place,
        address="support@contoso.test",
        card={"name": "Support"},
        is_group=True,
        groups=("all@contoso.test",),
    )
    assert {"name": "All", "hidden": True} == hidden.card


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a@b.test,A,robot,,,,", "type is person or group, not 'robot'"),
        ("a@b.test,A,group,Boss,,,", "a group has no title"),
        ("a@b.test,A,group,,secret,,", "a group has no password"),
        ("a@b.test,A,group,,,maybe,", "hidden is yes or no, not 'maybe'"),
        ("a@b.test,A,,,,no,", "only a group can be hidden"),
        ("a@b.test,A,,,,,sales", "'sales' is not an address"),
    ],
)
def test_what_does_not_go_together_is_refused(faults, line, fault):
    [(where, what)] = faults(f"address,name,type,title,password,hidden,groups\n{line}\n")

    assert where == 2
    assert what.startswith(fault)


def test_every_fault_is_named_by_its_line(faults):
    found = faults('address,name\nnobody,x\na@b.test,A\n"x\ny",z\nc@d.test,C,more\ne@f.test')

    assert [
        (2, "'nobody' is not an address: write user@domain or sip:user@domain"),
        (4, "'x y' is not an address: write user@domain or sip:user@domain"),
        (6, "more cells than columns: put cells with commas in quotes"),
        (7, "name is missing"),
    ] == found


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("", 1, "address and name are needed"),
        ("address\n", 1, "address and name are needed"),
        ("address,name,colour\n", 1, "column 'colour' is wrong; columns are address,name,type,"),
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
