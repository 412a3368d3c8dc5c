"""Announcing what happens in conversations: the only place where their events are made.

The rules say what is news to whom; here it becomes events in channels, is noted to be stored, and
whatever follows from the passing of time, from fetching and from applications that end is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from openucwa.app.delivery import Delivery, Told
from openucwa.app.letters import Left, Post, Reached, Withdrawn, nobody
from openucwa.app.meters import Meters
from openucwa.domain import leaving, messaging
from openucwa.domain.channel import Event, Ref
from openucwa.domain.conversations import Conversation
from openucwa.domain.live import Conversations, Live
from openucwa.domain.news import RECEIPT, WITHDRAWN, News
from openucwa.domain.parties import Message, Seat
from openucwa.domain.shards import Elsewhere
from openucwa.domain.users import User
from openucwa.domain.wheel import Wheel
from openucwa.hyper.catalogue import Catalogue

NAMED = {"participant", "localParticipant"}
"""What is linked with a person's name as its title (R3.31)."""

LARGE = 20
"""In a conversation of so many, who hears what others have heard already is told the same event."""

AGAIN = 1.0
"""Seconds until a conversation is looked at again that waits for nothing but the history."""


class Due(NamedTuple):
    """The key in the wheel of a conversation that is to be looked at."""

    conversation: str


@dataclass(slots=True, kw_only=True)
class Announcer:
    """Tells those in conversations what happens there."""

    catalogue: Catalogue
    conversations: Conversations
    live: Live
    delivery: Delivery
    wheel: Wheel
    meters: Meters
    post: Post = nobody
    moved: Callable[[str, float], None] = lambda *_: None
    """Told of people here who come into meetings, or leave them."""
    over: Callable[[Conversation], None] = lambda _: None
    """Told of conversations that are forgotten."""
    _attending: dict[str, frozenset[str]] = field(default_factory=dict)
    """Who was in which meeting when last told."""
    _sender: Callable[[str, str], Ref] = field(init=False)
    """Returns the sender of events, by its rel and the conversation's id."""
    _common: Callable[..., Event] = field(init=False)
    """Returns the event of news that many hear, by the conversation's id and all but for whom."""

    def __post_init__(self) -> None:
        @lru_cache(maxsize=8192)
        def sender(rel: str, conversation: str) -> Ref:
            return Ref(rel, self.catalogue.path(rel, {"conversation": conversation}))

        @lru_cache(maxsize=8192)
        def common(conversation: str, *told: Any) -> Event:
            return self._made(conversation, News((), *told), many=True)

        self._sender, self._common = sender, common

    def announce(self, conversation: Conversation, news: Iterable[News], now: float) -> None:
        """Tell what has happened, and have the conversation stored as it is."""
        told = self._tell(conversation, news, now)
        self.conversations.keep(conversation)
        self.arm(conversation, now)
        self.delivery.wake(told, now)
        self._notice(conversation, now)

    def _notice(self, conversation: Conversation, now: float) -> None:
        """Tell of people here who are in a meeting now, or no longer."""
        before = self._attending.get(conversation.id, frozenset())
        attending = conversation.attending()
        if attending:
            self._attending[conversation.id] = attending
        else:
            self._attending.pop(conversation.id, None)
        for address in attending ^ before:
            if self.live.is_here(address):
                self.moved(address, now)

    def meets(self, user: User) -> bool:
        """Tell whether somebody is in a meeting."""
        here = self.conversations.of(user.address)
        away = (user.talks or {}).values()
        return any(user.address in one.attending() for one in here) or any(
            one.meets for one in away
        )

    def say(
        self, conversation: Conversation, message: Message, news: Iterable[News], now: float
    ) -> None:
        """Tell what was said; this happens most, so the message alone is stored."""
        told = self._tell(conversation, news, now)
        self.conversations.said(conversation, message)
        self.wheel.arm(Due(conversation.id), message.until)
        self.delivery.wake(told, now)

    def arrived(self, receipt: tuple[str, int], address: str, now: float) -> None:
        """Note that somebody has been sent a message."""
        try:
            conversation = self.conversations.find(receipt[0])
        except Elsewhere:
            self.post(address, receipt[0], Reached(*receipt, address))
            return
        if conversation is not None:
            news = messaging.arrived(conversation, receipt[1], address)
            told = self._tell(conversation, news, now)
            self.conversations.arrived(conversation, receipt[1], address)
            self.delivery.wake(told, now)

    def leave(self, seat: Seat, now: float) -> None:
        """Leave all conversations of an application that has ended (R2.20)."""
        user = self.live.present(seat.address)
        for identifier, talk in ((user and user.talks) or {}).items():
            if seat.application in talk.applications and not self.live.is_here(identifier):
                self.post(seat.address, identifier, Left(identifier, seat))
        for conversation in self.conversations.of(seat.address):
            if conversation.has(seat):
                news = leaving.leave(conversation, seat, now, gone=True)
                self.announce(conversation, news, now)

    def resume(self, conversations: Iterable[Conversation], now: float) -> None:
        """Go on with conversations of an earlier process.

        Should it have ended in the middle of something, applications may be gone that take part.
        """
        for conversation in conversations:
            self.arm(conversation, now)
            self._notice(conversation, now)
            for seat in filter(self._lives_here, conversation.everyone()):
                user = self.live.present(seat.address)
                gone = user is None or seat.application not in user.applications
                if gone and conversation.has(seat):
                    news = leaving.leave(conversation, seat, now, gone=True)
                    self.announce(conversation, news, now)

    def _lives_here(self, seat: Seat) -> bool:
        return self.live.is_here(seat.address)

    def tend(self, due: Due, now: float) -> None:
        """Do what time requires for a conversation."""
        try:
            conversation = self.conversations.find(due.conversation)
        except Elsewhere:  # it was handed over
            return
        if conversation is None:
            return
        if conversation.is_over(now):
            self.conversations.drop(conversation)
            self.over(conversation)
            return
        self.announce(conversation, leaving.pass_time(conversation, now), now)

    def arm(self, conversation: Conversation, now: float) -> None:
        """Have a conversation looked at when something will change by itself."""
        when = leaving.next_change(conversation)
        if when is not None:
            self.wheel.arm(Due(conversation.id), when if when > now else now + AGAIN)

    def _tell(self, conversation: Conversation, news: Iterable[News], now: float) -> Told:
        told: Told = {}
        for one in news:
            if one.type == WITHDRAWN:
                self._withdraw(conversation, one)
            else:
                if one.urgency == RECEIPT:
                    self.meters.messages["arrived" if one.succeeded else "failed"] += 1
                event = self._event(conversation, one)
                self.delivery.relay(one.to, event, now, told, conversation.id)
        return told

    def _withdraw(self, conversation: Conversation, news: News) -> None:
        path = self.catalogue.path(news.rel, dict(news.params))
        self.withdraw(path, news.to)
        for seat in news.to:
            if not self.live.is_here(seat.address):
                self.post(conversation.id, seat.address, Withdrawn(path, [seat]))

    def withdraw(self, path: str, seats: Iterable[Seat]) -> None:
        """Take back what waits about a resource from those applications that are here."""
        for seat in seats:
            user = self.live.present(seat.address)
            app = user and user.applications.get(seat.application)
            if user and app and app.withdraw(path):
                self.live.changed(user)

    def _event(self, conversation: Conversation, news: News) -> Event:
        """Make an event; that somebody is in a large conversation is told all the others alike."""
        large = max(len(news.to), len(conversation.parties)) >= LARGE
        if not large or news.rel != "participant":
            return self._made(conversation.id, news)
        return self._common(conversation.id, *news[1:])

    def _made(self, conversation: str, news: News, *, many: bool = False) -> Event:
        params = dict(news.params)
        declared = self.catalogue.event(news.rel, news.type, news.inside)

        def ref(rel: str) -> Ref:
            title = news.title if rel in NAMED else None
            return Ref(rel, self.catalogue.path(rel, params), title)

        return Event(
            sender=self._sender(declared.sender, conversation),
            link=ref(news.rel),
            type=news.type,
            urgency=news.urgency or int(declared.priority),
            inside=ref(declared.inside) if declared.inside else None,
            once=True,
            many=many,
            shown=news.shown,
            succeeded=news.succeeded,
            reason=news.reason,
            apart=news.apart,
            receipt=(conversation, news.receipt) if news.receipt else None,
        )
