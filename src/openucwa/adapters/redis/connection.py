"""The connection to the live store: one Redis or Valkey, one that Sentinels watch, or a cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from redis.asyncio.connection import Connection as Socket
from redis.exceptions import (
    AskError,
    AuthenticationError,
    MovedError,
    NoPermissionError,
    RedisError,
)

from openucwa.adapters.redis.address import Address, Kind, LiveUnusable, Place, parse
from openucwa.adapters.redis.lane import Lane, Script, Unreachable, Word
from openucwa.adapters.redis.places import ask_once, places
from openucwa.adapters.redis.subscriber import Callback, Subscriber

__all__ = ["Connection", "LiveUnusable", "Script", "Unreachable", "connect"]

log = logging.getLogger(__name__)

OLDEST = (7, 0)
"""The first version of Redis that has what is used here; all of Valkey have it."""

REDIRECTS = 5
"""So often may a cluster say that a key is elsewhere."""


async def connect(url: str) -> Connection:
    """Connect to the live store. Raises ``LiveUnusable``."""
    address = parse(url)
    connection = Connection(address)
    try:
        await connection.look()
        for place in connection.places:
            if await _check(address, place) and address.kind is Kind.SINGLE:
                connection = Connection(replace(address, kind=Kind.CLUSTER))
                await connection.look()
    except Unreachable as error:
        raise LiveUnusable(f"the live store cannot be used: {error}") from None
    return connection


async def _check(address: Address, place: Place) -> bool:
    """Look whether a server is one that we can use; tell whether it is part of a cluster."""
    at = f"{place[0]}:{place[1]}"
    try:
        said = await ask_once(address.socket(place), "INFO")
        await ask_once(address.socket(place), "EVAL", "return 1", "0")
    except NoPermissionError as error:
        raise LiveUnusable(
            f"the user of server.live has too few rights in Redis at {at}: {error}"
        ) from None
    except AuthenticationError:
        raise LiveUnusable(
            f"Redis at {at} refuses the user or the password of server.live"
        ) from None
    except (RedisError, OSError) as error:
        raise LiveUnusable(
            f"Redis at {at} cannot be used: {error}; is it running, and is server.live right?"
        ) from None
    facts = dict(line.split(":", 1) for line in said.decode().splitlines() if ":" in line)
    version = facts.get("redis_version", "0.0")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise LiveUnusable(f"Redis at {at} is version {version}; at least 7.0 is needed")
    if (policy := facts.get("maxmemory_policy", "noeviction")) != "noeviction":
        log.warning(
            "Redis at %s forgets live state when its memory is full: set maxmemory-policy"
            " noeviction instead of %s",
            at,
            policy,
        )
    return facts.get("cluster_enabled") == "1"


class Connection:
    """Runs scripts and passes messages. What cannot be done now raises ``Unreachable``."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._places = places(address)
        self._lanes: dict[Place, Lane] = {}
        self._subscriber = Subscriber(self._listener)
        self._heard = -1
        self.round_trips = 0
        self.commands = 0

    @property
    def places(self) -> list[Place]:
        """The servers that have keys, as far as that is known."""
        return self._places.all()

    async def look(self) -> None:
        """Find out who has which keys."""
        await self._places.look()

    async def run(self, script: Script, keys: list[str], args: list[Word]) -> Any:
        """Run a script; all its keys have the same tag in braces."""
        return await self._ask(
            keys[0], "EVALSHA", script.sha, len(keys), *keys, *args, script=script
        )

    async def publish(self, channel: str, data: bytes) -> None:
        """Tell all who listen to a channel."""
        await self._ask(channel, "PUBLISH", channel, data)

    def subscribe(self, channels: Iterable[str], callback: Callback) -> None:
        """Call back with channel and data for each message of these channels, from soon on."""
        self._subscriber.subscribe(list(channels), callback)

    async def close(self) -> None:
        """End all connections; what is still asked fails."""
        await self._subscriber.close()
        for lane in self._lanes.values():
            await lane.close()
        self._lanes.clear()

    async def _ask(self, key: str, *words: Word, script: Script | None = None) -> Any:
        place: Place | None = None
        ask_first = False
        for _ in range(REDIRECTS):
            while place is None:
                place = self._places.of(key)
                if place is None:
                    await self._places.look()
            lane = self._lane(place)
            if ask_first:
                lane.ask("ASKING").add_done_callback(lambda answer: answer.exception())
            try:
                return await lane.ask(*words, script=script)
            except MovedError as error:
                self._places.doubt()
                place, ask_first = error.node_addr, False
            except AskError as error:
                place, ask_first = error.node_addr, True
                if script is not None:  # it is asked for one command, not for a second try
                    words = "EVAL", script.text, *words[2:]
            except Unreachable:
                self._places.doubt()
                raise
        raise Unreachable("the cluster does not say who has a key")

    def _lane(self, place: Place) -> Lane:
        if place not in self._lanes:
            self._lanes[place] = Lane(self._address.socket(place), self._count)
        return self._lanes[place]

    def _count(self, commands: int) -> None:
        self.round_trips += 1
        self.commands += commands

    async def _listener(self) -> Socket:
        """Return a connection for messages; every server of a cluster passes on all of them."""
        await self._places.look()
        self._heard += 1  # not the one that was lost
        return self._address.socket(self.places[self._heard % len(self.places)])
