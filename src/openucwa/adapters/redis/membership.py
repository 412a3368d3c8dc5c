"""Which nodes are in the pool and live, and which of them owns which shard.

Each node has a lease, which it renews each second. Time is that of Redis; when nobody was served
for a while, as after Redis itself was away, leases that ran at that time run anew, so that owners
can renew them before others claim what they own. An epoch is given each time a shard changes its
owner. Epochs are microseconds since 1970, or one more than the last: one that was given is not
given again even if Redis forgets its last second.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from openucwa.adapters.redis.connection import Connection, Script

T = TypeVar("T")

_BEGIN = """
local leases, addresses, owners, pool = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local node, token, lease, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local served = tonumber(redis.call('HGET', pool, 'served') or now)
if now < served or now > served + lease / 2 then
  local all = redis.call('ZRANGE', leases, 0, -1, 'WITHSCORES')
  for at = 1, #all, 2 do
    local ends = tonumber(all[at + 1])
    redis.call('ZADD', leases, ends > served and now + lease or math.min(ends, now), all[at])
  end
end
redis.call('HSET', pool, 'served', string.format('%.0f', now))
local function lives(one)
  return tonumber(redis.call('ZSCORE', leases, one) or 0) > now
end
local function parse(owner)
  return string.match(owner or '', '^(%d+):(%x*):(.*)$')
end
local by = redis.call('HGET', addresses, node)
local mine = by and string.match(by, '^%x*') == token
"""
"""What all scripts begin with. Owners are written as epoch, token and node; a shard that was
released has no token, and the node that it was released to, or none."""

_VIEW = """
local nodes = {}
for _, one in ipairs(redis.call('ZRANGEBYSCORE', leases, string.format('(%.0f', now), '+inf')) do
  table.insert(nodes, one)
  table.insert(nodes, redis.call('HGET', addresses, one))
end
return {string.format('%.0f', now), nodes, table.concat(redis.call('HGETALL', owners), '\\0')}
"""
"""What scripts end with that return who lives and owns what."""

_BEAT = Script(
    _BEGIN
    + """
local address, first = ARGV[5], ARGV[6] == '1'
if by and not (first or mine) then return false end
redis.call('ZADD', leases, now + lease, node)
redis.call('HSET', addresses, node, token .. ':' .. address)
for _, one in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now - 3600 * 1000000)) do
  redis.call('ZREM', leases, one)
  redis.call('HDEL', addresses, one)
end
if first then
  local owned = redis.call('HGETALL', owners)
  for at = 1, #owned, 2 do
    local epoch, other, who = parse(owned[at + 1])
    if who == node and other ~= token then
      redis.call('HSET', owners, owned[at], epoch .. '::' .. node)
    end
  end
end
"""
    + _VIEW
)

_LOOK = Script(_BEGIN + _VIEW)

_CLAIM = Script(
    _BEGIN
    + """
local given = {}
if not (mine and lives(node)) then return given end
for at = 5, #ARGV do
  local shard = ARGV[at]
  local epoch, owned, who = parse(redis.call('HGET', owners, shard))
  if owned ~= token and (not who or who == node or who == '' or not lives(who)) then
    local last = tonumber(redis.call('HGET', pool, 'epoch') or 0)
    epoch = string.format('%.0f', math.max(last + 1, now))
    redis.call('HSET', pool, 'epoch', epoch)
    redis.call('HSET', owners, shard, epoch .. ':' .. token .. ':' .. node)
    owned = token
  end
  if owned == token then
    table.insert(given, shard)
    table.insert(given, epoch)
  end
end
return given
"""
)

_RELEASE = Script(
    _BEGIN
    + """
local shard, of, to = ARGV[5], ARGV[6], ARGV[7]
local epoch, owned = parse(redis.call('HGET', owners, shard))
if owned == token and epoch == of then
  redis.call('HSET', owners, shard, epoch .. '::' .. to)
end
"""
)

_SUSPECT = Script(
    _BEGIN
    + """
local whom, address = ARGV[5], ARGV[6]
local known = redis.call('HGET', addresses, whom)
local same = known and string.match(known, '^%x*:(.*)$') == address
if mine and lives(node) and same and lives(whom) then
  redis.call('ZADD', leases, now, whom)
end
"""
)

_LEAVE = Script(
    _BEGIN
    + """
if mine then redis.call('ZADD', leases, now, node) end
"""
)


_TIME = Script(
    _BEGIN
    + """
return {string.format('%.0f', now), ''}
"""
)


class Replaced(Exception):
    """Another process runs with this node's name, and has taken its place."""


class Owner(NamedTuple):
    """Who owns a shard, living or dead."""

    node: str
    epoch: int


class View(NamedTuple):
    """The pool as one beat saw it: the time (since 1970), living nodes' addresses, owners."""

    now: float
    nodes: dict[str, str]
    owners: Mapping[int, Owner]


class Membership:
    """One node's part in a pool. Leases are in seconds. Methods raise ``Unreachable``."""

    def __init__(
        self, connection: Connection, pool: str, node: str, address: str, lease: float = 5.0
    ) -> None:
        self.channel = f"openucwa:{pool}:pool"
        """Where it is said that the view has changed."""
        self._connection = connection
        self._keys = [
            f"{{openucwa:{pool}}}:{name}" for name in ("leases", "addresses", "owners", "pool")
        ]
        self._node = node
        self._address = address
        self._lease = lease
        self._token = secrets.token_hex(8)
        self._first = True
        self.now: float | None = None
        """The time instead of that of Redis, in tests."""

    async def beat(self) -> View:
        """Renew the lease, and look who lives and owns what. Raises ``Replaced``.

        With the first beat, what an earlier process of this name owned is kept for this one.
        """
        said = await self._run(_BEAT, self._address, int(self._first))
        if said is None:
            raise Replaced(f"another process runs as node {self._node}")
        self._first = False
        return _view(said)

    async def look(self) -> View:
        """Return the pool as it is, without becoming a part of it."""
        return _view(await self._run(_LOOK))

    async def claim(self, shard: int) -> int | None:
        """Become the owner of a shard that nobody living owns; return the epoch, if so.

        One that was released to somebody living is theirs. Claiming one's own changes nothing.
        """
        return (await self.claim_many([shard])).get(shard)

    async def claim_many(self, shards: Iterable[int]) -> dict[int, int]:
        """Claim several at once; return the epochs of those that this node owns now."""
        given = await self._run(_CLAIM, *shards)
        return {int(shard): int(epoch) for shard, epoch in _pairs(given)}

    async def release(self, shard: int, epoch: int, to: str | None) -> None:
        """Own a shard no longer, in favour of somebody or of anybody."""
        await self._run(_RELEASE, shard, epoch, to or "")

    async def time(self) -> float:
        """Return what time it is (since 1970), without becoming a part of the pool."""
        now, _ = await self._run(_TIME)
        return int(now) / 1e6

    async def suspect(self, node: str, address: str) -> None:
        """End the lease of a node of which nothing is left where it listened.

        If it lives after all, its next beat says so, and what others took meanwhile is theirs.
        """
        await self._run(_SUSPECT, node, address)

    async def leave(self) -> None:
        """End the lease; others may claim now what this node still owns."""
        await self._run(_LEAVE)

    async def notify(self, kind: str) -> None:
        """Tell all nodes of the pool that they had better beat at once, and why."""
        await self._connection.publish(self.channel, kind.encode())

    async def _run(self, script: Script, *args: str | int) -> Any:
        now = "" if self.now is None else round(self.now * 1e6)
        first = (self._node, self._token, round(self._lease * 1e6), now)
        return await self._connection.run(script, self._keys, [*first, *args])


def _view(said: tuple[bytes, list[bytes], bytes]) -> View:
    now, nodes, owners = said
    addresses = {
        node.decode(): address.decode().partition(":")[2] for node, address in _pairs(nodes)
    }
    return View(int(now) / 1e6, addresses, _owners(owners))


@lru_cache(maxsize=1)
def _owners(written: bytes) -> Mapping[int, Owner]:
    """Read who owns what, which seldom differs from the last time; it is one text for speed."""
    return {
        int(shard): Owner(node, int(epoch))
        for shard, said in _pairs(written.decode().split("\0") if written else [])
        for epoch, token, node in [said.split(":", 2)]
        if token
    }


def _pairs(flat: list[T]) -> Iterable[tuple[T, T]]:
    return zip(flat[::2], flat[1::2], strict=True)
