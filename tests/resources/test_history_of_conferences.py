"""What is said while an invitation to a conference rings is not for who is invited."""

from __future__ import annotations

import pytest

from talking import Talker, confer, settled, talker


@pytest.fixture
async def people(world):
    names = (("lenea", "Lene Aaling"), ("sarad", "Sara Davis"))
    return [await talker(world, *name) for name in names]


@pytest.fixture
async def john(world, people):
    """John, who is asked to join while others talk."""
    found = await talker(world, "johnd", "John Doe")
    await confer(*people)
    lene = people[0]
    await lene.add(found)
    await settled(*people, found)
    assert 201 == (await lene.say("shall we ask him?")).status
    await settled(*people, found)
    return found


async def kept(who: Talker) -> list[tuple[str, list[str]]]:
    """Return the status of each log of somebody, and what was said in it."""
    await who.world.advance(3)
    found = []
    for link in (
        (await who.client.get("communication/conversationLogs"))
        .tree["_links"]
        .get("conversationLog", [])
    ):
        log = (await who.client.get(link["href"])).tree
        pages = await who.client.get(log["_links"]["conversationLogTranscripts"]["href"])
        said = [
            one["_embedded"]["messageTranscript"]["_links"]["plainMessage"]["href"].partition(",")[
                2
            ]
            for one in pages.tree["_embedded"]["conversationLogTranscript"]
        ]
        found.append((log["status"], said))
    return found


async def test_who_joins_keeps_what_is_said_from_then_on(people, john):
    await john.do("accept", "onlineMeetingInvitation")
    await settled(*people, john)
    await john.do("addMessaging", "messaging")
    await settled(*people, john)
    await people[0].say("welcome")
    await settled(*people, john)

    assert [("Archived", ["welcome"])] == await kept(john)


async def test_who_declines_keeps_nothing_that_was_said(people, john):
    await john.do("decline", "onlineMeetingInvitation", {"reason": "Global"})
    await settled(*people, john)

    assert [("Archived", [])] == await kept(john)


async def test_who_misses_it_has_missed_the_invitation_alone(world, people, john):
    await world.advance(31)
    await settled(*people, john)

    assert [("Missed", [])] == await kept(john)
