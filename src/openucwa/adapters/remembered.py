"""Cards and phones that were read lately, kept in memory: reading them takes a millisecond.

Each keeps its ``LIMIT`` newest. ``forget`` is called when an account has changed, which is looked
up every ten seconds; what this server itself changes is read anew at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from openucwa.domain.forwarding import Forwarding
from openucwa.domain.people import Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.ports import Directory, Telephony

T = TypeVar("T")

LIMIT = 1000


class Recent(Generic[T]):
    """Values by address, as long as nothing was forgotten while they were read."""

    def __init__(self) -> None:
        self._values: dict[str, T] = {}
        self.age = 0

    def known(self, addresses: Iterable[str]) -> tuple[dict[str, T], list[str]]:
        """Return what is known, and of whom nothing is."""
        wanted = dict.fromkeys(addresses)
        found = {one: self._values[one] for one in wanted if one in self._values}
        return found, [one for one in wanted if one not in found]

    def add(self, values: Mapping[str, T], age: int) -> None:
        """Keep what was read at an ``age``, unless that is over."""
        if age != self.age:
            return
        self._values.update(values)
        while len(self._values) > LIMIT:
            del self._values[next(iter(self._values))]

    def forget(self) -> None:
        """Forget everything, and what is being read."""
        self.age += 1
        self._values.clear()


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

    async def search(self, query: str, limit: int) -> Sequence[Person]:
        """Return whom a search finds; that is not remembered."""
        return await self._directory.search(query, limit)


class RememberedTelephony(Telephony):
    """Phones and calls in front of what keeps them."""

    def __init__(self, telephony: Telephony) -> None:
        self._telephony = telephony
        self._phones = Recent[Mapping[PhoneType, OwnPhone]]()
        self.forget = self._phones.forget

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
            self.forget()

    async def forwarding(self, address: str) -> Forwarding:
        """Return a person's settings; they are not remembered."""
        return await self._telephony.forwarding(address)

    async def change_forwarding(
        self, address: str, change: Callable[[Forwarding], Forwarding]
    ) -> None:
        """Store what ``change`` makes of the settings."""
        await self._telephony.change_forwarding(address, change)
