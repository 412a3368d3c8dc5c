"""Operations that the server took on, and how each of them ended (BEHAVIOUR 11)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from openucwa.client.errors import Reason
from openucwa.client.resources import Event, Resource

Outcome = tuple[Resource, bool, Reason]
"""The resource of an operation when it was completed, whether it succeeded, and why not."""

LONGEST = 100.0
"""Seconds to wait for the end: longer than anything rings and waits to be fetched."""

_SUCCEEDED, _FAILED = {"Connected", "Succeeded"}, {"Failed", "Declined", "Cancelled"}


class Operation:
    """An operation under way. ``href`` is where it is, as soon as the server has said so."""

    def __init__(self, identifier: str) -> None:
        self.id = identifier
        self.href = ""
        self.known = asyncio.Event()
        """Set when an event shows that the server has begun it."""
        self._outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def settle(self, resource: Resource, succeeded: bool, reason: Reason) -> None:
        """Note how it ended; only the first time counts."""
        if not self._outcome.done():
            self._outcome.set_result((resource, succeeded, reason))

    def settle_as(self, resource: Resource) -> None:
        """Note how it ended if this is what it looks like now, and it has ended."""
        state = resource.text("status") or resource.text("state")
        if state in _SUCCEEDED | _FAILED:
            self.settle(resource, state in _SUCCEEDED, Reason())

    async def outcome(self) -> Outcome:
        """Wait for the end. Who waited for too long is told that it failed."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._outcome), LONGEST)
        except TimeoutError:
            return Resource({}), False, Reason("Timeout", "", "Nothing was heard of it any more.")


class Operations:
    """The operations of an application that have not ended, by their ids."""

    def __init__(self) -> None:
        self._open: dict[str, Operation] = {}

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Operation]:
        """Make an operation with a new id, known until the block ends."""
        operation = Operation(uuid.uuid4().hex)
        self._open[operation.id] = operation
        try:
            yield operation
        finally:
            del self._open[operation.id]

    def take(self, event: Event) -> None:
        """Note what an event tells of an operation, if it is one of these.

        It can come before the answer to the request that began it.
        """
        found = self._open.get(event.resource.text("operationId"))
        if found is not None:
            found.known.set()
            if event.type == "completed":
                found.settle(event.resource, event.succeeded, event.reason)

    def under_way(self) -> list[Operation]:
        """Return those whose end is waited for."""
        return list(self._open.values())

    def fail(self, reason: Reason) -> None:
        """Let all fail: nothing will be heard of them."""
        for operation in self.under_way():
            operation.settle(Resource({}), False, reason)
