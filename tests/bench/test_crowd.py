"""Crowds to measure with: people who signed in by the real operations, without HTTP."""

from __future__ import annotations

from bench.crowd import address, gather, members

from openucwa.adapters.batches import BatchFile
from openucwa.adapters.recovery import replay, revive


async def test_a_crowd_is_in_the_journal_of_its_folder(tmp_path):
    await gather(tmp_path, 20, 90)

    file = BatchFile(tmp_path)
    users, _ = revive(replay(file.read(), 100), 0)
    file.close()
    assert {address(number) for number in range(20)} == {user.address for user in users}
    assert 20 == len({one.path for one in members(tmp_path)})
    assert all(len(user.endpoints()) == 1 for user in users)
