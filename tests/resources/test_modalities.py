"""Modalities without media: always there, never connected (R9.10, R9.42, R9.44)."""

from __future__ import annotations

import pytest

from talking import talk, talker
from world import JSON, XML

MODALITIES = ["phoneAudio", "audioVideo", "applicationSharing", "dataCollaboration"]


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize("rel", MODALITIES)
async def test_it_is_disconnected(world, accept, rel):
    lene = await talker(world, "lenea", accept=accept)
    sara = await talker(world, "sarad", accept=accept)
    await talk(lene, sara)
    reply = await lene.client.get(lene.last("conversation").href_of(rel))

    assert (200, "Disconnected") == (reply.status, reply.property("state"))
    assert {"conversation"} == reply.links()


@pytest.mark.parametrize("rel", MODALITIES)
async def test_without_a_conversation_there_is_none(world, rel):
    lene = await talker(world, "lenea")
    reply = await lene.client.get(f"communication/conversations/x/{rel}")

    assert (404, "NotFound", "ConversationNotFound") == reply.reason
