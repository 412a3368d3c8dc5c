"""Invitations that go elsewhere or are accepted by the server, where that is wanted."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.policies import SqlPolicies
from world import World


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path, messages={"follow_forwarding": True})
    yield world
    await world.close()


async def talker(world, user, **body):
    client = await world.available(
        await world.person(user, user.title()), supportedModalities=["Messaging"], **body
    )
    await client.news()
    return client


async def forward(client, target):
    settings = "me/callForwardingSettings/immediateForwardSettings/immediateForwardToContact"
    reply = await client.post(settings, {"target": target})
    assert 204 == reply.status, reply.body


async def start(client, to, **body):
    wish = {"to": f"sip:{to}@contoso.test", "operationId": "o1", **body}
    reply = await client.post("communication/messagingInvitations", wish)
    assert 201 == reply.status, reply.body
    return reply.header("Location")


def invitations(reply):
    return [
        (event["type"], event["_embedded"]["messagingInvitation"])
        for sender in reply.tree["sender"]
        for event in sender["events"]
        if event["link"]["rel"] == "messagingInvitation"
    ]


async def test_an_invitation_follows_her_calls(world):
    lene, sara, toni = [await talker(world, user) for user in ("lenea", "sarad", "tonip")]
    await forward(sara, "sip:tonip@contoso.test")
    await start(lene, "sarad")

    (_, began), (kind, forwarded) = invitations(await lene.package())
    assert ("Connecting", "updated", "Forwarded") == (began["state"], kind, forwarded["state"])
    ((_, shown),) = invitations(await toni.package())
    links = shown["_links"]
    assert links["to"]["href"].endswith("people/sarad@contoso.test")
    assert links["onBehalfOf"]["href"].endswith("people/sarad@contoso.test")
    assert [] == await sara.news()

    assert 204 == (await toni.post(links["accept"]["href"])).status
    ((kind, done),) = invitations(await lene.package())
    accepted = done["_embedded"]["acceptedByParticipant"][0]
    assert ("completed", "Tonip") == (kind, accepted["name"])


async def test_what_was_forwarded_can_be_taken_back(world):
    lene, sara, toni = [await talker(world, user) for user in ("lenea", "sarad", "tonip")]
    await forward(sara, "sip:tonip@contoso.test")
    await start(lene, "sarad")
    (_, (_, forwarded)) = invitations(await lene.package())

    assert 204 == (await lene.post(forwarded["_links"]["cancel"]["href"])).status
    assert "Cancelled" == invitations(await lene.package())[0][1]["state"]
    await toni.package()


@pytest.mark.parametrize("target", ["sip:lenea@contoso.test", "tel:+15550117"])
async def test_nobody_is_sent_to_herself_or_to_a_telephone(world, target):
    lene, sara = [await talker(world, user) for user in ("lenea", "sarad")]
    await forward(sara, target)
    await start(lene, "sarad")

    assert "Connecting" == invitations(await sara.package())[0][1]["state"]


async def test_invitations_do_not_follow_calls_unless_that_is_wanted(tmp_path):
    world = await World.create(tmp_path)
    lene, sara, toni = [await talker(world, user) for user in ("lenea", "sarad", "tonip")]
    await forward(sara, "sip:tonip@contoso.test")
    await start(lene, "sarad")

    assert invitations(await sara.package())
    assert [] == await toni.news()
    await world.close()


async def test_r9_31_the_server_accepts_for_who_lets_it(world):
    lene, first = [await talker(world, user) for user in ("lenea", "bot")]
    bot = await world.available(
        "bot@contoso.test", endpointId="e2", supportedModalities=["Messaging"]
    )
    await bot.news()
    await SqlPolicies(world.server.database).set(
        "bot@contoso.test", "autoAcceptMessages", "Enabled"
    )
    await world.advance(11)
    await bot.report()
    await start(lene, "bot", message="data:text/plain,hello")

    began, done = await lene.package(), await lene.package()
    assert ["started"] == [kind for kind, _ in invitations(began)]
    assert [("completed", "Connected")] == [(k, one["state"]) for k, one in invitations(done)]
    events = (await bot.package()).events()
    assert ("conversation", "completed", "message") in events
    assert ("communication", "completed", "messagingInvitation") in (await first.package()).events()
