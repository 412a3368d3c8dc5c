"""Remembered cards and phones: right even when they change while they are read."""

from __future__ import annotations

import pytest

from openucwa.adapters import remembered
from openucwa.adapters.remembered import RememberedDirectory, RememberedTelephony
from openucwa.domain.people import Person
from openucwa.domain.phones import OwnPhone, PhoneType

LENE, SARA, TONI = (
    Person(f"{name}@contoso.test", f"sip:{name}@contoso.test", name) for name in ("l", "s", "t")
)
HOME = {PhoneType.HOME: OwnPhone("+15550100", shown=True)}


class Book:
    """A directory and phones, and what was read of them."""

    def __init__(self):
        self.cards = {one.address: one for one in (LENE, SARA)}
        self.own = {LENE.address: HOME}
        self.read = []
        self.meanwhile = lambda: None

    async def people(self, addresses):
        self.read.append(sorted(addresses))
        found = {one: self.cards[one] for one in addresses if one in self.cards}
        self.meanwhile()
        return found

    async def phones(self, addresses):
        self.read.append(sorted(addresses))
        found = {one: self.own[one] for one in addresses if one in self.own}
        self.meanwhile()
        return found

    async def keep_phone(self, address, kind, changes):
        self.own = {address: {kind: OwnPhone(**changes)}}


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def directory(book):
    return RememberedDirectory(book)


async def test_a_card_is_read_once(book, directory):
    assert [LENE, LENE] == [await directory.person(LENE.address) for _ in range(2)]
    assert {LENE.address: LENE, SARA.address: SARA} == await directory.people(
        [LENE.address, SARA.address]
    )
    assert [[LENE.address], [SARA.address]] == book.read


async def test_who_is_new_is_found_at_once(book, directory):
    assert await directory.person(TONI.address) is None
    book.cards[TONI.address] = TONI
    assert TONI == await directory.person(TONI.address)


async def test_what_was_forgotten_while_it_was_read_is_not_kept(book, directory):
    book.meanwhile = directory.forget
    await directory.person(LENE.address)
    await directory.person(LENE.address)
    assert 2 == len(book.read)


async def test_only_so_many_are_kept(book, directory, monkeypatch):
    monkeypatch.setattr(remembered, "LIMIT", 1)
    for one in (LENE, SARA, LENE):
        assert one == await directory.person(one.address)
    assert 3 == len(book.read)


async def test_that_somebody_said_nothing_of_phones_is_remembered_too(book):
    telephony = RememberedTelephony(book)
    for _ in range(2):
        assert {LENE.address: HOME} == await telephony.phones([LENE.address, SARA.address])
    assert 1 == len(book.read)


async def test_a_changed_phone_is_read_anew(book):
    telephony = RememberedTelephony(book)
    await telephony.phones([LENE.address])
    other = OwnPhone("+15550199", shown=False)
    await telephony.keep_phone(
        LENE.address, PhoneType.HOME, {"number": other.number, "shown": other.shown}
    )
    assert {LENE.address: {PhoneType.HOME: other}} == await telephony.phones([LENE.address])
