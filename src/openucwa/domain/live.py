"""What the rules need of what is going on now, as small contracts.

Implementations live in ``adapters``; they use the same names and pass domain types only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from openucwa.domain.channel import Channel, Event
from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import Place
from openucwa.domain.parties import Message
from openucwa.domain.users import Change, User

NOT_STORED = "The server cannot store anything at the moment; try again."


class Live(Protocol):
    """What is going on now: users with their applications, and who watches whom.

    A watcher is an application: the address of its user and its id.
    """

    async def load(self, address: str) -> User:
        """Return a user to work on. The same user is the same state for everyone.

        Raises ``Elsewhere``.
        """
        ...

    async def peek(self, address: str) -> User:
        """Return a user to look at; nothing is kept of who is not signed in."""
        ...

    async def peek_all(self, addresses: Iterable[str]) -> dict[str, User]:
        """Return users to look at, by address."""
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

    @property
    def adrift(self) -> bool:
        """Whether it is uncertain just now who lives here, so that nothing may be changed."""
        ...

    async def reassure(self) -> None:
        """Find out who lives here if that is uncertain but can be found out soon."""
        ...

    def is_here(self, address: str) -> bool:
        """Tell whether a user lives here, and not at another node of the pool."""
        ...

    def relayed(
        self, event: Event, now: float, watchers: list[tuple[str, str]], about: str = ""
    ) -> None:
        """Note that an event was put into the channels of these watchers.

        Those who live elsewhere are still to get it; it is ``about`` a conversation.
        """
        ...

    def shown(self, user: User, change: Change) -> None:
        """Note that those who watch a user from elsewhere have to be told what changed."""
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

    def when_stored(
        self,
        done: Callable[[], None],
        failed: Callable[[], None] | None = None,
        *,
        patient: bool = True,
    ) -> None:
        """Have ``done`` called once everything noted so far is safe, or ``failed`` if it is not.

        Who is ``patient`` hears of failure only if it never will be.
        """
        ...

    def watchers(self, address: str) -> Iterable[tuple[str, str]]:
        """Return who watches an address."""
        ...


class Conversations(Protocol):
    """What people are talking about now."""

    def find(self, identifier: str) -> Conversation | None:
        """Return a conversation, or None. Raises ``Elsewhere``."""
        ...

    def has(self, conversation: Conversation) -> bool:
        """Tell whether a conversation is still here."""
        ...

    def invited(self, invitation: str) -> Conversation | None:
        """Return the conversation of an invitation, or None. Raises ``Elsewhere``."""
        ...

    def held(self, place: Place) -> Conversation | None:
        """Return the conversation of a meeting that is or was just held. Raises ``Elsewhere``."""
        ...

    def of(self, address: str) -> Sequence[Conversation]:
        """Return the conversations that somebody takes part in or is invited to.

        Those that she began may be just over.
        """
        ...

    def keep(self, conversation: Conversation) -> None:
        """Note that a conversation began or changed, so that it is stored."""
        ...

    def said(self, conversation: Conversation, message: Message) -> None:
        """Note that a message was said, and nothing else has changed."""
        ...

    def arrived(self, conversation: Conversation, number: int, address: str) -> None:
        """Note that a message has reached somebody, and nothing else has changed."""
        ...

    def drop(self, conversation: Conversation) -> None:
        """Forget a conversation that is over."""
        ...

    def unlogged(self) -> Sequence[Conversation]:
        """Return the conversations of which the history does not have everything."""
        ...
