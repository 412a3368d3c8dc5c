"""What an operation may see and do: the caller, the state it works on, and a few services.

Operations that wait do so first and change live state afterwards, in one go: nobody else sees
it half done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from openucwa.domain import arranging
from openucwa.domain.administration import Administration
from openucwa.domain.applications import Application, Key, Terms
from openucwa.domain.channel import Channel
from openucwa.domain.contacts import Limits
from openucwa.domain.conversations import Conversation
from openucwa.domain.identity import Identity
from openucwa.domain.live import Conversations, Live
from openucwa.domain.meetings import Meeting
from openucwa.domain.news import News
from openucwa.domain.notices import Notice
from openucwa.domain.parties import Message, Seat
from openucwa.domain.people import Level
from openucwa.domain.ports import (
    Contacts,
    Directory,
    History,
    Meetings,
    Photos,
    Pictures,
    Policies,
    Standings,
    Telephony,
)
from openucwa.domain.users import User


class Rules(NamedTuple):
    """Settings that operations obey. Spans are seconds."""

    terms: Terms = Terms()
    inactive_timeout: float = 300.0
    away_timeout: float = 300.0
    show_last_active: bool = True
    low: float = 15.0
    medium: float = 5.0
    timeout: float = 25.0
    applications_per_user: int = 20
    subscriptions_per_application: int = 100
    contacts_per_subscription: int = 250
    list_limits: Limits = Limits()
    expand_limit: int = 1000
    migration_in_progress: bool = False
    default_level: Level = Level.COLLEAGUES
    domains: frozenset[str] = frozenset()
    photo_upload: bool = False
    ring: float = 30.0
    lobby: float = 1800.0
    longest_message: int = 8000
    conversations_per_user: int = 100
    participants: int = 250
    follow_forwarding: bool = False
    meetings: arranging.Terms = arranging.Terms()


class Services(NamedTuple):
    """What operations reach beyond the caller's own state."""

    directory: Directory
    standings: Standings
    live: Live
    rules: Rules
    policies: Policies
    photos: Photos
    pictures: Pictures
    identifier: Callable[[int], str]
    """Returns so many random hexadecimal digits."""
    telephony: Telephony
    contacts: Contacts
    tel_uri: Callable[[str], str | None]
    """Returns a phone number as a canonical ``tel:`` URI, or None if it cannot be one."""
    conversations: Conversations
    meetings: Meetings
    invitation: Callable[[Meeting, str, str, float], bytes]
    """Returns the iCalendar file of a meeting, its organizer's name, its join URL, and the time."""
    plain: Callable[[str], str]
    """Returns the text of HTML."""
    history: History
    write_history: Callable[[], Awaitable[None]]
    """Writes what the history does not have yet, before somebody reads it."""
    elsewhere: Callable[[str, float], Awaitable[str]]
    """Returns the URL of the pool that serves an address at a time, empty if it is this one."""
    administration: Administration


def named_instance(query: Mapping[str, Any]) -> str | None:
    """Return the application's instance that a query names, or None."""
    for name, value in query.items():
        if name.lower() == "instanceid":
            return str(value[-1] if isinstance(value, tuple) else value) or None
    return None


NO_APPLICATION = Application("", Key("", "", "", ""), 0.0, 0.0, {})
"""Stands for the application of calls that are not below one; nothing may change it."""


@dataclass(slots=True)
class Call:
    """One request as an operation sees it. ``now`` is seconds since 1970.

    ``notices`` are for the caller's own applications, ``others`` for those of other people,
    ``news`` for those in conversations. ``delegates`` live at other nodes and learn there that
    they became delegates, or are it no longer. ``body`` has the body's parameters as they came,
    ``versions`` those of the meeting and its extension when they were first read for this call.
    """

    now: float
    identity: Identity
    user: User
    params: dict[str, str]
    query: dict[str, Any]
    services: Services
    origin: str = ""
    authorization: bytes = b""
    application: Application = field(default_factory=lambda: NO_APPLICATION)
    instance: str = ""
    notices: list[Notice] = field(default_factory=list)
    others: list[tuple[User, list[Notice]]] = field(default_factory=list)
    delegates: list[str] = field(default_factory=list)
    news: list[tuple[Conversation, list[News], Message | None]] = field(default_factory=list)
    body: Mapping[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    changed: bool = False
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        """The settings that operations obey."""
        return self.services.rules

    @property
    def token(self) -> str:
        """The caller's token as it was sent."""
        return self.authorization.decode("latin-1").partition(" ")[2].strip()

    @property
    def channel(self) -> Channel:
        """The event channel of the calling instance."""
        return self.application.channels[self.instance]

    def notify(self, rel: str, kind: str = "updated", inside: str = "", **params: str) -> None:
        """Tell the calling application about a resource."""
        to = self.application.id
        self.notices.append(Notice(rel, kind, tuple(params.items()), to, inside))
        self.changed = True

    def tell(self, notices: list[Notice]) -> None:
        """Tell the user's own applications whom the notices concern."""
        self.notices += notices
        self.changed = True

    def notify_all(self, rel: str) -> None:
        """Tell all of the user's applications that left lurker mode of a change."""
        self.notices.append(Notice(rel))
        self.changed = True

    async def keep(self, **changes: Any) -> None:
        """Store fields of the user's standing; only what is stored becomes visible."""
        await self.services.standings.keep(self.user.address, changes)
        self.user.standing = replace(self.user.standing, **changes)
        self.changed = True

    async def keep_level(self, contact: str, level: Level | None) -> None:
        """Store what somebody is to the user; None is what everybody is."""
        await self.services.standings.set_level(self.user.address, contact, level)
        levels = dict(self.user.standing.levels or {})
        levels.pop(contact, None)
        if level is not None:
            levels[contact] = level
        self.user.standing = replace(self.user.standing, levels=levels or None)
        self.changed = True

    @property
    def seat(self) -> Seat:
        """Where the caller takes part in conversations."""
        return Seat(self.user.address, self.application.id)

    def announce(
        self, conversation: Conversation, news: list[News], said: Message | None = None
    ) -> None:
        """Tell those in a conversation what has happened, perhaps only that something was said."""
        self.news.append((conversation, news, said))

    def report_activity(self) -> None:
        """Note that the person is at work here; what others see changes only on waking up."""
        endpoint = self.application.endpoint
        if endpoint is None:
            return
        if endpoint.report(self.now):
            self.changed = True
        else:
            self.services.live.touched(self.user)
