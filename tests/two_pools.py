"""Two pools in a test: servers of their own that share a directory, north backed up by south."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from openucwa.adapters.sql.pools import SqlPools
from world import JSON, Client, World


def url_of(name: str) -> str:
    return f"https://{name}.contoso.test"


@dataclass
class TwoPools:
    """The pools by name; whatever is changed is noticed before the next request."""

    worlds: dict[str, World]

    @classmethod
    async def create(cls, folder: Path, **backups: str) -> Self:
        """Build pools with these backups, the first one everybody's home."""
        return cls(
            {
                name: await World.create(
                    folder,
                    pool={"name": name, "backup": backup},
                    server={"public_url": url_of(name)},
                )
                for name, backup in backups.items()
            }
        )

    def __getitem__(self, name: str) -> World:
        return self.worlds[name]

    @property
    def stored(self) -> SqlPools:
        """The database, as the command line changes it."""
        return SqlPools(self["north"].server.database)

    async def advance(self, seconds: float) -> None:
        for world in self.worlds.values():
            await world.advance(seconds)

    async def drain(self, name: str, draining: bool = True) -> None:
        await self.stored.drain(name, draining, self["north"].clock.time)
        await self.advance(2)

    async def settle(self, address: str, name: str) -> None:
        await self.stored.settle([address], name)
        await self.advance(2)

    async def discover(self, token: str, start: str, accept: str = JSON) -> list[str]:
        """Go where links lead from a pool's root; return the pools on the way.

        After the last one comes what discovery ends with: "applications", or a status.
        """
        url, way = f"{url_of(start)}/", []
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        for _ in range(10):
            parts = urlsplit(url)
            name = (parts.hostname or "").partition(".")[0]
            way += [name] if way[-1:] != [name] else []
            reply = await self[name].ask("GET", parts.path, headers=headers)
            if reply.status != 200:
                return [*way, str(reply.status)]
            if "applications" in reply.hrefs:
                return [*way, "applications"]
            url = reply.hrefs.get("user") or reply.hrefs["redirect"]
        return [*way, "for ever"]

    async def close(self) -> None:
        for world in self.worlds.values():
            await world.close()


async def client_of(world: World, address: str, accept: str = JSON) -> Client:
    """Sign somebody in without creating an application."""
    return Client(world, await world.token(address), accept)
