"""vCards of both versions, as address books write them."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.cli import vcards
from openucwa.cli.roster import Problem

LENE = """\
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:F81D4FAE-7DEC
FN:Lene Aaling
N:Aaling;Lene;;;
ORG:Contoso\\, Ltd;Support
TITLE:Head of
  Support
item1.TEL;VALUE=uri;TYPE="work,voice":tel:+45-33-22-11-00
TEL;TYPE=cell:+45 20 30 40 50
TEL;TYPE=work,fax:+45 33 22 11 99
TEL:(425) 555-0100
EMAIL;PREF=1:Lene.Aaling@contoso.test
EMAIL:lene@home.test
IMPP:xmpp:lene@chat.test
IMPP:sip:LeneA@contoso.test
RELATED;TYPE=manager:mailto:boss@contoso.test
PHOTO:data:image/png;base64,aGVsbG8=
END:VCARD
"""


@pytest.fixture
def entries(tmp_path):
    def entries_of(text, region=""):
        path = tmp_path / "people.vcf"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(vcards.read(path, region))

    return entries_of


@pytest.fixture
def entry(entries):
    """Return what one card says."""

    def entry_of(*lines, version="3.0"):
        text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
        [found] = entries(text)
        return found

    return entry_of


def test_a_card_says_all_of_a_person(entries):
    [lene] = entries(LENE, "US")

    assert "lenea@contoso.test" == lene.address
    assert {
        "uri": "sip:LeneA@contoso.test",
        "name": "Lene Aaling",
        "title": "Head of Support",
        "company": "Contoso, Ltd",
        "department": "Support",
        "emails": ("Lene.Aaling@contoso.test", "lene@home.test"),
        "work_phone": "tel:+4533221100",
        "mobile_phone": "tel:+4520304050",
        "other_phone": "tel:+14255550100",
        "manager": "boss@contoso.test",
    } == lene.card
    assert (b"hello", "urn:uuid:f81d4fae-7dec") == (lene.picture, lene.uid)
    assert lene.place.line == 1


def test_what_a_card_does_not_say_is_not_said(entry):
    lene = entry("FN:Lene", "EMAIL:lene@contoso.test")

    assert {"uri", "name", "emails"} == {*lene.card}
    assert (None, None, ()) == (lene.picture, lene.members, lene.groups)


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["EMAIL:one@contoso.test", "EMAIL:two@contoso.test"], "one@contoso.test"),
        (["EMAIL:one@contoso.test", "X-SIP:sip:Two@contoso.test"], "two@contoso.test"),
        (["EMAIL:one@contoso.test", "IMPP;TYPE=work:SIP:two@contoso.test"], "two@contoso.test"),
    ],
)
def test_the_address_is_for_sip_or_else_the_first_for_mail(entry, lines, address):
    assert address == entry("FN:Lene", *lines).address


def test_a_name_may_be_in_parts_only(entry):
    assert "Lene Aaling" == entry("N:Aaling;Lene;;;", "EMAIL:a@b.test").card["name"]


@pytest.mark.parametrize(
    "line",
    [
        "PHOTO;ENCODING=b;TYPE=JPEG:aGVs\r\n bG8=",
        "photo;encoding=BASE64:aGVsbG8=",
        "PHOTO:data:image/jpeg;base64\\,aGVsbG8=",
        "PHOTO;VALUE=uri:http://127.0.0.1/lene.jpg\r\nPHOTO;ENCODING=b:aGVsbG8=",
    ],
)
def test_a_picture_is_inside_the_card(entry, line):
    assert b"hello" == entry("FN:Lene", "EMAIL:a@b.test", line).picture


def test_a_picture_that_is_elsewhere_is_not_fetched(entry):
    photo = "PHOTO;VALUE=uri:file:///etc/passwd"

    assert entry("FN:Lene", "EMAIL:a@b.test", photo).picture is None


@pytest.mark.parametrize(
    ("line", "manager"),
    [
        ("RELATED;TYPE=manager:sip:Boss@contoso.test", "boss@contoso.test"),
        ("RELATED;TYPE=manager:urn:uuid:AB-1", "urn:uuid:ab-1"),
        ("X-MANAGER:boss@contoso.test", "boss@contoso.test"),
        ("MANAGER:boss@contoso.test", "boss@contoso.test"),
        ("X-MANAGER:The Boss", None),
        ("RELATED;TYPE=friend:mailto:friend@contoso.test", None),
    ],
)
def test_a_manager_counts_if_that_leads_to_somebody(entry, line, manager):
    assert manager == entry("FN:Lene", "EMAIL:a@b.test", line).card.get("manager")


@pytest.mark.parametrize(
    ("version", "lines"),
    [
        ("4.0", ["KIND:group", "MEMBER:mailto:A@b.test", "MEMBER:urn:uuid:AB-1"]),
        (
            "3.0",
            [
                "X-ADDRESSBOOKSERVER-KIND:group",
                "X-ADDRESSBOOKSERVER-MEMBER:sip:a@b.test",
                "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ab-1",
            ],
        ),
    ],
)
def test_a_group_has_members(entry, version, lines):
    sales = entry("FN:Sales", "EMAIL:sales@contoso.test", *lines, version=version)

    assert (True, {"name": "Sales"}) == (sales.is_group, sales.card)
    assert ("a@b.test", "urn:uuid:ab-1") == sales.members


def test_cards_of_rooms_and_companies_are_passed_over(entries):
    assert [] == entries("BEGIN:VCARD\nVERSION:4.0\nKIND:location\nFN:Room\nEND:VCARD\n")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["FN:Lene"], "the card has no address"),
        (["EMAIL:a@b.test"], "name is missing"),
        (["FN:Lene", "EMAIL:lene"], "'lene' is not an address"),
        (["FN:Lene", "EMAIL:a@b.test", "PHOTO;ENCODING=b:\xe9"], "PHOTO is not Base64"),
        (["FN:Lene", "EMAIL:a@b.test", "TEL;CELL:1"], "'TEL;CELL:1' cannot be read"),
        (["KIND:group", "FN:X", "EMAIL:a@b.test", "MEMBER:Lene"], "member 'Lene' is neither"),
        (["FN:" + "x" * 300, "EMAIL:a@b.test"], "name has more than 256"),
    ],
)
def test_a_card_that_is_wrong_is_refused(entry, lines, fault):
    problem = entry(*lines)

    assert isinstance(problem, Problem)
    assert problem.text.startswith(fault)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("hello\n", 1, "a card must begin with"),
        ("BEGIN:VCARD\nFN:x\n", 1, "the card has no END:VCARD"),
        ("BEGIN:VCARD\nFN:x\nBEGIN:VCARD\n", 3, "a card must begin with"),
        ("BEGIN:VCARD\nVERSION:2.1\nFN:x\nEND:VCARD", 1, "vCards of version 2.1 are not read"),
        ("BEGIN:VCARD\nFN:x\nEND:VCARD", 1, "vCards of version ? are not read"),
        (b"BEGIN:VCARD\nFN:\xff\n", 1, "this is not UTF-8"),
    ],
)
def test_what_is_no_card_is_refused(entries, text, line, fault):
    [problem] = entries(text)

    assert line == problem.place.line
    assert problem.text.startswith(fault)


def test_a_wrong_card_does_not_hide_the_next_one(entries):
    wrong, right = entries(f"{LENE.replace('FN:', 'X:').replace('N:A', 'X:')}\n{LENE}")

    assert (1, "name is missing") == (wrong.place.line, wrong.text)
    assert (21, "lenea@contoso.test") == (right.place.line, right.address)


def test_cards_and_files_have_a_longest_length(entries, monkeypatch):
    monkeypatch.setattr(vcards, "LONGEST_CARD", 100)
    assert "the card is longer" in entries(LENE)[0].text

    monkeypatch.setattr(vcards, "LONGEST_FILE", 100)
    assert "the file is longer" in entries(LENE)[0].text


def test_a_strange_line_takes_no_longer_than_another(entry):
    began = time.perf_counter()
    entry("FN:Lene", "EMAIL:a@b.test", "TEL;TYPE=" + "," * 50_000 + '"')

    assert time.perf_counter() - began < 5


@given(st.text(), st.binary(max_size=50).map(base64.b64encode))
def test_any_file_is_read_or_refused(tmp_path_factory, text, picture):
    path = tmp_path_factory.getbasetemp() / "any.vcf"
    body = text.encode("utf-8", "replace") + b"\nPHOTO;ENCODING=b:" + picture
    path.write_bytes(b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nEMAIL:a@b.test\n" + body + b"\nEND:VCARD\n")

    list(vcards.read(path))
