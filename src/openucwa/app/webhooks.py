"""Telling webhooks what others see of people, whenever it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openucwa.app.callbacks import Callbacks
from openucwa.app.meters import Meters
from openucwa.domain.ports import Accounts, Directory
from openucwa.domain.users import Change, Shown, User
from openucwa.domain.webhooks import Outbox, Reach, Registrations, Report, Webhook
from openucwa.wire import json

RECHECK = 10.0
"""Seconds within which servers hear of what the command line registered."""

BATCH = 100
"""So many reports go into one message at most."""

MOST = 100_000
"""So many people of a group are reported at most."""


@dataclass(slots=True, eq=False)
class Outlet:
    """A webhook, whom it is told of (None: everybody), and what waits to be sent to it."""

    webhook: Webhook
    people: frozenset[str] | None
    outbox: Outbox
    reach: Reach = field(default_factory=Reach)

    def wants(self, address: str) -> bool:
        """Tell whether it is told of a person."""
        return self.people is None or address in self.people


class Reports:
    """What waits to be sent to webhooks. ``begin`` is told of new ones, ``wake`` of new reports."""

    def __init__(self, meters: Meters, queue_limit: int) -> None:
        self._meters = meters
        self._queue_limit = queue_limit
        self._outlets: dict[str, Outlet] = {}
        self._number = 0
        self.begin: Callable[[Outlet], None] = lambda _: None
        self.wake: Callable[[Outlet], None] = lambda _: None

    def outlets(self) -> list[Outlet]:
        """Return all that are told."""
        return list(self._outlets.values())

    def target(self, outlet: Outlet) -> Webhook | None:
        """Return where reports go, or None if they do not any more."""
        return outlet.webhook if self._outlets.get(outlet.webhook.id) is outlet else None

    def __len__(self) -> int:
        """Return how many reports wait."""
        return sum(len(outlet.outbox) for outlet in self._outlets.values())

    def register(
        self,
        found: Iterable[tuple[Webhook, frozenset[str] | None]],
        users: Iterable[User],
        now: float,
    ) -> None:
        """Replace what is registered; new ones are told of everybody who is there."""
        before, self._outlets = self._outlets, {}
        for webhook, people in found:
            outlet = before.pop(webhook.id, None)
            if outlet is not None:
                outlet.webhook, outlet.people = webhook, people
                self._outlets[webhook.id] = outlet
                continue
            outlet = Outlet(webhook, people, Outbox(self._queue_limit))
            self._outlets[webhook.id] = outlet
            for user in list(users):
                self._tell([outlet], user, now)
            self.begin(outlet)
        for outlet in before.values():
            self.wake(outlet)  # to find that it is over

    def changed(self, user: User, change: Change, now: float) -> None:
        """Report a change, if it is one of those that are reported."""
        if self._outlets and _reported(change.before) != _reported(change.after):
            self._tell(self._outlets.values(), user, now)

    def arrived(self, user: User, now: float) -> None:
        """Report a user of another process, who may have changed just before that ended."""
        self._tell(self._outlets.values(), user, now)

    def _tell(self, outlets: Iterable[Outlet], user: User, now: float) -> None:
        interested = [outlet for outlet in outlets if outlet.wants(user.address)]
        if not interested:
            return
        # Later than all before, also than those of an earlier process or another node.
        self._number = max(self._number + 1, int(now * 1000))
        report = Report(user.address, self._number, now, *_reported(user.shown))
        for outlet in interested:
            if outlet.outbox.put(report) is not None:
                self._meters.webhooks["presence", "dropped"] += 1
            self.wake(outlet)


def message(reports: Iterable[Report]) -> bytes:
    """Write reports as a webhook gets them."""
    return json.encode({"changes": [_written(report) for report in reports]})


def _reported(shown: Shown) -> tuple[str, str | None, str | None, str | None]:
    presence, note = shown.presence, shown.note
    words = note.message if note is not None else None
    return presence.availability.value, presence.activity, words, shown.location


def _written(report: Report) -> dict[str, Any]:
    since = datetime.fromtimestamp(report.since, UTC).isoformat(timespec="milliseconds")
    said = report._asdict() | {"since": since.replace("+00:00", "Z")}
    return {name: value for name, value in said.items() if value is not None}


class WebhookWatch:
    """Notices what is registered, whoever did it. ``users`` are those with live state.

    The ``directory`` is one that forgets: a change that is noticed here is read at once.
    As an observer of changes it hands them to those who push.
    """

    def __init__(
        self,
        *,
        registrations: Registrations,
        accounts: Accounts,
        directory: Directory,
        users: Callable[[], Iterable[User]],
        callbacks: Callbacks,
        reports: Reports,
    ) -> None:
        self._registrations = registrations
        self._accounts = accounts
        self._directory = directory
        self._users = users
        self.callbacks = callbacks
        self.reports = reports
        self._revision: tuple[int, int] | None = None
        self._checked = 0.0

    def changed(self, user: User, change: Change | None, now: float) -> None:
        """Take note that something has changed about a user, perhaps what others see."""
        self.callbacks.look(user, now)
        if change is not None:
            self.reports.changed(user, change, now)

    def arrived(self, user: User, now: float) -> None:
        """Take note of a user of another process."""
        self.callbacks.look(user, now)
        self.reports.arrived(user, now)

    async def recheck(self, now: float, believed: float = RECHECK) -> None:
        """See to it that what is registered is what is pushed; looks only now and then."""
        if now - self._checked < believed:
            return
        self._checked = now
        revision = (await self._registrations.revision(), await self._accounts.revision())
        if revision == self._revision:
            return
        callbacks = await self._registrations.callbacks()
        webhooks = [(one, await self._people(one)) for one in await self._registrations.webhooks()]
        self._revision = revision
        self.callbacks.register(callbacks, self._users(), now)
        self.reports.register(webhooks, self._users(), now)

    async def _people(self, webhook: Webhook) -> frozenset[str] | None:
        if webhook.everybody:
            return None
        found = set(webhook.subjects)
        for group in await self._directory.groups(webhook.subjects):
            found |= set(await self._directory.everyone_in(group, MOST))
        return frozenset(found)
