"""Writing what people said into the history, and telling them of what they missed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass

from openucwa.app.commit import Commit
from openucwa.app.letters import Missed, Post, nobody
from openucwa.domain.conversations import Conversation
from openucwa.domain.history import unwritten
from openucwa.domain.live import Conversations, Live
from openucwa.domain.notices import Notice
from openucwa.domain.ports import History, Policies
from openucwa.domain.shards import Elsewhere
from openucwa.resources.policies import DEFAULTS

KEEPING = ("messageArchiving", "saveMessagingHistory")
"""The policies that each can keep somebody's conversations out of the history."""


@dataclass(slots=True, kw_only=True)
class Scribe:
    """Brings the history up to date; in ``turn`` only one does so at a time."""

    conversations: Conversations
    history: History
    policies: Policies
    live: Live
    commit: Commit
    now: Callable[[], float]
    turn: AbstractAsyncContextManager[None]
    post: Post = nobody

    async def flush(self) -> None:
        """Write what the history does not have; what is being said meanwhile is for next time.

        Should the server end before it has noted that, it writes the same again.
        Raises ``Refused``: ServiceUnavailable if nothing can be stored now.
        """
        async with self.turn:
            found = [
                (conversation, one)
                for conversation in self.conversations.unlogged()
                if (one := unwritten(conversation, self.keeps)) is not None
            ]
            if not found:
                return
            await self.live.stored()  # what was never answered must not be in the history
            records = [one.record for _, one in found]
            missed = await self.history.record(
                [one for one in records if one.attendances or one.entries]
            )
            for conversation, one in found:
                conversation.settle(one.attendances, one.last)
                if self.conversations.has(conversation):
                    self.conversations.keep(conversation)
        for owner in sorted(missed):
            await self._tell(owner, found[0][0])

    def keeps(self, owner: str) -> bool:
        """Tell whether anything of somebody's conversations is kept."""
        return all(
            (self.policies.remembered(owner, name) or DEFAULTS[name]) != "Disabled"
            for name in KEEPING
        )

    async def _tell(self, owner: str, conversation: Conversation) -> None:
        here = self.live.is_here(owner)
        if here and self.live.present(owner) is None:
            return
        counts = await self.history.counts(owner)
        if not here:
            with suppress(Elsewhere):  # the conversation has left; the history is right
                self.post(conversation.id, owner, Missed(owner, counts))
            return
        user = self.live.present(owner)
        if user is not None:
            self.commit.finish(user, self.now(), [Notice("missedItems", shown=counts)])
