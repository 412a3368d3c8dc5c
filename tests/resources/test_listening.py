"""Listening to changes of one's own contacts and groups (BEHAVIOUR 7.5)."""

from __future__ import annotations

import pytest

from contact_pictures import told
from world import DOMAIN, JSON, XML

HERE = "people/contactsAndGroupsSubscription"
START = f"{HERE}/startOrRefreshSubscriptionToContactsAndGroups"
STOP = f"{HERE}/stopSubscriptionToContactsAndGroups"
OTTO, SARA = f"otto@{DOMAIN}", f"sarad@{DOMAIN}"
ENDING = ("people", "updated", "myContactsAndGroupsSubscription")
BAD = (400, "BadRequest", "ParameterValidationFailure")
MINUTE = 60


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    """Sara's application, lurking: that is enough to listen."""
    await world.person("otto")
    return await world.client(await world.person("sarad"), request.param)


async def state(client):
    reply = await client.get(HERE)
    assert 200 == reply.status
    return reply.property("state")


async def still_told(client):
    """Make a change, and tell whether it is told."""
    for change in (
        "people/groupMemberships",
        "people/groupMemberships/removeContactFromAllGroups",
    ):
        await client.post(change, {"contactUri": OTTO})
    return "contact" in [event.rel for event in told(await client.package(26))]


async def test_nothing_is_told_at_first(client):
    """R7.43, R7.45"""
    reply = await client.get(HERE)

    assert "Disconnected" == await state(client)
    assert {rel: f"{client.path}/{HERE}/{rel}" for rel in reply.hrefs} == reply.hrefs
    assert {START, STOP} == {f"{HERE}/{rel}" for rel in reply.hrefs}
    assert not await still_told(client)


async def test_starting_and_stopping(client):
    """R7.44: 201, and 200 to go on; 204 to stop, twice."""
    first, second = await client.listen(10), await client.listen(10)
    assert (201, f"{client.path}/{HERE}") == (first.status, first.header("Location"))
    assert (200, first.body) == (second.status, second.body)
    assert "Connected" == first.property("state") == await state(client)
    assert await still_told(client)
    for _ in range(2):
        reply = await client.post(STOP)
        assert (204, b"") == (reply.status, reply.body)
        assert "Disconnected" == await state(client)
    assert not await still_told(client)
    assert 201 == (await client.listen(10)).status


async def test_changes_of_the_same_application_are_told(client):
    """R7.46"""
    await client.listen()

    assert await still_told(client)


@pytest.mark.parametrize(
    ("asked", "more", "minutes"),
    [(10, [], 10), (60, [], 60), (1, [], 10), (999, [], 60), (10, [15], 25), (40, [40, 40], 60)],
)
async def test_how_long_it_lasts(world, asked, more, minutes):
    """R7.44, R16.8: 10 to 60 minutes; refreshing adds, up to 60 from now."""
    client = await world.client(await world.person("sarad"))
    for duration in (asked, *more):
        await client.listen(duration)
    for _ in range(minutes - 1):
        await world.advance(MINUTE)
        await client.get("")
    assert "Connected" == await state(client)
    await world.advance(MINUTE)

    assert "Disconnected" == await state(client)


async def test_the_end_is_told_before_and_when_it_comes(world, client):
    """R7.45: shortly before the end, so that it can be put off."""
    await client.listen(10)
    await world.advance(8 * MINUTE - 30)
    assert [] == (await client.package(26)).events()
    assert [ENDING] == (await client.package(26)).events()
    assert "Connected" == await state(client)
    await world.advance(2 * MINUTE)
    assert [ENDING] == (await client.package(30)).events()
    assert "Disconnected" == await state(client)
    assert not await still_told(client)


async def test_going_on_puts_the_warning_off(world, client):
    await client.listen(10)
    await world.advance(8 * MINUTE)
    assert [ENDING] == (await client.package(30)).events()
    await client.listen(10)
    await world.advance(9 * MINUTE)
    assert [] == (await client.package(30)).events()
    await world.advance(MINUTE)
    assert [ENDING] == (await client.package(30)).events()


async def test_for_how_long_must_be_said(client):
    durations = [None, "", "long", 0, -10, "10.5", "NaN"]
    if client.accept == JSON:
        durations += [[10], {}, 10.5]
    for duration in durations:
        reply = await client.post(START, {"duration": duration})
        assert (BAD, ["duration"]) == (reply.reason, reply.bad), duration
    assert "Disconnected" == await state(client)


async def test_it_may_be_said_in_the_query(client):
    """R4.17"""
    assert 201 == (await client.post(f"{START}?Duration=11")).status
    assert 200 == (await client.get("people/myContactsAndGroupsSubscription")).status


async def test_each_application_listens_for_itself(world, client):
    other = await world.client(SARA, endpointId="e2")
    await client.listen()

    assert "Disconnected" == await state(other)
    await other.join(OTTO)
    assert ["contact", "contact"] == [event.rel for event in told(await client.package(1))]
    assert [] == told(await other.package(26))


async def test_presence_is_never_told(world, client):
    """R7.43: that is what the other subscriptions are for."""
    await client.join(OTTO)
    await client.listen()
    await world.available(OTTO)

    assert [] == told(await client.package(26))


async def test_a_listener_is_not_told_of_others_lists(world, client):
    await client.listen()
    other = await world.client(OTTO)
    await other.listen()
    await other.make_group("Friends")
    await other.join(SARA)

    assert [] == told(await client.package(26))


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_have_nothing_to_listen_to(world, accept):
    guest = await world.guest(accept)

    for reply in (
        await guest.get(HERE),
        await guest.post(START, {"duration": 10}),
        await guest.post(STOP),
    ):
        assert (403, "Forbidden", None) == reply.reason
