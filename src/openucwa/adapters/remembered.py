"""What was read lately, kept in memory: reading it from the database takes a millisecond.

Each keeps the newest so many. ``forget`` is called when an account or the directory has changed,
which is looked up every ten seconds; what this server itself changes is right at once. In a pool
a change of what other nodes may have read is ``spread`` to them before it is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from openucwa.domain.contacts import ContactList
from openucwa.domain.forwarding import Forwarding
from openucwa.domain.people import DistributionGroup, Level, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.ports import Contacts, Directory, Found, Standings, Telephony
from openucwa.domain.presence import NOTHING_SAID, Standing
from openucwa.domain.refusals import Refused

T = TypeVar("T")

Spread = Callable[[str, list[str]], Awaitable[None]]
"""Has others forget something of people, given by its name."""

PHONES = "phones"
LEVELS = "levels"

LIMIT = 5000
LISTS = 5000
"""So many contact lists are kept; one of 250 contacts takes four kilobytes."""


class Recent(Generic[T]):
    """Values by address, as long as nothing was changed or forgotten while they were read."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._values: dict[str, T] = {}
        self.age = 0

    def get(self, address: str) -> T | None:
        """Return what is known of one."""
        return self._values.get(address)

    def known(self, addresses: Iterable[str]) -> tuple[dict[str, T], list[str]]:
        """Return what is known, and of whom nothing is."""
        wanted = dict.fromkeys(addresses)
        found = {one: self._values[one] for one in wanted if one in self._values}
        return found, [one for one in wanted if one not in found]

    def items(self) -> Iterable[tuple[str, T]]:
        """Return everything that is known."""
        return self._values.items()

    def add(self, values: Mapping[str, T], age: int) -> None:
        """Keep what was read at an ``age``, unless that is over."""
        if age != self.age:
            return
        self._values.update(values)
        while len(self._values) > self._limit:
            del self._values[next(iter(self._values))]

    def replace(self, address: str, value: T) -> None:
        """Keep what was changed, and nothing that is being read."""
        self.drop([address])
        self.add({address: value}, self.age)

    def drop(self, addresses: Iterable[str]) -> None:
        """Forget some, and what is being read."""
        self.age += 1
        for address in addresses:
            self._values.pop(address, None)

    def forget(self, but: Collection[str] = ()) -> None:
        """Forget everything but some, and what is being read."""
        self.drop([address for address in self._values if address not in but])


async def to_nobody(what: str, addresses: list[str]) -> None:
    """Do nothing: no other server remembers anything."""


class RememberedDirectory(Directory):
    """A directory in front of another one."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._cards = Recent[Person]()
        self.forget = self._cards.forget

    async def person(self, address: str) -> Person | None:
        """Return the card of a canonical address, or None."""
        return (await self.people([address])).get(address)

    async def people(self, addresses: Iterable[str]) -> dict[str, Person]:
        """Return the cards of those addresses that are known."""
        found, missing = self._cards.known(addresses)
        if missing:
            age = self._cards.age
            read = await self._directory.people(missing)
            self._cards.add(read, age)
            found |= read
        return found

    # Searches and distribution groups are not remembered.

    async def search(self, query: str, limit: int) -> Found:
        """Return up to ``limit`` people and distribution groups by name."""
        return await self._directory.search(query, limit)

    async def groups(self, addresses: Iterable[str]) -> dict[str, DistributionGroup]:
        """Return those distribution groups that are known, by address."""
        return await self._directory.groups(addresses)

    async def group_with_id(self, identifier: str) -> DistributionGroup | None:
        """Return the distribution group that UCWA calls by this id, or None."""
        return await self._directory.group_with_id(identifier)

    async def members(self, address: str) -> Sequence[str]:
        """Return the addresses of those directly in a distribution group."""
        return await self._directory.members(address)

    async def everyone_in(self, address: str, most: int) -> Sequence[str]:
        """Return the people in a distribution group and in those within it."""
        return await self._directory.everyone_in(address, most)


class RememberedTelephony(Telephony):
    """Phones and calls in front of what keeps them."""

    def __init__(self, telephony: Telephony) -> None:
        self._telephony = telephony
        self._phones = Recent[Mapping[PhoneType, OwnPhone]]()
        self.forget = self._phones.forget
        self.drop = self._phones.drop
        self.spread: Spread = to_nobody

    async def phones(self, addresses: Iterable[str]) -> Mapping[str, Mapping[PhoneType, OwnPhone]]:
        """Return what those people said of their phones, by address."""
        found, missing = self._phones.known(addresses)
        if missing:
            age = self._phones.age
            read = await self._telephony.phones(missing)
            self._phones.add({address: read.get(address, {}) for address in missing}, age)
            found |= read
        return {address: own for address, own in found.items() if own}

    async def keep_phone(self, address: str, kind: PhoneType, changes: Mapping[str, Any]) -> None:
        """Store those fields of an own phone."""
        try:
            await self._telephony.keep_phone(address, kind, changes)
        finally:
            self.drop([address])
            await self.spread(PHONES, [address])

    async def forwarding(self, address: str) -> Forwarding:
        """Return a person's settings; they are not remembered."""
        return await self._telephony.forwarding(address)

    async def change_forwarding(
        self, address: str, change: Callable[[Forwarding], Forwarding]
    ) -> None:
        """Store what ``change`` makes of the settings."""
        await self._telephony.change_forwarding(address, change)


class RememberedContacts(Contacts):
    """Contact lists as their owners were last told of them.

    Changes and rereadings take turns, and each begins with what the one before it returned. So
    what becomes different, here or elsewhere, is returned as a difference exactly once.
    """

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts
        self._lists = Recent[ContactList](LISTS)
        self._turn = asyncio.Lock()
        self.forget = self._lists.forget

    def drop_those(self, is_meant: Callable[[str], bool]) -> None:
        """Forget the lists of some people, by their addresses."""
        self._lists.drop([address for address, _ in self._lists.items() if is_meant(address)])

    async def contacts(self, address: str) -> ContactList:
        """Return a person's list."""
        known = self._lists.get(address)
        if known is not None:
            return known
        age = self._lists.age
        read = await self._contacts.contacts(address)
        self._lists.add({address: read}, age)
        return read

    async def change(
        self, address: str, change: Callable[[ContactList], ContactList]
    ) -> tuple[ContactList, ContactList]:
        """Store what ``change`` makes of a list; return what was last known and what is."""
        async with self._turn:
            known = self._lists.get(address)
            try:
                before, after = await self._contacts.change(address, change)
            except Refused:
                raise
            except BaseException:  # it may have been stored all the same
                self._lists.drop([address])
                raise
            self._lists.replace(address, after)
            return known or before, after

    async def reread(self, address: str) -> tuple[ContactList | None, ContactList]:
        """Return what was last known of a list, if anything, and what it is now."""
        async with self._turn:
            known = self._lists.get(address)
            _, now = await self._contacts.reread(address)
            self._lists.replace(address, now)
            return known, now


class RememberedStandings(Standings):
    """Standings in front of what keeps them."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings
        self._said = Recent[Standing]()
        self._towards = Recent[Mapping[str, Level]]()
        self.drop = self._said.drop
        self.drop_towards = self._towards.drop
        self.spread: Spread = to_nobody

    def forget(self) -> None:
        """Forget everything."""
        self._said.forget()
        self._towards.forget()

    async def standing(self, address: str) -> Standing:
        """Return what is stored; an empty standing if nothing is."""
        return (await self.standings_of([address])).get(address, NOTHING_SAID)

    async def standings_of(self, addresses: Iterable[str]) -> dict[str, Standing]:
        """Return what is stored of those people; an empty standing if nothing is."""
        found, missing = self._said.known(addresses)
        if missing:
            age = self._said.age
            stored = await self._standings.standings_of(missing)
            read = {address: stored.get(address, NOTHING_SAID) for address in missing}
            self._said.add(read, age)
            found |= read
        return found

    async def levels_towards(self, address: str) -> Mapping[str, Level]:
        """Return the privacy levels that others gave to a person."""
        known = self._towards.get(address)
        if known is not None:
            return known
        age = self._towards.age
        read = await self._standings.levels_towards(address)
        self._towards.add({address: read}, age)
        return read

    async def set_level(self, address: str, contact: str, level: Level | None) -> None:
        """Store the privacy level that a person gives to somebody."""
        try:
            await self._standings.set_level(address, contact, level)
        finally:
            self._said.drop([address])
            self._towards.drop([contact])
            await self.spread(LEVELS, [contact])

    async def keep(self, address: str, changes: Mapping[str, Any]) -> None:
        """Store those fields of the person's standing."""
        try:
            await self._standings.keep(address, changes)
        finally:
            self._said.drop([address])
