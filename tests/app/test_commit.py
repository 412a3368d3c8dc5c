"""Facts first, then events: who is told of a change, once, and when time is looked at again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.app.commit import LINGER, REMEMBERED, Commit
from openucwa.domain.channel import ABSENCE
from openucwa.domain.notices import Audience, Notice
from openucwa.domain.people import Level
from openucwa.domain.presence import Preferred, timed_claim
from openucwa.domain.seen import MissedSeen
from openucwa.domain.users import settle
from world import START, World


@pytest.fixture
async def three(world):
    """Lene and Sara are available, John lurks; Sara and John watch Lene; all news are fetched."""
    addresses = [await world.person(name) for name in ("lenea", "sarad", "johnd")]
    lene, sara = [await world.available(address) for address in addresses[:2]]
    john = await world.client(addresses[2])
    for watcher in (sara, john):
        await watcher.watch(addresses[0])
    for client in (lene, sara, john):
        await client.package()
    return lene, sara, john


def commit_of(world) -> Commit:
    return world.server.dispatcher.commit


def user_of(world, name):
    return world.server.live.present(f"{name}@contoso.test")


async def give_sara(client, level):
    """Let somebody give Sara a level."""
    path = client.person("sarad@contoso.test", "privacyRelationship")
    body = (await client.get(path)).tree | {"relationshipLevel": level}
    assert 200 == (await client.put(path, body, {"If-Match": "*"})).status


def waiting(world, name):
    """Return how many events wait for each of a person's channels."""
    apps = user_of(world, name).applications.values()
    return [len(channel) for app in apps for channel in app.channels.values()]


async def test_a_change_is_told_to_the_person_and_to_all_who_watch_her(three):
    lene, sara, john = three
    await lene.post("me/presence", {"availability": "Busy"})

    assert [("me", "updated", "presence")] == (await lene.package()).events()
    for watcher in (sara, john):
        told = (await watcher.package()).events()
        assert [("people", "updated", "contactPresence", "contact")] == told


async def test_what_changes_nothing_is_told_to_nobody(world, three):
    user = user_of(world, "lenea")
    for _ in range(3):
        commit_of(world).finish(user, world.clock.now())
        await three[0].report()

    assert ([0], [0]) == (waiting(world, "lenea"), waiting(world, "sarad"))


async def test_r7_32_a_change_that_is_taken_back_at_once_is_told_as_one(world, three):
    lene, sara, _ = three
    await lene.post("me/presence", {"availability": "Busy"})
    await lene.post("me/presence")

    assert [1] == waiting(world, "sarad")
    assert 1 == len((await sara.package()).events())


async def test_r8_15_each_watcher_is_told_of_what_she_sees(world, three):
    """A change that one of them cannot see is none for her."""
    lene, *_ = three
    await give_sara(lene, Level.BLOCKED)
    assert ([1], [0]) == (waiting(world, "sarad"), waiting(world, "johnd"))
    await lene.post("me/note", {"message": "hello"})
    assert ([1], [1]) == (waiting(world, "sarad"), waiting(world, "johnd"))
    await give_sara(lene, Level.COLLEAGUES)

    assert ([2], [1]) == (waiting(world, "sarad"), waiting(world, "johnd")), "presence and note"


async def test_a_level_that_was_stored_last_is_told_after_a_restart(world, three):
    """The process may have ended between storing it and telling of it."""
    user = user_of(world, "lenea")
    stored = replace(user.standing, levels={"sarad@contoso.test": Level.BLOCKED})
    commit_of(world).resume([user], {user.address: stored}, world.clock.now())

    assert ([1], [0]) == (waiting(world, "sarad"), waiting(world, "johnd"))
    commit_of(world).resume([user], {user.address: stored}, world.clock.now())
    assert [1] == waiting(world, "sarad")


async def test_a_choice_that_ended_while_the_server_was_away_is_told_once(world, three):
    """What is stored has it still; nobody is told of it again, though."""
    user = user_of(world, "lenea")
    now = world.clock.now()
    stored = replace(user.standing, manual=timed_claim(Preferred.BUSY, now - 100, 90, None))
    user.standing = stored
    settle(user, now - 50)
    commit_of(world).resume([user], {user.address: stored}, now)
    assert ([1], [1]) == (waiting(world, "lenea"), waiting(world, "sarad"))
    commit_of(world).resume([user], {user.address: stored}, now)

    assert ([1], [1]) == (waiting(world, "lenea"), waiting(world, "sarad"))
    assert user.standing.manual is None


@pytest.mark.parametrize(
    ("audience", "told"),
    [(Audience.AVAILABLE, [1, 0, 0]), (Audience.LISTENING, [0, 1, 0]), ("", [0, 0, 0])],
)
async def test_r7_45_a_notice_is_for_some_of_a_persons_applications(world, audience, told):
    """For those that left lurker mode, or those that listen, or one that may have ended."""
    address = await world.person("lenea")
    await (await world.available(address)).package()
    await (await world.client(address, endpointId="e2")).listen()
    await world.client(address, endpointId="e3")
    notice = Notice("presence", to=audience)
    commit_of(world).finish(user_of(world, "lenea"), world.clock.now(), [notice])

    assert told == waiting(world, "lenea")


async def test_r2_10_lurkers_are_not_told_of_their_own_presence(world, three):
    lene, *_ = three
    await world.client("lenea@contoso.test", endpointId="e2")
    await lene.post("me/presence", {"availability": "Busy"})

    assert [1, 0] == waiting(world, "lenea")


async def test_changes_of_what_others_see_are_counted(world, three):
    await three[0].post("me/presence", {"availability": "Busy"})
    await world.advance(301)

    transitions = world.server.meters.transitions
    assert 1 == transitions["Online", "Busy"]
    assert 1 == transitions["Busy", "IdleBusy"]
    assert 2 == transitions["Offline", "Online"], "Lene and Sara came"


async def test_when_somebody_went_offline_is_to_be_stored(world, three):
    lene, sara, _ = three
    await world.advance(10)
    await lene.report()
    await lene.delete()

    assert {"lenea@contoso.test": world.clock.now()} == commit_of(world).last_seen
    assert ("people", "updated", "contactPresence", "contact") in (await sara.package()).events()


async def test_r3_16_a_parked_request_of_an_application_that_ends_is_answered(world, three):
    parked = await three[0].poll()
    await three[0].delete()

    assert (404, "ApplicationNotFound") == (parked.reply.status, parked.reply.property("subcode"))


async def test_r2_19_what_waits_for_one_that_expires_is_told_that_it_is_gone(world):
    lene = await world.available(await world.person("lenea"))
    await lene.package()
    parked = await lene.poll()
    (endpoint,) = user_of(world, "lenea").endpoints()
    endpoint.last_activity -= 8 * 3600
    commit_of(world).tend("lenea@contoso.test", world.clock.now())
    await world.advance(0)

    assert (410, "InactiveApplicationExpired") == (
        parked.reply.status,
        parked.reply.property("subcode"),
    )


# ---------------------------------------------------------------------- clients that are away


async def test_r3_14_who_is_away_with_too_much_waiting_loses_her_subscriptions(tmp_path):
    world = await World.create(tmp_path, events={"queue_limit": 10})
    lene = await world.available(await world.person("lenea"))
    others = [await world.available(await world.person(f"p{n}")) for n in range(12)]
    await lene.watch(*(f"p{n}@contoso.test" for n in range(12)))
    await lene.package()
    await world.advance(1)
    await others[0].post("me/note", {"message": "first"})
    await world.advance(ABSENCE + 1)
    for other in others:
        await other.post("me/presence", {"availability": "Busy"})

    assert 1 == world.server.meters.dropped_queues
    assert [] == list(world.server.live.watchers("p0@contoso.test"))
    links = (await lene.package()).tree["_links"]
    assert links["resume"] == links["next"]
    await world.close()


# ---------------------------------------------------------------------- looking again


async def test_a_user_without_applications_is_forgotten_after_a_while(world):
    lene = await world.client(await world.person("lenea"))
    await lene.delete()
    await world.advance(LINGER - 1)
    assert user_of(world, "lenea") is not None

    await world.advance(2)
    assert user_of(world, "lenea") is None


async def test_what_somebody_chose_for_a_day_does_not_keep_her_in_memory(world):
    address = await world.person("lenea")
    lene = await world.available(address)
    await lene.post("me/presence", {"availability": "Busy"})
    await lene.delete()
    await world.advance(LINGER + 1)
    assert user_of(world, "lenea") is None

    lene = await world.available(address)
    assert "Busy" == (await lene.get("me/presence")).tree["availability"]


async def test_whoever_only_asks_is_forgotten_too(world):
    address = await world.person("lenea")
    headers = {"Authorization": f"Bearer {await world.token(address)}"}
    await world.ask("GET", "/Autodiscover/AutodiscoverService.svc/root/oauth/user", "", headers)

    await world.advance(LINGER + 1)
    assert user_of(world, "lenea") is None
    assert 0 == len(world.server.live)


async def test_time_goes_on_for_someone_who_does_nothing(world, three):
    """Nobody asks, and yet watchers are told of each step soon after it happens."""
    _, sara, _ = three
    told = []
    for _ in range(30):
        if (await sara.package(wait=30)).events():
            seen = await sara.get(sara.person("lenea@contoso.test", "presence"))
            told.append((seen.property("availability"), (world.clock.now() - START) // 10 * 10))

    assert [("IdleOnline", 300), ("Away", 600)] == told


async def test_reports_arm_no_timers(world, three):
    """A heartbeat writes a timestamp; the one entry of its user is looked at when it fires."""
    before = len(world.server.timers._wheel)
    for _ in range(50):
        await three[0].report()

    assert before == len(world.server.timers._wheel)


async def test_the_memory_of_events_is_bounded(world):
    commit = commit_of(world)
    lene = await world.available(await world.person("lenea"))
    await lene.post("me/note", {"message": "hello"})

    assert 0 < commit._event.cache_info().currsize < REMEMBERED
    assert REMEMBERED == commit._event.cache_info().maxsize


async def test_what_is_shown_with_a_notice_is_what_there_was_then(world, three):
    """So nothing is merged: each event shows its own."""
    lene, *_ = three
    user = user_of(world, "lenea")
    for number in (1, 2):
        notice = Notice("missedItems", shown=MissedSeen(number))
        commit_of(world).finish(user, world.clock.now(), [notice])

    events = (await lene.package()).tree["sender"][0]["events"]
    shown = [event["_embedded"]["missedItems"]["conversationLogsCount"] for event in events]
    assert [1, 2] == shown
