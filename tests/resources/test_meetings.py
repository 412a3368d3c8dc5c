"""The dashboard of meetings, which clients expect though it is empty (R13.2, R15.26)."""

from __future__ import annotations

import pytest

from world import JSON, XML


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_the_dashboard_is_there(world, accept):
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get("onlineMeetings")

    assert (200, set()) == (reply.status, reply.links())
