"""Live state from the batches of a journal."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable
from sys import intern
from typing import NamedTuple

from openucwa.adapters.batches import (
    Activity,
    Arrived,
    Batch,
    BatchFile,
    Package,
    Relay,
    Said,
)
from openucwa.app.letters import Got, Mail, Posted, Sent
from openucwa.domain import leaving, messaging
from openucwa.domain.conversations import Conversation
from openucwa.domain.users import User, restore

log = logging.getLogger(__name__)


class Replayed(NamedTuple):
    """What batches came to; ``last`` is when the last one was written."""

    users: dict[str, User]
    conversations: dict[str, Conversation]
    last: float
    mail: Mail


def replay(batches: Iterable[Batch], queue_limit: int) -> Replayed:
    """Apply batches in order.

    Where one process follows another, timers are moved as they were when that one began.
    """
    users: dict[str, User] = {}
    conversations: dict[str, Conversation] = {}
    last = began = 0.0
    mail = Mail()
    for batch in batches:
        if batch.began != began:
            _move(users.values(), conversations.values(), batch.began, last)
        last, began = batch.now, batch.began
        for step in batch.steps:
            if isinstance(step, Package):
                _pack(users, step, batch.now)
            elif isinstance(step, Relay):
                _relay(users, step, queue_limit)
            elif isinstance(step, Posted | Sent | Got):
                mail.apply(step)
            elif step.conversation in conversations:
                _talk(conversations[step.conversation], step)
        for user in batch.users:
            _share(user)
            users[user.address] = user
        for activity in batch.activity:
            _activity(users, activity)
        for conversation in batch.conversations:
            _unite(conversation)
            conversations[conversation.id] = conversation
        for identifier in batch.over:
            conversations.pop(identifier, None)
        mail = batch.mail or mail
    return Replayed(users, conversations, last, mail)


def _share(user: User) -> None:
    """Keep the addresses of those who are watched once for all who watch them."""
    for app in user.applications.values():
        for subscription in app.subscriptions.values():
            subscription.members = tuple(map(intern, subscription.members))


def _unite(conversation: Conversation) -> None:
    """Make one again of who was invited and who came, of whom two copies were written."""
    for invitation in conversation.invitations.values():
        invited = invitation.party
        if invited is not None and conversation.parties.get(invited.address) == invited:
            invitation.party = conversation.parties[invited.address]


def _relay(users: dict[str, User], relay: Relay, queue_limit: int) -> None:
    for address, identifier in relay.watchers:
        user = users.get(address)
        app = user and user.applications.get(identifier)
        if app:
            app.tell(relay.event, relay.now, queue_limit)


def _pack(users: dict[str, User], package: Package, now: float) -> None:
    user = users.get(package.address)
    app = user and user.applications.get(package.application)
    channel = app and app.channels.get(package.instance)
    if channel:
        channel.take()
        channel.number, channel.packed = package.number, package.packed
        channel.package, channel.released = package.body, now
        channel.low, channel.medium, channel.timeout = package.holds


def _talk(conversation: Conversation, step: Said | Arrived) -> None:
    if isinstance(step, Arrived):
        messaging.arrived(conversation, step.number, step.address)
        return
    messaging.keep(conversation, step.message)
    sender = conversation.parties.get(step.message.sender.address)
    if sender is not None:
        sender.typing = 0.0


def _activity(users: dict[str, User], activity: Activity) -> None:
    user = users.get(activity.address)
    for identifier, time in activity.times.items() if user else ():
        app = user and user.applications.get(identifier)
        endpoint = app and app.endpoint
        if endpoint:
            endpoint.last_activity = time
            if endpoint.left is not None and endpoint.left < time:
                endpoint.left = None


def recover(file: BatchFile, now: float, queue_limit: int) -> tuple[list[User], list[Conversation]]:
    """Return what is in a journal, with timers moved past the time that we were away.

    Batches of another format are dropped, so that clients find their applications gone and
    create them anew. Raises ``JournalDamaged``.
    """
    if not file.is_current():
        log.warning("live state of another version is dropped; clients start anew")
        file.clear()
        return [], []
    gc.disable()  # nothing here is garbage, and looking for some takes longer than reading
    try:
        found = replay(file.read(), queue_limit)
    finally:
        gc.freeze()
        gc.enable()
    return revive(found, now)


def revive(found: Replayed, now: float) -> tuple[list[User], list[Conversation]]:
    """Return who and what is still there, with timers moved past the time that we were away."""
    kept = [user for user in found.users.values() if user.applications or user.gone]
    talks = [one for one in found.conversations.values() if not one.is_over(found.last)]
    _move(kept, talks, now, found.last)
    return kept, talks


def _move(
    users: Iterable[User], conversations: Iterable[Conversation], now: float, last: float
) -> None:
    """Let timers that stopped at ``last`` go on from ``now``."""
    downtime = max(0.0, now - last)
    for user in users:
        restore(user, now, downtime)
    for conversation in conversations:
        leaving.restore(conversation, downtime)
