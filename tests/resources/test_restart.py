"""A server that dies and comes back on its data folder, seen by clients (BEHAVIOUR 2, 3, 7).

Dying is sudden: nothing is written any more. What was answered before is there afterwards, and
the time without a server is time in which nothing happens to anybody.
"""

from __future__ import annotations

import asyncio

import pytest

from houses import House
from openucwa.adapters import batches
from world import DOMAIN, JSON, XML

LENE, SARA = f"lenea@{DOMAIN}", f"sarad@{DOMAIN}"
MINUTE, HOUR = 60.0, 3600.0
CHANGED = ("people", "updated", "contactPresence", "contact")


@pytest.fixture
async def house(tmp_path):
    made = House(tmp_path)
    await made.open()
    for user in ("lenea", "sarad"):
        await made.world.person(user)
    yield made
    await made.world.close()


@pytest.fixture
async def lene(house):
    """Somebody to be watched."""
    return await house.world.available(LENE)


@pytest.fixture
async def sara(house, lene):
    """Somebody who watches Lene and knows all about her."""
    client = await house.world.client(SARA)
    assert (await client.watch(LENE)).status == 201
    await client.package()
    return client


async def availability(client, of=LENE):
    return (await client.get(client.person(of, "presence"))).property("availability")


async def answer(client, more=""):
    return await asyncio.wait_for((await client.poll(more=more)).task, 10)


# ------------------------------------------------------------------------- what survives


async def test_applications_endpoints_and_subscriptions_survive(house, lene, sara):
    assert (await lene.post("me/note", {"message": "in the lab"})).status == 204
    assert (await lene.post("me/location", {"location": "Oslo"})).status == 204
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    before = (await lene.get("")).tree, (await sara.get("people/presenceSubscriptions")).tree
    await house.restart(lene, sara)

    assert before == (
        (await lene.get("")).tree,
        (await sara.get("people/presenceSubscriptions")).tree,
    )
    assert await availability(sara) == "Busy"
    assert (await lene.get("me/note")).property("message") == "in the lab"
    assert (await lene.get("me/location")).property("location") == "Oslo"
    assert (await lene.report()).status == 204


async def test_a_timed_choice_ends_when_it_would_have_and_what_was_before_is_back(
    house, lene, sara
):
    """With a server and without one; those who watch are told of each end once."""
    await lene.post("me/presence", {"availability": "BeRightBack"})
    for wish, span in (("DoNotDisturb", 20), ("Busy", 10)):
        await lene.post("me/presence", {"availability": wish, "duration": span})
    await house.restart(lene, sara)
    assert "Busy" == await availability(sara)
    await sara.package()
    await lene.report()
    await house.world.advance(10 * MINUTE)

    assert [CHANGED] == (await sara.package()).events()
    assert "DoNotDisturb" == await availability(sara)
    await house.restart(lene, sara, away=10 * MINUTE)
    assert "BeRightBack" == await availability(sara)
    assert house.told("contactPresence") == (await sara.package()).events()
    await house.restart(lene, sara)
    assert [] == (await sara.package(26)).events()
    assert (await lene.get("me/presence")).property("expirationTime") is None


async def test_who_left_stays_idle_and_does_not_fade_meanwhile(house, lene, sara):
    await lene.post("me/reportMyInactivity")
    await house.restart(lene, sara, away=HOUR)
    assert "IdleOnline" == await availability(sara)
    await house.world.advance(5 * MINUTE)
    assert "Away" == await availability(sara)
    await lene.report()

    assert "Online" == await availability(sara)


async def test_watching_a_group_goes_on(house, lene, sara):
    """R7.30: with those in it, with those who join, and with nobody added by hand."""
    group = await sara.make_group("Friends")
    await sara.join(LENE, group)
    watched = {"groupId": group, "duration": 30}
    assert (await sara.post("people/presenceSubscriptions", watched)).status == 201
    await sara.package()
    await house.restart(lene, sara)
    await lene.post("me/presence", {"availability": "Busy"})
    assert [CHANGED] == (await sara.package()).events()
    await sara.join("x@elsewhere.test", group)

    joined = ("people", "added", "contact", "subscribedContacts")
    assert [joined, CHANGED] == (await sara.package()).events()
    add = f"people/presenceSubscriptionMemberships?presenceSubscriptionId={group}"
    assert 403 == (await sara.post(add, {"contactUris": ["y@elsewhere.test"]})).status
    assert 204 == (await sara.delete(f"people/groups/{group}")).status
    assert 404 == (await sara.get(f"people/presenceSubscriptions/{group}")).status


async def test_who_listens_to_her_list_goes_on_listening(house, sara):
    """R7.44: also to the end of the lease, which the time without a server does not shorten."""
    assert (await sara.listen(10)).status == 201
    await house.restart(sara, away=5 * MINUTE)
    await sara.join("x@elsewhere.test")

    assert ("people", "added", "contact", "myContacts") in (await sara.package()).events()
    state = await sara.get("people/contactsAndGroupsSubscription")
    assert "Connected" == state.property("state")


async def test_r2_25_the_tabs_of_an_application_survive(house, lene):
    """Each with its own number and what nobody has fetched of it."""
    one = await house.world.client(SARA, instanceId="a")
    two = await house.world.client(SARA, instanceId="b")
    await one.watch(LENE)
    before = await one.package()
    await house.restart(lene, one, two)
    await lene.post("me/note", {"message": "hello"})
    again, first = await one.package(), await two.package()

    note = ("people", "updated", "contactNote", "contact")
    assert [note] == again.events()
    assert [*before.events(), note] == first.events()
    assert ("ack=3&", "ack=2&") == tuple(tab.next.partition("?")[2][:6] for tab in (one, two))


async def test_what_was_ended_does_not_come_back(house, lene, sara):
    listed = (await sara.get("people/presenceSubscriptions")).tree
    (subscription,) = listed["_embedded"]["presenceSubscription"]
    assert (await sara.delete(subscription["_links"]["self"]["href"])).status == 204
    assert (await lene.delete()).status == 204
    await house.restart(lene, sara)

    assert (await lene.get("")).reason == (404, "NotFound", "ApplicationNotFound")
    left = (await sara.get("people/presenceSubscriptions")).tree["_embedded"]
    assert {"presenceSubscription": []} == left
    assert await availability(sara) == "Offline"


async def test_events_that_nobody_fetched_are_told_once(house, lene, sara):
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    await house.restart(lene, sara)
    package = await sara.package()

    assert [CHANGED] == package.events()
    assert [] == (await sara.package(wait=26)).events()


@pytest.mark.parametrize("times", [1, 2])
async def test_r3_7_a_package_that_was_sent_is_the_same_again(house, lene, sara, times):
    """Byte by byte, however often the server dies, and whatever happened since (R3.8)."""
    asked = sara.next
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    sent = await sara.package()
    following, sara.next = sara.next, asked
    assert (await lene.post("me/note", {"message": "later"})).status == 204
    for _ in range(times):
        await house.restart(lene, sara)
        again = await answer(sara)
        assert (sent.body, sent.header("Content-Type")) == (
            again.body,
            again.header("Content-Type"),
        )

    sara.next = following
    assert [("people", "updated", "contactNote", "contact")] == (await sara.package()).events()


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_polls_go_on_with_next_after_any_number_of_empty_packages(house, lene, accept):
    """Empty packages are not stored, so the client's number is ahead of the journal's."""
    sara = await house.world.client(SARA, accept)
    assert (await sara.watch(LENE)).status == 201
    await sara.package()
    for _ in range(3):
        assert [] == (await sara.package(wait=26)).events()
    epoch, number = house.kept().channels[""].epoch, house.kept().channels[""].number
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    await house.restart(lene, sara)
    package = await sara.package()

    assert [CHANGED] == package.events()
    assert f"ack={number + 2}&epoch={epoch}" in sara.next


async def test_r3_9_a_number_out_of_reach_gets_resync_also_after_a_restart(house, sara):
    """It is not believed, and cannot be too large for the journal."""
    first = sara.next
    for number in (2**31, 2**64, 10**40):
        await house.restart(sara)
        sara.next = first.replace("ack=2", f"ack={number}")
        assert "resync" in (await answer(sara)).hrefs
    assert (await sara.watch(LENE)).status == 201
    sara.next = first
    assert (await sara.package()).status == 200


async def test_r3_3_wishes_are_remembered(house, lene, sara):
    await (await sara.poll(more="&medium=7&low=9&timeout=200")).leave()
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    assert (await sara.watch(LENE)).status == 201
    await house.restart(lene, sara)
    channel = house.kept().channels[""]

    assert (7, 9, 200) == (channel.medium, channel.low, channel.timeout)


async def test_r3_8_no_package_leaves_before_it_is_on_disk(house, lene, sara):
    """A parked request whose package cannot be stored waits, and nothing is told twice."""
    parked = await sara.poll()
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    await house.world.advance(6)
    reply = await asyncio.wait_for(parked.task, 10)
    await house.restart(lene, sara)

    assert reply.body == (await answer(sara)).body


@pytest.mark.one_process
async def test_what_was_not_answered_may_be_lost_but_not_torn(house, lene, sara):
    """The server dies before the batch is written: nobody was told, and nobody knows."""
    journal = house.world.server.live.journal
    journal._task.cancel()
    request = asyncio.create_task(lene.post("me/presence", {"availability": "Busy"}))
    await asyncio.sleep(0.05)
    assert not request.done()
    request.cancel()
    await house.restart(lene, sara)

    # What a person chose is stored first, and shown at the latest when the server is back.
    assert await availability(sara) == "Busy"
    assert [CHANGED] == (await sara.package()).events()


# ---------------------------------------------------------------------------------- time


@pytest.mark.parametrize("times", [1, 3])
async def test_nobody_is_idle_because_the_server_was_away(house, lene, sara, times):
    """Idle after five minutes with a server, however many hours there was none."""
    await house.world.advance(4 * MINUTE)
    for _ in range(times):
        await house.beat()
        await house.restart(lene, sara, away=3 * HOUR)
        assert await availability(sara) == "Online"
    await house.world.advance(0.9 * MINUTE)
    assert await availability(sara) == "Online"
    await house.world.advance(0.2 * MINUTE)

    assert await availability(sara) == "IdleOnline"
    assert [CHANGED] == (await sara.package()).events()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_subscription_lives_longer_by_the_time_without_a_server(house, lene, sara, times):
    """R7.29: the warning comes after 28 minutes of service."""
    for _ in range(2):
        await house.world.advance(10 * MINUTE)
        await sara.package(wait=26)
    for _ in range(times):
        await house.beat()
        await house.restart(lene, sara, away=2 * HOUR)
        await (await sara.poll()).leave()
    await house.world.advance(7 * MINUTE)
    (subscription,) = house.kept().subscriptions.values()
    assert not subscription.warned
    await house.world.advance(1.1 * MINUTE)

    assert subscription.warned
    await house.world.advance(2 * MINUTE)
    assert {} == house.kept().subscriptions


async def test_r2_18_no_application_ends_because_the_server_was_away(house, lene, sara):
    """Each gets its grace anew; who does not come back then ends as always."""
    await house.restart(lene, sara, away=24 * HOUR)
    await house.world.advance(14 * MINUTE)
    assert (await sara.get("")).status == 200
    await house.world.advance(2 * MINUTE)

    assert (await lene.get("")).status == 200
    assert (await sara.get("")).status != 200


async def test_r7_16_a_claim_ends_by_the_wall_clock(house, lene, sara):
    """Busy lasts 24 hours, with a server or without."""
    assert (await lene.post("me/presence", {"availability": "Busy"})).status == 204
    await house.restart(lene, sara, away=23 * HOUR)
    assert await availability(sara) == "Busy"
    await house.restart(lene, sara, away=1 * HOUR)

    assert await availability(sara) == "Online"
    assert house.told("contactPresence") == (await sara.package()).events()


async def test_r2_19_an_application_that_has_expired_is_still_remembered(house, lene):
    """410 for half an hour of service, then 404."""
    gone = (410, "Gone", "InactiveApplicationExpired")
    await house.world.advance(61 * MINUTE)
    assert gone == (await lene.get("")).reason
    await house.restart(lene, away=HOUR)
    assert gone == (await lene.get("")).reason
    await house.world.advance(30 * MINUTE)

    assert (404, "NotFound", "ApplicationNotFound") == (await lene.get("")).reason


async def test_a_report_alone_may_be_lost_if_nothing_was_written_since(house, lene, sara):
    """Reports wait for no disk: at most what the last two seconds brought is lost."""
    await house.world.advance(4 * MINUTE)
    await lene.report()
    await house.beat()
    await house.world.advance(1)
    await lene.report()
    await house.restart(lene, sara)
    now = house.world.clock.time

    assert house.kept(LENE).endpoint.last_activity in (now - 1, now)


# ------------------------------------------------------------------------ another version


@pytest.mark.one_process
async def test_r2_23_after_an_upgrade_that_cannot_read_it_clients_start_anew(
    house, lene, sara, monkeypatch
):
    """404 ApplicationNotFound on every URL below it, and the same token creates it anew."""
    monkeypatch.setattr(batches, "FORMAT", batches.FORMAT + 1)
    await house.restart(lene, sara)
    events = await answer(sara)

    assert (404, "NotFound", "ApplicationNotFound") == events.reason
    assert (404, "NotFound", "ApplicationNotFound") == (await lene.report()).reason
    assert (await lene.create()).status == 201
    await house.restart(lene, sara)
    assert (await lene.get("")).status == 200


# -------------------------------------------------------------------------- meetings


async def test_meetings_and_being_in_one_survive(house, lene, sara):
    """R10.7: by the clock, so a meeting may have begun or ended while no server was there."""
    now = house.world.clock.time
    begun, later = [
        await lene.post(
            "onlineMeetings/myOnlineMeetings",
            {
                "startTime": f"/Date({(now + 60 * starts) * 1000:.0f})/",
                "endTime": f"/Date({(now + 60 * (starts + 2)) * 1000:.0f})/",
            },
        )
        for starts in (0, 3)
    ]
    assert (200, 200) == (begun.status, later.status)
    await house.world.advance(11)
    assert "Busy" == await availability(sara)

    await house.restart(lene, sara)
    assert "Busy" == await availability(sara)
    assert begun.body == (await lene.get(begun.header("Location"))).body
    await house.restart(lene, sara, away=2 * MINUTE)
    assert "Online" == await availability(sara)
    await house.restart(lene, sara, away=1 * MINUTE)
    assert "Busy" == await availability(sara)
    await house.world.advance(2 * MINUTE)
    assert "Online" == await availability(sara)
