"""What the rules need from the world outside, as small contracts.

Implementations live in ``adapters``; they use the same names and pass domain types only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from openucwa.domain.contacts import ContactList
from openucwa.domain.forwarding import Forwarding
from openucwa.domain.history import Entry, Log, Record
from openucwa.domain.meetings import Meeting
from openucwa.domain.people import Account, DistributionGroup, Level, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.photos import Photo
from openucwa.domain.pools import Homes
from openucwa.domain.presence import Standing
from openucwa.domain.seen import MissedSeen

EVERYBODY = "*"
"""The address whose policies hold for all."""


class Directory(Protocol):
    """Who people are."""

    async def person(self, address: str) -> Person | None:
        """Return the card of a canonical address, or None."""
        ...

    async def people(self, addresses: Iterable[str]) -> dict[str, Person]:
        """Return the cards of those addresses that are known."""
        ...

    async def search(self, query: str, limit: int) -> Found:
        """Return up to ``limit`` people and distribution groups by name.

        One matches if each word of the query, folded (case and accents), begins a word of the
        name, or if the query begins the address, an e-mail address or (digits only) a phone
        number (R8.13, R8.14). No words: nobody. Of more than a thousand, any thousand are
        looked at.
        """
        ...

    async def groups(self, addresses: Iterable[str]) -> dict[str, DistributionGroup]:
        """Return those distribution groups that are known, by address."""
        ...

    async def group_with_id(self, identifier: str) -> DistributionGroup | None:
        """Return the distribution group that UCWA calls by this id, or None."""
        ...

    async def members(self, address: str) -> Sequence[str]:
        """Return the addresses of those directly in a distribution group: people and groups."""
        ...

    async def everyone_in(self, address: str, most: int) -> Sequence[str]:
        """Return the people in a distribution group and in those within it, however deep.

        Each is returned once, whatever circles the groups form; of more than ``most``, one more.
        """
        ...


class Found(NamedTuple):
    """What a search found, in one order of names."""

    people: Sequence[Person] = ()
    groups: Sequence[DistributionGroup] = ()
    more: bool = False


class Contacts(Protocol):
    """Whom people have on their contact lists."""

    async def contacts(self, address: str) -> ContactList:
        """Return a person's list; everybody has one."""
        ...

    async def change(
        self, address: str, change: Callable[[ContactList], ContactList]
    ) -> tuple[ContactList, ContactList]:
        """Store what ``change`` makes of a list; return what was and what is.

        Nobody else changes it meanwhile. If it raises ``Refused``, nothing is stored.
        """
        ...

    async def reread(self, address: str) -> tuple[ContactList | None, ContactList]:
        """Return what was last known of a list, if anything, and what it is now.

        For lists that others change: by naming somebody their delegate, or from outside.
        """
        ...


class Accounts(Protocol):
    """Who may sign in."""

    async def account(self, address: str) -> Account | None:
        """Return the account of a canonical address, or None."""
        ...

    async def accounts(self, addresses: Iterable[str]) -> dict[str, Account]:
        """Return the accounts of those addresses that have one."""
        ...

    async def revision(self) -> int:
        """Return a number that is another one whenever an account or the directory changed."""
        ...


class Standings(Protocol):
    """What people said about themselves and what outlives their sign-out."""

    async def standing(self, address: str) -> Standing:
        """Return what is stored; an empty standing if nothing is."""
        ...

    async def standings_of(self, addresses: Iterable[str]) -> dict[str, Standing]:
        """Return what is stored of those people; of whom nothing is may be missing."""
        ...

    async def set_level(self, address: str, contact: str, level: Level | None) -> None:
        """Store the privacy level that a person gives to somebody; None is the default again."""
        ...

    async def levels_towards(self, address: str) -> Mapping[str, Level]:
        """Return the privacy levels that others gave to a person, by their addresses."""
        ...

    async def keep(self, address: str, changes: Mapping[str, Any]) -> None:
        """Store those fields of the person's standing, all or nothing, before returning."""
        ...


class Policies(Protocol):
    """What people are allowed."""

    async def policies(self, address: str) -> dict[str, str]:
        """Return a person's policies that differ from the defaults, by their names in UCWA."""
        ...

    async def everything(self) -> dict[str, dict[str, str]]:
        """Return all policies by the address they hold for; ``EVERYBODY`` is for all."""
        ...

    def remembered(self, address: str, name: str) -> str | None:
        """Return a person's policy as it was when ``everything`` was last asked for, or None."""
        ...

    async def revision(self) -> str:
        """Return a text that is another one whenever a policy has changed."""
        ...


class Pools(Protocol):
    """Which pools there are, and in which of them people are at home."""

    async def homes(self) -> Homes:
        """Return what is stored of all pools and people."""
        ...

    async def revision(self) -> int:
        """Return a number that is another one whenever any of it has changed."""
        ...


class Telephony(Protocol):
    """What people said of their phones and of calls to them."""

    async def phones(self, addresses: Iterable[str]) -> Mapping[str, Mapping[PhoneType, OwnPhone]]:
        """Return what those people said of their phones, by address."""
        ...

    async def keep_phone(self, address: str, kind: PhoneType, changes: Mapping[str, Any]) -> None:
        """Store those fields of an own phone, and let a search find what others may see."""
        ...

    async def forwarding(self, address: str) -> Forwarding:
        """Return a person's settings; the defaults if she never changed them."""
        ...

    async def change_forwarding(
        self, address: str, change: Callable[[Forwarding], Forwarding]
    ) -> None:
        """Store what ``change`` makes of the settings; nobody else changes them meanwhile.

        If it raises ``Refused``, nothing is stored.
        """
        ...


class Photos(Protocol):
    """What people look like."""

    async def photo(self, address: str) -> Photo | None:
        """Return a person's picture, or None."""
        ...

    async def keep(self, address: str, photo: Photo | None) -> None:
        """Store a person's picture, or that there is none. Raises ``KeyError`` if unknown."""
        ...


class Pictures(Protocol):
    """Reads and resizes pictures, off the loop."""

    async def prepare(self, picture: bytes) -> Photo:
        """Return what to keep of a picture: its square centre, upright, and nothing else of it.

        Raises ``Refused``: EntityTooLarge, UnsupportedMediaType or, if it is damaged,
        DeserializationFailure.
        """
        ...

    async def shown(self, photo: Photo, side: int) -> bytes:
        """Return a picture as JPEG in a size, or in the next smaller one that it has."""
        ...


class History(Protocol):
    """What is kept of conversations, and for whom. A log is its owner's alone."""

    async def record(self, records: Sequence[Record]) -> set[str]:
        """Write what happened; doing so again changes nothing.

        Nothing is kept for who is not in the directory. Return those who have missed something
        that they had not missed before.
        """
        ...

    async def logs(self, owner: str, limit: int, words: Sequence[str] = ()) -> Sequence[int]:
        """Return the ids of somebody's newest logs, or of those that have all of the words.

        Each folded word begins a word of the subject and the names, or of one message.
        """
        ...

    async def log(self, owner: str, identifier: int) -> Log | None:
        """Return one of somebody's logs, or None."""
        ...

    async def entries(self, log: Log, after: int, limit: int) -> Sequence[Entry]:
        """Return what was said in a log after a message, oldest first."""
        ...

    async def read(self, log: Log) -> None:
        """Note that somebody has read a log."""
        ...

    async def delete(self, log: Log) -> None:
        """Delete a log, and what nobody else keeps of it."""
        ...

    async def counts(self, owner: str) -> MissedSeen:
        """Return how much somebody keeps, and how much of it she missed."""
        ...

    async def purge(self, before: float, limit: int, owner: str = "") -> int:
        """Delete some logs with nothing newer in them; return how many, 0 if none are left.

        Those of everybody, or of one ``owner``.
        """
        ...


class Appointment(NamedTuple):
    """When somebody is expected in a meeting."""

    address: str
    starts: float
    ends: float


class Meetings(Protocol):
    """What people arranged. Ids are compared in upper case."""

    async def meeting(self, identifier: str) -> Meeting | None:
        """Return a meeting by its id, or None."""
        ...

    async def of(self, organizer: str) -> Sequence[Meeting]:
        """Return somebody's meetings, that which an administrator gave her first, then by id.

        Those that she began at once are not among them.
        """
        ...

    async def assigned(self, organizer: str) -> Meeting | None:
        """Return the permanent meeting that somebody was given, or None."""
        ...

    async def add(self, meeting: Meeting, most: int) -> bool:
        """Store a new meeting; False if its id is taken, or it is a second assigned one.

        Raises ``Refused``: TooManyOnlineMeetings if the organizer has ``most`` that she arranged,
        or of those that she began at once, ApplicationNotFound if she is not in the directory.
        """
        ...

    async def change(self, identifier: str, change: Callable[[Meeting], Meeting]) -> Meeting:
        """Store and return what ``change`` makes of a meeting; nobody else changes it meanwhile.

        If it raises ``Refused``, nothing is stored. Raises ``Refused``: NotFound.
        """
        ...

    async def delete(self, identifier: str) -> bool:
        """Delete a meeting; tell whether there was one."""
        ...

    async def versions(self, identifiers: Collection[str]) -> Mapping[str, int]:
        """Return the versions of those of some meetings that there are, by id."""
        ...

    async def expired(self, now: float, limit: int) -> Sequence[str]:
        """Return the ids of up to so many meetings that are to be forgotten."""
        ...

    async def appointments(self, since: float, until: float) -> Sequence[Appointment]:
        """Return who is expected in meetings that end after ``since`` and begin by ``until``."""
        ...

    async def revision(self) -> int:
        """Return another number once what is on calendars has changed, or a meeting was deleted."""
        ...


class Registry(Protocol):
    """The administrator's hand on people and accounts."""

    async def add(self, people: Sequence[tuple[Person, str]]) -> None:
        """Add people with their password hashes, all or nothing.

        Raises ``KeyError`` with the address of the first one that exists already.
        """
        ...

    async def everyone(self) -> Sequence[tuple[Person, Account]]:
        """Return all people by address."""
        ...

    async def page(self, after: str, limit: int) -> Sequence[tuple[Person, Account]]:
        """Return people by address, those after one."""
        ...

    async def change(self, people: Sequence[Person]) -> None:
        """Replace the cards of people, all or nothing. Raises ``KeyError`` if one is unknown."""
        ...

    async def remove(self, address: str) -> None:
        """Delete a person with everything she owns, and from everybody's lists and groups.

        Raises ``KeyError`` if unknown.
        """
        ...

    async def set_password(self, address: str, password_hash: str) -> None:
        """Replace the hash and raise the generation. Raises ``KeyError`` if unknown."""
        ...

    async def set_disabled(self, address: str, disabled: bool) -> None:
        """Lock or unlock the account, raise the generation. Raises ``KeyError`` if unknown."""
        ...

    async def set_admin(self, address: str, admin: bool) -> None:
        """Let somebody look after others, or no longer. Raises ``KeyError`` if unknown."""
        ...


Listed = tuple[DistributionGroup, Sequence[str]]
"""A group and the addresses of those directly in it."""


class Groups(Protocol):
    """The administrator's hand on distribution groups."""

    async def keep(self, groups: Mapping[DistributionGroup, Sequence[str]]) -> None:
        """Store groups with their members' addresses, new ones and others, all or nothing.

        Raises ``KeyError`` with the address of one that is a person's.
        """
        ...

    async def add(self, group: DistributionGroup, members: Sequence[str]) -> None:
        """Store a new group. Raises ``KeyError`` if somebody has its address."""
        ...

    async def change(self, address: str, change: Callable[[Listed], Listed]) -> None:
        """Store what ``change`` makes of a group; nobody else changes it meanwhile.

        Raises ``KeyError`` if it is unknown.
        """
        ...

    async def page(self, after: str, limit: int) -> Sequence[tuple[DistributionGroup, int]]:
        """Return groups by address, those after one, and how many members each has."""
        ...

    async def remove(self, address: str) -> None:
        """Delete a group, and from everybody's lists and groups. Raises ``KeyError``."""
        ...

    async def everything(self) -> Mapping[DistributionGroup, Sequence[str]]:
        """Return all groups by address, with their members' addresses."""
        ...
