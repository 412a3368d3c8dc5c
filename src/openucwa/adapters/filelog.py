"""A journal's log in a file of this machine, written by a thread of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from openucwa.adapters.batches import BatchFile
from openucwa.adapters.journal import NotWritten

T = TypeVar("T")


class FileLog:
    """The ``Log`` in a file."""

    def __init__(self, file: BatchFile) -> None:
        self._file = file
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")

    @property
    def grown(self) -> int:
        """Bytes that were appended since it was opened."""
        return self._file.grown

    def size(self) -> int:
        """Return the bytes of all batches."""
        return self._file.size()

    async def append(self, body: bytes) -> int:
        """Keep a batch; return its number once it is on disk."""
        return await self._do(lambda: self._file.append(body))

    async def drop_before(self, number: int, most: int) -> bool:
        """Forget the oldest batches before a number, so many at most; tell whether all are gone."""
        return await self._do(lambda: self._file.drop_before(number, most))

    async def reopen(self) -> None:
        """Nothing is ever lost of a file that can be read at all."""

    async def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        self._file.close()

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise NotWritten(str(error)) from error
