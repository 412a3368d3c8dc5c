"""Passwords: right, wrong, unknown, and how many are checked at once."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest
from argon2 import PasswordHasher

from openucwa.adapters.passwords import NICE, Passwords, hash_now

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Watched(PasswordHasher):
    """Counts how many checks run at the same time, and which hashes are checked."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.running = self.most = 0
        self.hashes = []
        self.threads = set()

    def verify(self, password_hash, password):
        self.running += 1
        self.most = max(self.most, self.running)
        self.hashes.append(password_hash)
        self.threads.add(threading.current_thread())
        try:
            return super().verify(password_hash, password)
        finally:
            self.running -= 1


@pytest.fixture
def passwords():
    passwords = Passwords(2, FAST)
    yield passwords
    passwords.close()


@pytest.mark.parametrize("password", ["secret", "", "pässwörd", "x" * 100_000, "\ud800\0"])
async def test_only_the_right_password_is_right(passwords, password):
    stored = await passwords.hash(password)

    assert await passwords.verify(stored, password)
    assert not await passwords.verify(stored, password + "x")
    assert password not in stored or not password


async def test_how_an_accent_was_typed_does_not_matter(passwords):
    assert await passwords.verify(hash_now("Jose\u0301", FAST), "Jos\u00e9")


async def test_the_same_password_never_has_the_same_hash(passwords):
    assert await passwords.hash("secret") != await passwords.hash("secret")


@pytest.mark.parametrize("stored", [None, "", "rubbish", "$argon2id$v=19$m=8,t=1,p=1$$", "é"])
async def test_without_a_good_hash_no_password_is_right(passwords, stored):
    assert not await passwords.verify(stored, "")
    assert not await passwords.verify(stored, "secret")


async def test_an_unknown_account_costs_as_much_as_a_known_one():
    """A hash of the same cost is checked, so that time does not tell who exists."""
    hasher = Watched()
    passwords = Passwords(1, hasher)
    known = await passwords.hash("secret")

    for stored in (known, None, ""):
        await passwords.verify(stored, "guess")

    assert [known.split("$")[1:4]] * 3 == [tried.split("$")[1:4] for tried in hasher.hashes]
    passwords.close()


async def test_no_more_than_so_many_are_checked_at_once_and_never_on_the_loop():
    hasher = Watched()
    passwords = Passwords(2, hasher)
    stored = await passwords.hash("secret")

    answers = await asyncio.gather(*(passwords.verify(stored, "secret") for _ in range(20)))

    assert [True] * 20 == answers
    assert hasher.most <= 2
    assert threading.current_thread() not in hasher.threads
    passwords.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads share their niceness elsewhere")
async def test_whoever_hashes_lets_the_loop_go_first(passwords):
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    beside = await asyncio.get_running_loop().run_in_executor(passwords._pool, niceness)
    assert niceness() + NICE == beside
