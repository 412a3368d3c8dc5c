"""What the rules need from the world outside, as small contracts.

Implementations live in ``adapters``; they use the same names and pass domain types only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from openucwa.domain.channel import Channel, Event
from openucwa.domain.forwarding import Forwarding
from openucwa.domain.people import Account, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.photos import Photo
from openucwa.domain.presence import Standing
from openucwa.domain.users import User

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

    async def search(self, query: str, limit: int) -> Sequence[Person]:
        """Return up to ``limit`` people, best known order: by name.

        A person matches if each word of the query, folded (case and accents), begins a word
        of the name, or if the query begins the address, an e-mail address or (digits only)
        a phone number (R8.13, R8.14). No words: nobody.
        """
        ...


class Accounts(Protocol):
    """Who may sign in."""

    async def account(self, address: str) -> Account | None:
        """Return the account of a canonical address, or None."""
        ...

    async def revision(self) -> int:
        """Return a number that is another one whenever an account has changed."""
        ...


class Standings(Protocol):
    """What people said about themselves and what outlives their sign-out."""

    async def standing(self, address: str) -> Standing:
        """Return what is stored; an empty standing if nothing is."""
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

    async def revision(self) -> str:
        """Return a text that is another one whenever a policy has changed."""
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


class Live(Protocol):
    """What is going on now: users with their applications, and who watches whom.

    A watcher is an application: the address of its user and its id.
    """

    async def load(self, address: str) -> User:
        """Return a user to work on. The same user is the same state for everyone."""
        ...

    async def peek(self, address: str) -> User:
        """Return a user to look at; nothing is kept of who is not signed in."""
        ...

    def present(self, address: str) -> User | None:
        """Return a user who is loaded, or None."""
        ...

    def forget(self, address: str) -> None:
        """Drop a user who has nothing live."""
        ...

    def rewatch(self, user: User) -> None:
        """Bring the index of watchers up to date with the user's applications."""
        ...

    def changed(self, user: User) -> None:
        """Note that a user changed, so that it is stored."""
        ...

    def relayed(self, event: Event, now: float, watchers: list[tuple[str, str]]) -> None:
        """Note that an event was put into the channels of these watchers."""
        ...

    def packaged(self, user: User, application: str, instance: str, channel: Channel) -> None:
        """Note that a package was made of what waited in a channel."""
        ...

    def touched(self, user: User) -> None:
        """Note that a user was active; this alone may be stored a little later."""
        ...

    async def stored(self, *, patient: bool = False) -> None:
        """Wait until everything noted so far is safe.

        Raises ``Refused``: ServiceUnavailable if it cannot be stored now; who is patient waits
        until it can.
        """
        ...

    def watchers(self, address: str) -> Iterable[tuple[str, str]]:
        """Return who watches an address."""
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

    async def set_password(self, address: str, password_hash: str) -> None:
        """Replace the hash and raise the generation. Raises ``KeyError`` if unknown."""
        ...

    async def set_disabled(self, address: str, disabled: bool) -> None:
        """Lock or unlock the account, raise the generation. Raises ``KeyError`` if unknown."""
        ...
