"""One connection to one server; what is asked within one tick of the loop travels together.

What is asked while an answer is awaited goes next, again together.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio.connection import Connection as Socket
from redis.exceptions import (
    AskError,
    ConnectionError,  # noqa: A004
    MovedError,
    NoScriptError,
    RedisError,
    ResponseError,
    TimeoutError,  # noqa: A004
)

from openucwa.adapters.journal import NotWritten

log = logging.getLogger(__name__)

Word = bytes | str | int | float


class Unreachable(NotWritten):
    """Redis cannot be asked now, or refuses for now; whether it did what was asked is unknown."""


@dataclass(frozen=True)
class Script:
    """A program in Lua that the server runs as a whole or not at all."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False)
        object.__setattr__(self, "sha", digest.hexdigest())


@dataclass(eq=False)
class _Asked:
    words: tuple[Word, ...]
    script: Script | None
    answer: asyncio.Future[Any]

    def settle(self, answer: object) -> None:
        if self.answer.done():
            return  # whoever asked has gone
        if isinstance(answer, (MovedError, AskError)):
            self.answer.set_exception(answer)
        elif isinstance(answer, Exception):
            self.fail(f"Redis refuses: {answer}")
        else:
            self.answer.set_result(answer)

    def fail(self, why: str) -> None:
        if not self.answer.done():
            self.answer.set_exception(Unreachable(why))


class Lane:
    """The way to one server. It connects when something is asked, and again after a failure."""

    def __init__(self, socket: Socket, count: Callable[[int], None]) -> None:
        self._socket = socket
        self._count = count
        self._waiting: list[_Asked] = []
        self._under_way: list[_Asked] = []
        self._task: asyncio.Task[None] | None = None

    def ask(self, *words: Word, script: Script | None = None) -> asyncio.Future[Any]:
        """Return the answer to come. It may raise ``Unreachable``, ``MovedError``, ``AskError``."""
        loop = asyncio.get_running_loop()
        asked = _Asked(words, script, loop.create_future())
        self._waiting.append(asked)
        if self._task is None:
            self._task = loop.create_task(self._run())  # it begins once this tick is over
        return asked.answer

    async def close(self) -> None:
        """End the connection; what is still asked fails."""
        task, self._task = self._task, None
        while task is not None and not task.done():  # before Python 3.12, one may be swallowed
            task.cancel()
            await asyncio.wait([task], timeout=0.1)
        self._fail("the connection to Redis is closed")
        await self._socket.disconnect(nowait=True)

    async def _run(self) -> None:
        try:
            while self._waiting:
                self._under_way, self._waiting = self._waiting, []
                for asked, answer in zip(
                    self._under_way, await self._exchange(self._under_way), strict=True
                ):
                    asked.settle(answer)
        except (RedisError, OSError) as error:
            await self._socket.disconnect(nowait=True)
            self._fail(f"no answer from Redis: {error}")
        except Exception as error:
            log.exception("a bug")
            await self._socket.disconnect(nowait=True)
            self._fail(f"no answer from Redis: {type(error).__name__}")
        finally:
            self._task = None

    async def _exchange(self, asked: list[_Asked]) -> list[object]:
        answers = await self._trip([one.words for one in asked])
        unknown = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            whole = [
                ("EVAL", one.script.text, *one.words[2:])
                for one in map(asked.__getitem__, unknown)
                if one.script is not None
            ]
            for at, answer in zip(unknown, await self._trip(whole), strict=True):
                answers[at] = answer
        return answers

    async def _trip(self, commands: list[tuple[Word, ...]]) -> list[object]:
        self._count(len(commands))
        await self._socket.send_packed_command(self._socket.pack_commands(commands))
        return [await self._answer() for _ in commands]

    async def _answer(self) -> object:
        try:
            return await self._socket.read_response()
        except (ConnectionError, TimeoutError):
            raise
        except ResponseError as error:
            return error

    def _fail(self, why: str) -> None:
        failed, self._under_way, self._waiting = self._under_way + self._waiting, [], []
        for asked in failed:
            asked.fail(why)
