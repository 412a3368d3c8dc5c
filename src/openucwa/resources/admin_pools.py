"""Pools: whom they serve, and how administrators empty them."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from openucwa.domain.administration import Question
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import (
    ADMIN,
    Capability,
    Embed,
    Link,
    Representation,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date
from openucwa.resources.administration import ONLY, acting
from openucwa.resources.call import Call

POOLS = f"{ADMIN}/pools"
ONE = f"{POOLS}/{{pool}}"


@resource("adminPools", at=POOLS, requires=ONLY)
class AdminPools(Representation):
    """All pools by name."""

    links = (Link("administration"), Embed("adminPool", many=True))

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPools:
        return AdminPools(_embedded={"adminPool": await _pools(call)})


@resource("adminPool", at=ONE, requires=ONLY)
class AdminPool(Representation, kw_only=True):
    """A pool: since when it is as it is, and who serves its people, if anybody does.

    Of its ``own`` the server names the nodes, and which of them are silent.
    """

    links = (Link("adminPools"), Link("adminDrain"), Link("adminUndrain"))

    name: str
    url: str
    backup: str
    draining: bool
    since: Date
    people: int
    served_by: str | UnsetType = UNSET
    own: bool
    nodes: list[str] | UnsetType = UNSET
    silent: list[str] | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPool:
        found = [one for one in await _pools(call) if one.name == call.params["pool"]]
        if not found:
            raise Refused(Refusal.NOT_FOUND, "There is no such pool.")
        return found[0]


async def _pools(call: Call) -> list[AdminPool]:
    admin = call.services.administration
    homes, people = await admin.look.pools.homes(), await admin.look.pools.population()
    found, silent = await admin.overview.ask(Question("figures"))
    return [
        AdminPool(
            name=one.name,
            url=one.url,
            backup=one.backup,
            draining=one.draining,
            since=Date(one.since),
            people=people.get(one.name, 0),
            served_by=_serving(homes, one) or UNSET,
            own=one.name == admin.pool,
            nodes=sorted(found) if one.name == admin.pool else UNSET,
            silent=sorted(silent) if one.name == admin.pool else UNSET,
            _at={"pool": one.name},
            _without=("adminDrain" if one.draining else "adminUndrain",),
        )
        for _, one in sorted(homes.pools.items())
    ]


def _serving(homes: Homes, home: Pool) -> str:
    """Return the name of the pool that serves those at home in one; empty if none does."""
    serving = homes.serving(home.name)
    if serving is None or (serving is not home and not serving.url):
        return ""
    return serving.name


@resource("adminDrain", at=f"{ONE}/drain", requires=ONLY)
class AdminDrain(Capability):
    """Sends everybody from a pool to its backup."""

    @staticmethod
    @post()
    async def drain(call: Call) -> None:
        await _drain(call, draining=True)


@resource("adminUndrain", at=f"{ONE}/undrain", requires=ONLY)
class AdminUndrain(Capability):
    """Lets a pool serve its people again."""

    @staticmethod
    @post()
    async def undrain(call: Call) -> None:
        await _drain(call, draining=False)


async def _drain(call: Call, *, draining: bool) -> None:
    name = call.params["pool"]
    async with acting(call, "pool.drain" if draining else "pool.undrain", name[:64]) as hand:
        await hand.pools.drain(name, draining, call.now)
