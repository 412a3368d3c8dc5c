"""Hash and check passwords with argon2, beside the event loop and a few at a time."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

NICE = 10
"""How much nicer threads are that hash: whoever signs in waits a tenth of a second anyway."""


class Passwords:
    """A small pool of threads that hash; who comes when all are busy waits.

    ``hasher`` sets the cost. Every check costs the same, whether the account exists or not.
    """

    def __init__(self, at_once: int = 4, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(
            at_once, thread_name_prefix="passwords", initializer=_give_way
        )
        self._nobody = self._pool.submit(hash_now, secrets.token_hex(), self._hasher)

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, hash_now, password, self._hasher
        )

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is right; never, without a hash (None or empty)."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._verify, password_hash, password
        )

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash or self._nobody.result(), _octets(password))
        except (VerificationError, ValueError):  # ValueError: no hash at all
            return False

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _give_way() -> None:
    """Let the event loop go before this thread, and those that it starts to hash, for a core.

    Only Linux gives threads a niceness of their own.
    """
    if sys.platform == "linux":
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + NICE)


def hash_now(password: str, hasher: PasswordHasher | None = None) -> str:
    """Return the hash to store, computed in the caller's thread."""
    return (hasher or PasswordHasher()).hash(_octets(password))


def _octets(password: str) -> bytes:
    """Return what is hashed: the same whether the keyboard composes accents or not."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
