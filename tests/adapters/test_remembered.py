"""What is remembered: right even when it changes while it is read."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.remembered import (
    Recent,
    RememberedContacts,
    RememberedDirectory,
    RememberedStandings,
    RememberedTelephony,
)
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.contacts import ContactList, Group, Kind
from openucwa.domain.people import DistributionGroup, Level, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.ports import Found
from openucwa.domain.presence import Standing
from openucwa.domain.refusals import Refusal, Refused

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


def test_only_so_many_are_kept():
    recent = Recent[int](limit=2)
    recent.add({"a": 1, "b": 2, "c": 3}, recent.age)
    recent.replace("b", 4)
    recent.add({"d": 5}, recent.age)

    assert {"b": 4, "d": 5} == dict(recent.items())


def test_all_but_some_are_forgotten():
    recent = Recent[int]()
    age = recent.age
    recent.add({"a": 1, "b": 2, "c": 3}, age)
    recent.forget(but={"b", "z"})
    recent.add({"a": 1}, age)

    assert {"b": 2} == dict(recent.items())


async def test_searches_and_groups_are_asked_for_each_time(tmp_path):
    database = await Database.open(tmp_path)
    store, groups = SqlStore(database), SqlGroups(database)
    directory = RememberedDirectory(store)
    await store.add([(LENE, "")])
    for staff in (DistributionGroup("staff@b.test", "Staff"), DistributionGroup("all@b.test", "A")):
        await groups.keep({staff: [LENE.address]})

        assert {staff.address: staff} == await directory.groups([staff.address])
        assert staff == await directory.group_with_id(staff.id)
        assert [LENE.address] == await directory.members(staff.address)
        assert [LENE.address] == await directory.everyone_in(staff.address, 5)
        assert Found([], [staff]) == await directory.search(staff.name, 5)
    await database.close()


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


# --------------------------------------------------------------------------- contact lists


def a_list(*names):
    """Return Lene's list with groups of these names."""
    return ContactList.of(LENE.address, [Group(name, Kind.USER, name) for name in names])


class Shelf:
    """Contact lists, and how often they were read; a step may be taken while that goes on."""

    def __init__(self):
        self.stored = a_list()
        self.reads = 0
        self.meanwhile = self.broken = None

    async def contacts(self, address):
        self.reads += 1
        read = self.stored
        await self.interrupted()
        return read

    async def change(self, address, change):
        before = self.stored
        self.stored = change(before)
        await self.interrupted()
        if self.broken is not None:
            raise self.broken
        return before, self.stored

    async def reread(self, address):
        return None, await self.contacts(address)

    async def interrupted(self):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def contacts(shelf):
    return RememberedContacts(shelf)


def become(*names):
    return lambda _: a_list(*names)


async def test_a_list_is_read_once(shelf, contacts):
    assert [a_list()] * 2 == [await contacts.contacts(LENE.address) for _ in range(2)]
    assert 1 == shelf.reads


async def test_a_changed_list_need_not_be_read(shelf, contacts):
    await contacts.change(LENE.address, become("a"))

    assert a_list("a") == await contacts.contacts(LENE.address)
    assert 0 == shelf.reads


async def test_a_list_that_was_forgotten_is_read_anew(shelf, contacts):
    await contacts.contacts(LENE.address)
    shelf.stored = a_list("elsewhere")
    contacts.forget()

    assert a_list("elsewhere") == await contacts.contacts(LENE.address)


async def test_a_list_that_changed_while_it_was_read_is_not_kept_as_it_was(shelf, contacts):
    shelf.meanwhile = lambda: contacts.change(LENE.address, become("a"))
    await contacts.contacts(LENE.address)

    assert a_list("a") == await contacts.contacts(LENE.address)


async def test_what_was_forgotten_while_a_list_was_read_is_not_kept(shelf, contacts):
    async def forget():
        contacts.forget()

    shelf.meanwhile = forget
    for _ in range(2):
        await contacts.contacts(LENE.address)

    assert 2 == shelf.reads


async def test_what_others_changed_is_a_difference_once(shelf, contacts):
    """Whoever comes first has it: a change, or a rereading."""
    await contacts.contacts(LENE.address)
    shelf.stored = a_list("elsewhere")
    changed = await contacts.change(LENE.address, become("elsewhere", "here"))

    assert (a_list(), a_list("elsewhere", "here")) == changed
    assert (changed[1], changed[1]) == await contacts.reread(LENE.address)
    shelf.stored = a_list()
    assert (changed[1], a_list()) == await contacts.reread(LENE.address)
    assert (a_list(), a_list("last")) == await contacts.change(LENE.address, become("last"))


async def test_a_change_that_comes_while_a_list_is_reread_begins_with_what_was_read(
    shelf, contacts
):
    await contacts.contacts(LENE.address)
    shelf.stored = a_list("elsewhere")
    later = []

    async def change():
        later.append(asyncio.create_task(contacts.change(LENE.address, become("last"))))

    shelf.meanwhile = change

    assert (a_list(), a_list("elsewhere")) == await contacts.reread(LENE.address)
    assert (a_list("elsewhere"), a_list("last")) == await later[0]


async def test_nothing_is_known_of_a_list_that_was_not_looked_at(contacts):
    assert (None, a_list()) == await contacts.reread(LENE.address)


async def test_a_look_during_a_change_takes_nothing_away_from_it(shelf, contacts):
    """Nothing was known before; who looks in between must not make the change seem to be none."""
    shelf.meanwhile = lambda: contacts.contacts(LENE.address)

    assert (a_list(), a_list("a")) == await contacts.change(LENE.address, become("a"))


async def test_after_a_refusal_the_list_is_as_before(shelf, contacts):
    await contacts.contacts(LENE.address)
    shelf.broken = Refused(Refusal.CONFLICT)
    with pytest.raises(Refused):
        await contacts.change(LENE.address, lambda before: before)

    assert a_list() == await contacts.contacts(LENE.address)
    assert 1 == shelf.reads


async def test_after_a_failure_nobody_knows(shelf, contacts):
    """What was interrupted may have been stored all the same."""
    await contacts.contacts(LENE.address)
    shelf.broken = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await contacts.change(LENE.address, become("a"))

    assert a_list("a") == await contacts.contacts(LENE.address)


# ------------------------------------------------------------------------------ standings


class Opinions:
    """What people said of themselves and others, and how often it was looked up."""

    def __init__(self):
        self.given = {}
        self.said = {}
        self.reads = []
        self.meanwhile = None

    async def standings_of(self, addresses):
        self.reads.append("".join(addresses))
        read = {one: Standing(location=self.said[one]) for one in addresses if one in self.said}
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return read

    async def levels_towards(self, address):
        self.reads.append(address)
        read = {by: levels[address] for by, levels in self.given.items() if address in levels}
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return read

    async def set_level(self, address, contact, level):
        self.given.setdefault(address, {})[contact] = level

    async def keep(self, address, changes):
        self.said |= {address: changes["location"]}


@pytest.fixture
def opinions():
    return Opinions()


@pytest.fixture
def standings(opinions):
    return RememberedStandings(opinions)


async def test_standings_are_looked_up_once_also_empty_ones(opinions, standings):
    opinions.said["l"] = "Oslo"
    for _ in range(2):
        found = await standings.standings_of(["l", "s"])
        assert {"l": Standing(location="Oslo"), "s": Standing()} == found
        assert Standing() == await standings.standing("s")
    await standings.standings_of(["t", "l"])

    assert ["ls", "t"] == opinions.reads


async def test_a_change_of_what_somebody_said_is_looked_up(opinions, standings):
    await standings.standings_of("ls")
    await standings.keep("l", {"location": "Oslo"})
    assert Standing(location="Oslo") == await standings.standing("l")
    await standings.set_level("s", "l", Level.BLOCKED)
    await standings.standings_of("ls")
    standings.forget()
    await standings.standings_of("ls")

    assert ["ls", "l", "s", "ls"] == opinions.reads


async def test_what_is_said_while_it_is_looked_up_is_not_missed(opinions, standings):
    opinions.meanwhile = lambda: standings.keep("l", {"location": "Oslo"})
    assert Standing() == await standings.standing("l"), "as it was then"

    assert Standing(location="Oslo") == await standings.standing("l")


async def test_levels_are_looked_up_once_until_somebody_gives_another_one(opinions, standings):
    for one in "st":
        await standings.set_level("l", one, Level.BLOCKED)
    for _ in range(2):
        assert {"l": Level.BLOCKED} == await standings.levels_towards("s")
        assert {"l": Level.BLOCKED} == await standings.levels_towards("t")
    await standings.set_level("l", "t", Level.EXTERNAL)

    assert {"l": Level.BLOCKED} == await standings.levels_towards("s")
    assert {"l": Level.EXTERNAL} == await standings.levels_towards("t")
    assert ["s", "t", "t"] == opinions.reads


async def test_other_changes_leave_levels_remembered(opinions, standings):
    await standings.levels_towards("s")
    await standings.keep("l", {"location": "Oslo"})
    await standings.levels_towards("s")

    assert ["s"] == opinions.reads


async def test_levels_that_change_while_they_are_looked_up_are_not_remembered(opinions, standings):
    opinions.meanwhile = lambda: standings.set_level("l", "s", Level.BLOCKED)
    assert {} == await standings.levels_towards("s")

    assert {"l": Level.BLOCKED} == await standings.levels_towards("s")


async def test_forgotten_levels_are_looked_up_anew(opinions, standings):
    await standings.levels_towards("s")
    standings.forget()
    await standings.levels_towards("s")

    assert ["s", "s"] == opinions.reads
