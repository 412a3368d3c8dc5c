"""Doing what letters from other shards of the pool say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openucwa.app import letters
from openucwa.app.commit import Commit
from openucwa.app.delivery import Told
from openucwa.app.letters import Letter
from openucwa.domain import leaving
from openucwa.domain.notices import Notice
from openucwa.domain.users import place
from openucwa.resources.call import Services
from openucwa.resources.changes import told_delegate


@dataclass(slots=True, kw_only=True)
class Letterbox:
    """Reads letters to people and conversations that live here."""

    services: Services
    commit: Commit
    now: Callable[[], float]

    async def read(self, letter: Letter) -> None:
        """Do what a letter says; who or what is gone by now needs nothing."""
        now, announcer, live = self.now(), self.commit.announcer, self.services.live
        match letter:
            case letters.Told(event, _, seats):
                told: Told = {}
                announcer.delivery.relay(seats, event, now, told)
                announcer.delivery.wake(told, now)
            case letters.Withdrawn(path, seats):
                announcer.withdraw(path, seats)
            case letters.Reached(identifier, number, address):
                announcer.arrived((identifier, number), address, now)
            case letters.Left(identifier, seat):
                conversation = self.services.conversations.find(identifier)
                if conversation is not None and conversation.has(seat):
                    news = leaving.leave(conversation, seat, now, gone=True)
                    announcer.announce(conversation, news, now)
            case letters.Placed(address, identifier, talk):
                user = live.present(address)
                if user is not None:
                    met = announcer.meets(user)
                    place(user, identifier, talk)
                    live.changed(user)
                    if announcer.meets(user) is not met:
                        self.commit.finish(user, now)
            case letters.Missed(address, counts):
                user = live.present(address)
                if user is not None:
                    self.commit.finish(user, now, [Notice("missedItems", shown=counts)])
            case letters.Delegated(address, of):
                owner = (await live.peek_all([of]))[of]  # she may be watched from now on
                found = await told_delegate(self.services, address, owner)
                for user, notices in found:
                    self.commit.finish(user, self.now(), notices)
