"""A queue that ends: what arrives waits until somebody takes it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(AsyncIterator[T], Generic[T]):
    """Things in the order of their arrival, each taken once.

    Iterating waits for the next, stops after ``end()`` when all has been taken, and raises the
    error that it ended with, if there is one.
    """

    def __init__(self) -> None:
        self._waiting: deque[T] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._error: Exception | None = None

    def put(self, item: T) -> None:
        """Add something, unless it has ended."""
        if not self._ended:
            self._waiting.append(item)
            self._news.set()

    def end(self, error: Exception | None = None) -> None:
        """Let nothing more in; only the first call counts."""
        if not self._ended:
            self._ended, self._error = True, error
            self._news.set()

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()
