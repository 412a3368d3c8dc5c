"""The main job in one breath: sign in, be available, fade, come back, and be seen."""

from __future__ import annotations

import pytest

from world import JSON, XML


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_watcher_sees_a_person_fade_and_come_back(world, accept):
    lene, sara = await world.person("lenea"), await world.person("sarad")
    hers = await world.available(lene, accept)
    his = await world.available(sara, accept)
    assert (await his.watch(lene)).status == 201
    await his.package()

    async def seen():
        reply = await his.get(his.person(lene, "presence"))
        return reply.property("availability")

    assert await seen() == "Online"
    await world.advance(290)
    assert await seen() == "Online"
    await world.advance(11)
    assert await seen() == "IdleOnline"
    package = await his.package()
    assert b"contactPresence" in package.body
    await world.advance(300)
    assert await seen() == "Away"
    assert (await hers.report()).status == 204
    assert await seen() == "Online"
