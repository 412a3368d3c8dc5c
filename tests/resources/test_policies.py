"""What the deployment allows (R2.30)."""

from __future__ import annotations

import pytest

from openucwa.hyper.declare import Scope
from world import JSON, XML


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_policies_can_always_be_read(world, accept):
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get("policies")

    assert (200, "Enabled", "None") == (
        reply.status,
        reply.property("emoticons"),
        reply.property("telephonyMode"),
    )


@pytest.mark.parametrize("scope", Scope)
async def test_any_scope_will_do(world, scope):
    """R13.1"""
    client = await world.limited(await world.person("lenea"), scope)

    assert 200 == (await client.get("policies")).status


async def test_guests_have_policies_too(world):
    assert 200 == (await (await world.guest()).get("policies")).status
