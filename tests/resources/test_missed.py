"""What people missed, and how they are told (R9.30, R9.32, missedItems)."""

from __future__ import annotations

import pytest

from past_talks import (
    INVITATIONS,
    LENE,
    MESSAGING,
    SARA,
    arrive,
    begin,
    counts,
    invite,
    logs,
    miss,
    said,
    say,
)
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture
def three(world):
    return lambda accept=JSON: arrive(world, accept)


@both
async def test_who_did_not_answer_is_told_what_she_missed(three, accept):
    """R9.30; the first words are in her history, too."""
    lene, sara, _ = await three(accept)
    await lene.news()
    await miss(sara, LENE, "Are you there?")

    told = (await lene.package()).events()
    assert ("communication", "updated", "missedItems") == told[-1]
    assert [1, 1, 1] == await counts(lene)
    (path,) = await logs(lene)
    reply = await lene.get(path)
    assert ("Missed", True) == (reply.property("status"), "markAsRead" in reply.links())
    assert ["Are+you+there%3f"] == await said(lene, path)
    assert [1, 0, 0] == await counts(sara)
    assert "Archived" == (await sara.get((await logs(sara))[0])).property("status")


@both
async def test_an_event_shows_what_there_was_then(three, accept):
    """R3.28: missedItems is embedded."""
    lene, sara, _ = await three(accept)
    await miss(sara, LENE)
    await lene.news()
    (path,) = await logs(lene)

    assert 204 == (await lene.post(f"{path}/markAsRead")).status
    package = await lene.package()
    assert [("communication", "updated", "missedItems")] == package.events()
    assert b"unreadMissedConversationsCount" in package.body
    assert [1, 1, 0] == await counts(lene)
    assert "markAsRead" not in (await lene.get(path)).links()
    assert 204 == (await lene.post(f"{path}/markAsRead")).status
    assert [] == await lene.news()


@pytest.mark.parametrize("how", ["Local", "Global", "accept", "cancel"])
async def test_who_decided_has_not_missed_it_and_who_could_not_has(three, how):
    lene, sara, _ = await three()
    invitation = await invite(lene, SARA)
    path = f"{INVITATIONS}/{invitation}"
    if how == "accept":
        await sara.post(f"{path}/accept")
    elif how == "cancel":
        await lene.post(f"{path}/cancel")
    else:
        await sara.post(f"{path}/decline", {"reason": how})
    await sara.world.advance(1)

    missed = int(how == "cancel")
    assert [1, missed, missed] == await counts(sara)


async def test_while_it_rings_nothing_is_missed(three):
    lene, sara, _ = await three()
    await invite(lene, SARA, "Hello")
    await lene.world.advance(10)

    assert [0, 0, 0] == await counts(sara)
    assert [1, 0, 0] == await counts(lene)


async def test_what_was_not_fetched_was_missed(world, three):
    """R9.32: whoever did not get a message finds it in her history."""
    lene, sara, _ = await three()
    conversation = await begin(lene, sara, SARA)
    await sara.news()
    await say(lene, conversation, "Lost?")
    await world.advance(31)

    assert [1, 1, 1] == await counts(sara)
    (path,) = await logs(sara)
    assert ["Lost%3f"] == await said(sara, path)
    assert ("communication", "updated", "missedItems") in (await sara.package()).events()


async def test_who_was_away_is_told_when_she_is_available(world, three):
    """After all else that she is told then, and only if there is anything."""
    lene, sara, _ = await three()
    await sara.delete()
    await world.advance(1)
    await miss(lene, SARA, "Hello")

    client = await world.client(SARA)
    await client.post("me/makeMeAvailable", MESSAGING)
    told = (await client.package()).events()
    assert ("communication", "updated", "missedItems") == told[-1]
    assert ["me", "presence", "note", "location", "communication"] == [one[2] for one in told[:-1]]
    await client.post(f"{(await logs(client))[0]}/markAsRead")
    await client.delete()

    client = await world.client(SARA)
    await client.post("me/makeMeAvailable", MESSAGING)
    assert "missedItems" not in [one[2] for one in await client.news()]


async def test_tokens_that_do_not_allow_conversations_are_told_nothing(world, three):
    lene, sara, _ = await three()
    await sara.delete()
    await miss(lene, SARA)
    client = await world.limited(SARA, "User.ReadWrite")

    assert 204 == (await client.post("me/makeMeAvailable", {})).status
    assert "missedItems" not in [one[2] for one in await client.news()]
    assert (403, "Forbidden", None) == (await client.get("communication/missedItems")).reason


async def test_who_blocked_somebody_misses_nothing_of_her(three):
    lene, sara, _ = await three()
    level = {"relationshipLevel": "Blocked"}
    shown = await sara.get(f"people/{LENE}/privacyRelationship")
    headers = {"If-Match": shown.header("ETag")}
    reply = await sara.put(
        f"people/{LENE}/privacyRelationship", {shown.guid: "please", **level}, headers
    )
    assert 200 == reply.status, reply.body

    await miss(lene, SARA, "Hello")
    assert [] == await logs(sara)
