"""The log of one shard in Redis: batches in order, which only the present owner can write.

Each write carries the owner's epoch, who writes, and a turn that only grows. A batch whose reply
was lost is written again under the same number, and replaces what may be there; a write that
Redis gets to see late, when its turn has passed, changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

from openucwa.adapters.batches import FORMAT
from openucwa.adapters.journal import NotWritten
from openucwa.adapters.redis.connection import Connection, Script

CHUNK = 1 << 18
"""Bytes that are read at once, about."""

_BEGIN = """
local log, meta, epoch, writer = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
local known = redis.call('HMGET', meta, 'epoch', 'writer', 'first', 'last', 'bytes', 'turn')
local first, last = tonumber(known[3] or 1), tonumber(known[4] or 0)
local bytes, turn = tonumber(known[5] or 0), tonumber(known[6] or 0)
local before = tonumber(known[1] or 0)
if before > epoch then return {'fenced'} end
"""
"""What all scripts begin with; 'before' is the epoch of who wrote last."""

_OWN = (
    _BEGIN
    + """
if before < epoch then turn = 0 elseif known[2] ~= writer then return {'fenced'} end
"""
)
"""What begins what only the present writer may do, even if Redis has forgotten that it is."""

_OPEN = Script(
    _BEGIN
    + """
redis.call('HSET', meta, 'epoch', ARGV[1], 'writer', writer, 'turn', 0)
redis.call('HSETNX', meta, 'format', ARGV[3])
return {'done', first, last, bytes, tonumber(redis.call('HGET', meta, 'format'))}
"""
)

_READ = Script(
    _OWN
    + """
local from = tonumber(ARGV[3]) - first
return {'done', redis.call('LRANGE', log, from, from + ARGV[4] - 1)}
"""
)

_APPEND = Script(
    _OWN
    + """
local number, mine, body = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
if number > last + 1 then return {'lost'} end
if number < last or mine <= turn then return {'late'} end
if number == last then
  bytes = bytes - #redis.call('LINDEX', log, -1)
  redis.call('LSET', log, -1, body)
else
  redis.call('RPUSH', log, body)
end
bytes = bytes + #body
redis.call('HSET', meta, 'epoch', ARGV[1], 'writer', writer, 'turn', mine,
           'last', number, 'bytes', bytes)
return {'done', bytes}
"""
)

_DROP = Script(
    _OWN
    + """
local past = math.min(tonumber(ARGV[3]), first + ARGV[4], last + 1)
if past > first then
  for _, body in ipairs(redis.call('LPOP', log, past - first)) do bytes = bytes - #body end
  redis.call('HSET', meta, 'first', past, 'bytes', bytes)
end
return {'done', math.max(first, past), bytes}
"""
)

_CLEAR = Script(
    _OWN
    + """
redis.call('DEL', log)
redis.call('HSET', meta, 'epoch', ARGV[1], 'writer', writer, 'turn', ARGV[3],
           'first', ARGV[4], 'last', ARGV[4] - 1, 'bytes', 0, 'format', ARGV[5])
return {'done'}
"""
)


class Fenced(NotWritten):
    """Somebody else owns the shard."""

    over = True


class Lost(NotWritten):
    """Redis has lost batches that were stored; all must be written anew.

    After ``open`` that can begin beside what is left, or after ``clear`` without it.
    """

    lost = True


class ShardLog:
    """A shard's log for an owner with an epoch. ``open`` it first, and write one after another.

    Methods raise ``Fenced``, from then on always, or ``Unreachable``.
    """

    def __init__(self, connection: Connection, pool: str, shard: int, epoch: int) -> None:
        self._connection = connection
        tag = f"{{openucwa:{pool}:s{shard:03}}}"
        self._keys = [f"{tag}:log", f"{tag}:meta"]
        self._who = (epoch, secrets.token_hex(8))
        self._fenced = False
        self._first, self._last = 1, 0
        self._bytes = 0
        self._turn = 0
        self._format = 0
        self.grown = 0
        """Bytes that were appended since it was opened."""

    async def open(self) -> None:
        """Fence off all owners with a smaller epoch. A new log is of the present format."""
        _, self._first, self._last, self._bytes, self._format = await self._run(_OPEN, FORMAT)

    def is_current(self, format: int = FORMAT) -> bool:  # noqa: A002
        """Tell whether the batches have this format."""
        return self._format == format

    def is_newer(self, format: int = FORMAT) -> bool:  # noqa: A002
        """Tell whether a newer version has written it."""
        return self._format > format

    async def clear(self, format: int = FORMAT) -> None:  # noqa: A002
        """Forget all batches, and be of this format."""
        self._turn += 1
        self._first = self._last + 1
        await self._run(_CLEAR, self._turn, self._first, format)
        self._format, self._bytes = format, 0

    async def read(self) -> AsyncIterator[tuple[int, bytes]]:
        """Yield the number and body of all batches that there were when it was opened."""
        number, last = self._first, self._last
        count = max(1, (last - number + 1) * CHUNK // max(self._bytes, 1))
        while number <= last:
            _, bodies = await self._run(_READ, number, min(count, last - number + 1))
            if not bodies:
                raise Lost("batches of a log are gone")
            for body in bodies:
                yield number, body
                number += 1

    async def append(self, body: bytes) -> int:
        """Keep a batch; return its number once it is stored.

        After ``Unreachable``, the next batch must hold all that this one does. Raises ``Lost``.
        """
        self._turn += 1
        number = self._last + 1
        _, self._bytes = await self._run(_APPEND, number, self._turn, body)
        self._last = number
        self.grown += len(body)
        return number

    async def drop_before(self, number: int, most: int) -> bool:
        """Forget the oldest batches before a number, so many at most; tell whether all are gone."""
        _, self._first, self._bytes = await self._run(_DROP, number, most)
        return self._first >= number

    def size(self) -> int:
        """Return the bytes of all batches."""
        return self._bytes

    async def close(self) -> None:
        """Let go of it; the connection is not its own."""

    async def _run(self, script: Script, *args: int | bytes) -> list[Any]:
        if not self._fenced:
            answer: list[Any] = await self._connection.run(script, self._keys, [*self._who, *args])
            if answer[0] == b"done":
                return answer
            if answer[0] == b"lost":
                raise Lost("Redis has lost batches that were stored")
            self._fenced = True
        raise Fenced("another node owns this shard")
