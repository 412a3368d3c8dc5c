"""Putting a server together: what it owns, what it remembers, and that it lets go of it."""

from __future__ import annotations

import re
import threading

import msgspec
import pytest

from journals import NOW, a_user
from openucwa.adapters.batches import (
    FILE,
    Batch,
    BatchFile,
    JournalDamaged,
    JournalUnusable,
    encode,
)
from openucwa.adapters.passwords import Passwords
from openucwa.settings import Settings
from openucwa.wiring import Server, identifier
from world import CHEAP, DOMAIN, World

LENE = f"lenea@{DOMAIN}"


def settings_for(folder, **sections):
    server = {"data": str(folder), **sections.pop("server", {})}
    return msgspec.convert({"server": server, **sections}, Settings, strict=False)


async def build(folder, **how):
    return await Server.build(settings_for(folder), passwords=Passwords(1, CHEAP), **how)


def test_identifiers_are_digits_that_nobody_guesses():
    some = {identifier(16) for _ in range(100)}

    assert len(some) == 100
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in some)


async def test_what_is_live_shows_in_the_metrics(world):
    await world.person("lenea")
    client = await world.available(LENE)
    poll = await client.poll()
    text = (await world.ask("GET", "/metrics")).body.decode()
    wanted = r"^openucwa_(users|applications|available|parked_polls) (\S+)$"
    shown = dict(re.findall(wanted, text, re.MULTILINE))
    await poll.leave()

    assert {"1"} == {f"{float(value):.0f}" for value in shown.values()}
    assert len(shown) == 4


def left_over(before):
    """Return the threads that have come since and do not end."""
    new = set(threading.enumerate()) - before
    for thread in new:
        thread.join(5)
    return {thread for thread in new if thread.is_alive()}


@pytest.mark.parametrize("how", [{"durable": False}, {"test_mode": True}])
async def test_live_state_is_kept_only_if_that_is_wanted(tmp_path, how):
    server = await build(tmp_path, **how)
    server.start()
    await server.close()

    assert not (tmp_path / FILE).exists()


async def test_a_server_that_was_closed_leaves_its_folder_to_the_next(tmp_path):
    before = set(threading.enumerate())
    for _ in range(2):
        server = await build(tmp_path)
        server.start()
        await server.close()

    assert (tmp_path / FILE).exists()
    assert not left_over(before)


async def test_what_was_live_when_it_was_closed_is_live_again(tmp_path):
    first = await World.create(tmp_path, durable=True)
    first.server.start()
    await first.person("lenea")
    lene = await first.available(LENE)
    await first.close()
    lene.world = second = await World.create(tmp_path, durable=True)
    second.server.start()

    assert (await lene.report()).status == 204
    await second.close()


async def test_a_standing_that_the_journal_does_not_know_is_shown(tmp_path):
    """It is stored first, so a server may die between the two; that is told to those who watch."""
    first = await World.create(tmp_path, durable=True)
    first.server.start()
    address = await first.person("lenea")
    await first.available(address)
    await first.close()
    second = await World.create(tmp_path, durable=True)
    await second.server.store.keep(address, {"location": "Oslo"})
    await second.close()
    third = await World.create(tmp_path, durable=True)

    assert third.server.live.present(address).shown.location == "Oslo"
    third.server.start()
    await third.close()


def spoil(folder):
    file = BatchFile(folder)
    file.append(encode(Batch(NOW, [], [a_user(LENE)], [])) + b"\xc1")
    file.close()


@pytest.mark.parametrize(
    ("why", "trouble"),
    [(spoil, JournalDamaged), (lambda folder: (folder / FILE).mkdir(), JournalUnusable)],
)
async def test_a_server_that_cannot_start_lets_go_of_everything(tmp_path, why, trouble):
    """Else the process would not end, and the next one could not begin."""
    await (await build(tmp_path, durable=False)).close()
    before = set(threading.enumerate())
    why(tmp_path)
    for _ in range(2):
        with pytest.raises(trouble):
            await build(tmp_path)

    assert not left_over(before)
