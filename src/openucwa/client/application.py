"""The application: the session of this client, made anew when it is lost (BEHAVIOUR 2, 3)."""

from __future__ import annotations

import asyncio
import math
import uuid
from typing import Any

from openucwa import __version__
from openucwa.client.errors import Refused
from openucwa.client.resources import Package, Resource, package_of
from openucwa.client.transport import Answer, Transport

HOLD = 60.0
"""Seconds to wait for events before asking for the same ones again, whatever has happened."""

FORMATS = {"supportedModalities": ["Messaging"], "supportedMessageFormats": ["Plain"]}


class Application:
    """An application of the user; one at a time, with the same ``endpointId`` each time."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._about = {
            "culture": "en-US",
            "endpointId": uuid.uuid4().hex,
            "userAgent": f"openucwa-client/{__version__}",
        }
        self._main = Resource({})
        self._events = ""
        self._last = ""

    @property
    def href(self) -> str:
        """Where it is; another one is somewhere else."""
        return self._main.href("self")

    def part(self, rel: str) -> Resource:
        """Return ``me``, ``people``, ``onlineMeetings`` or ``communication`` with their links."""
        return self._main.embedded(rel)

    async def create(self) -> None:
        """Sign in and create it, or open the same one again if it is still there."""
        user = await self._transport.sign_in()
        answer = await self._transport.ask("POST", user.href("applications"), self._about)
        if answer.resource.hrefs("self") != self._main.hrefs("self"):
            self._last = ""
        self._main = answer.resource
        self._events = self._main.href("events")

    async def make_available(self) -> None:
        """Leave lurker mode for messages, if that has not been done (R2.15)."""
        if self.part("me").has("makeMeAvailable"):
            try:
                await self.post("me", "makeMeAvailable", FORMATS)
            except Refused as refused:
                if refused.status != 409:
                    raise
        self._main = (await self._transport.ask("GET", self.href)).resource

    async def post(
        self,
        part: str,
        rel: str,
        given: dict[str, Any] | None = None,
        known: asyncio.Event | None = None,
    ) -> Answer:
        """Do what a link of a part offers; ``known`` is as in ``Transport.ask``."""
        return await self._transport.ask("POST", self.part(part).href(rel), given, known=known)

    async def package(self) -> Package:
        """Wait for the next package, however long the server is away.

        One that has come before has no events. Raises ``Refused``, ``Unreachable``.
        """
        answer = await self._transport.ask("GET", self._events, patience=math.inf, hold=HOLD)
        package = package_of(answer.resource, answer.tree)
        self._events = package.following
        if package.name and package.name == self._last:
            return package._replace(events=())
        if package.events:
            self._last = package.name
        return package

    async def delete(self) -> None:
        """End it, if the server can be asked now."""
        await self._transport.ask("DELETE", self.href, patience=0)
