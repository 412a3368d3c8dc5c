"""Those in a conversation, and what leaders do with them (R9.16, R9.39, R9.40)."""

from __future__ import annotations

import pytest

from talking import confer, resource_of, settled, table, talk, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
FORBIDDEN = (403, "Forbidden", None)


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
async def john(world):
    return await talker(world, "johnd", "John Doe")


@pytest.fixture
async def conference(lene, sara, john):
    """Lene is the organizer; Sara and John are attendees."""
    await confer(lene, sara, john)


def of(viewer, *rest):
    """Return the path of something in somebody's conversation."""
    return "/".join([viewer.latest("conversation").href, *rest])


async def participant(viewer, who):
    """Return a participant as somebody sees her."""
    reply = await viewer.client.get(of(viewer, "participants", who.address))
    assert reply.status == 200
    return resource_of(reply.tree if viewer.client.accept == JSON else reply.xml)


async def names(viewer, what="participants"):
    reply = await viewer.client.get(of(viewer, what), {"Accept": JSON})
    return [link["title"] for link in reply.tree["_links"]["participant"]]


async def lead(viewer, what, who):
    return await viewer.client.post(of(viewer, "participants", who.address, what))


# --- what is shown


@both
async def test_r9_16_somebody_one_talks_to(world, sara, accept):
    lene = await talker(world, "lenea", "Lene Aaling", accept=accept)
    await talk(lene, sara)
    other, own = await participant(lene, sara), await participant(lene, lene)

    shown = {
        "name": "Sara Davis",
        "uri": "sip:sarad@contoso.test",
        "sourceNetwork": "SameEnterprise",
    }
    assert shown.items() <= other.properties.items()
    assert {
        *("conversation", "contact", "contactPresence", "contactPhoto", "participantMessaging")
    } == other.links.keys()
    assert {"conversation", "me", "participantMessaging"} == own.links.keys()
    assert f"{lene.client.path}/people/sarad@contoso.test" == other.href_of("contact")
    assert not {"role", "local", "organizer", "inLobby"} & other.properties.keys()
    for href in (other.href_of("contact"), other.href_of("contactPresence"), own.href_of("me")):
        assert 200 == (await lene.client.get(href)).status


@both
async def test_r9_16_somebody_in_a_conference(world, lene, john, accept):
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    await confer(lene, sara, john)
    organizer, own = await participant(sara, lene), await participant(sara, sara)
    properties = [
        [str(one.properties[name]) for name in ("role", "organizer", "local", "inLobby")]
        for one in (organizer, own)
    ]

    assert [
        ["Leader", "True", "False", "False"],
        ["Attendee", "False", "True", "False"],
    ] == properties


async def test_r9_32_lists_are_lists(conference, lene, sara, john):
    """CLIENT-RULES R32: also of one."""
    assert ["Lene Aaling", "Sara Davis", "John Doe"] == await names(lene)
    assert ["Lene Aaling"] == await names(john, "leaders")
    assert ["Sara Davis", "John Doe"] == await names(sara, "attendees")


async def test_two_have_no_roles(lene, sara):
    await talk(lene, sara)
    statuses = [
        (await lene.client.get(of(lene, what))).status
        for what in ("attendees", "leaders", "onlineMeeting", "participants")
    ]

    assert [404, 404, 404, 200] == statuses


async def test_r9_39_links_are_for_leaders_and_where_they_apply(conference, lene, sara, john):
    may = {"promote", "demote", "eject"}
    shown = {
        (viewer.address[:4], who.address[:4]): may & (await participant(viewer, who)).links.keys()
        for viewer in (lene, sara)
        for who in (lene, sara, john)
    }

    assert {("lene", "sara"): {"promote", "eject"}, ("lene", "john"): {"promote", "eject"}} == {
        pair: links for pair, links in shown.items() if links
    }


async def test_who_is_not_there(conference, lene):
    for address in ("nobody@contoso.test", "nonsense", "@", "x" * 300):
        assert 404 == (await lene.client.get(of(lene, "participants", address))).status


async def test_participant_messaging_is_there_while_it_is_connected(conference, lene, sara):
    href = of(lene, "participants", sara.address, "messaging")
    shown = await lene.client.get(href)
    await sara.do("stopMessaging", "messaging")

    assert (200, {"participant"}) == (shown.status, shown.links())
    assert 404 == (await lene.client.get(href)).status


# --- leading


@both
async def test_r9_39_promote_and_demote(world, lene, john, accept):
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    await confer(lene, sara, john)
    assert 204 == (await lead(lene, "promote", sara)).status

    moved = (
        "conversation | participant deleted in attendees\n"
        "conversation | participant added in leaders"
    )
    assert await john.lines() == table(moved)
    assert await lene.lines() == table(f"{moved}\nconversation | participant updated")
    lines = await sara.lines()
    assert lines[:-1] == table(f"""{moved}
conversation | localParticipant updated | Leader | conversation me participantMessaging
conversation | participant updated
conversation | participant updated
""")
    assert lines[-1].startswith("communication | conversation updated | Conferenced Messaging")
    await settled(lene, sara, john)
    assert {"promote", "eject"} <= (await participant(sara, john)).links.keys()
    assert {"demote", "eject"} <= (await participant(lene, sara)).links.keys()
    assert 204 == (await lead(sara, "promote", john)).status
    assert 204 == (await lead(lene, "demote", sara)).status
    await settled(lene, sara, john)
    assert "Attendee" == sara.last("localParticipant").properties["role"]
    assert ["Sara Davis"] == await names(lene, "attendees")


@both
async def test_r9_39_eject(world, lene, john, accept):
    sara = await talker(world, "sarad", accept=accept)
    await confer(lene, sara, john)
    assert 204 == (await lead(lene, "eject", sara)).status

    lines = await sara.lines()
    assert "communication | conversation deleted Informational/Ejected" == lines[-1]
    assert "conversation | localParticipant deleted" in lines
    assert await john.lines() == table("""
conversation | participantMessaging deleted in participant
conversation | participant deleted in attendees
conversation | participant deleted
""")
    await settled(lene, sara, john)
    assert 404 == (await sara.client.get(of(sara))).status
    assert ["Lene Aaling", "John Doe"] == await names(john)


@pytest.mark.parametrize("what", ["promote", "demote", "eject"])
async def test_r9_39_who_may_not(conference, lene, sara, john, what):
    """Attendees nobody, nobody the organizer or herself."""
    assert FORBIDDEN == (await lead(sara, what, john)).reason
    assert FORBIDDEN == (await lead(lene, what, lene)).reason
    await lead(lene, "promote", sara)
    assert FORBIDDEN == (await lead(sara, what, lene)).reason
    await settled(lene, sara, john)


async def test_r9_39_what_she_is_already(conference, lene, sara):
    await lead(lene, "promote", sara)

    assert (409, "Conflict", None) == (await lead(lene, "promote", sara)).reason
    assert [204, 409] == [(await lead(lene, "demote", sara)).status for _ in range(2)]


@pytest.mark.parametrize("what", ["promote", "demote", "eject"])
async def test_two_have_nobody_to_lead(lene, sara, what):
    await talk(lene, sara)

    assert FORBIDDEN == (await lead(lene, what, sara)).reason
    assert [] == await sara.hear()


async def test_r9_40_who_is_there_may_be_asked_in_again_after_leaving(conference, lene, john, sara):
    assert (409, "Conflict", "AlreadyExists") == (await lene.add(john)).reason
    await john.client.delete(of(john))
    await settled(lene, sara, john)

    assert 201 == (await lene.add(john)).status
    await settled(lene, sara, john)
    assert 204 == (await john.do("accept", "onlineMeetingInvitation")).status
    await settled(lene, sara, john)
    assert 3 == len(await names(john))


async def test_it_stays_a_conference_with_fewer(conference, lene, sara, john):
    for who in (john, lene):
        assert 204 == (await who.client.delete(of(who))).status
        await settled(lene, sara, john)

    assert "Conferenced" == sara.last("conversation").properties["state"]
    assert ["Sara Davis"] == await names(sara)
    assert 201 == (await sara.add(lene)).status
