"""What the administrator changes while people are signed in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.app.auth import RECHECK
from openucwa.domain.contacts import Limits
from openucwa.domain.people import Level
from openucwa.domain.refusals import Refusal, Refused
from world import DOMAIN, JSON, XML, World

LENE, SARA, JOHN = (f"{name}@{DOMAIN}" for name in ("lenea", "sarad", "johnd"))
GONE = (404, "NotFound", "ApplicationNotFound")
LIMITS = Limits()


@pytest.fixture
async def people(world):
    for user in ("lenea", "sarad", "johnd"):
        await world.person(user)
    await world.advance(RECHECK)


@pytest.fixture
def elsewhere(world):
    """The database, as the command line changes it beside the server."""
    return world.server.store


async def change(world, owner, make):
    """Change a list elsewhere."""
    await SqlContacts(world.server.database).change(owner, make)


# ------------------------------------------------------------------------- who was removed


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_who_is_removed_is_signed_out_everywhere(world, people, elsewhere, accept):
    first = await world.available(LENE, accept)
    second = await world.client(LENE, accept, endpointId="e2")
    await first.package()
    parked = [await first.poll(), await second.poll()]
    await elsewhere.remove(LENE)
    await world.advance(RECHECK)

    assert [GONE, GONE] == [poll.reply.reason for poll in parked]
    assert [401, 401] == [(await client.get("")).status for client in (first, second)]
    assert {"removed": 2} == world.server.meters.ended
    assert world.server.live.present(LENE) is None
    assert {} == world.server.dispatcher.commit.last_seen


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_who_watches_somebody_sees_her_go(world, people, elsewhere, accept):
    lene = await world.available(LENE)
    await lene.post("me/note", {"message": "here for ever"})
    sara = await world.client(SARA, accept)
    await sara.watch(LENE)
    await sara.package()
    await elsewhere.remove(LENE)
    await world.advance(RECHECK)

    assert {"contactPresence", "contactNote"} <= {
        event[2] for event in (await sara.package()).events()
    }
    assert 404 == (await sara.get(sara.person(LENE))).status


async def test_who_is_removed_watches_nobody(world, people, elsewhere):
    lene = await world.available(LENE)
    await lene.watch(SARA)
    await elsewhere.remove(LENE)
    await world.advance(RECHECK)

    assert [] == list(world.server.live.watchers(SARA))


async def test_who_comes_back_has_nothing_of_what_was(world, people, elsewhere):
    lene = await world.available(LENE)
    await lene.post("me/location", {"location": "Oslo"})
    await elsewhere.remove(LENE)
    await world.advance(RECHECK)
    await world.person("lenea")
    again = await world.available(LENE)

    assert 401 == (await lene.get("")).status
    assert "Oslo" not in (await again.get("me/location")).body.decode()


async def test_guests_have_no_account_and_stay(world, people, elsewhere):
    guest = await world.guest()
    await elsewhere.remove(LENE)
    await world.advance(RECHECK)

    assert 200 == (await guest.get("")).status


async def test_others_stay(world, people, elsewhere):
    sara = await world.available(SARA)
    await elsewhere.remove(LENE)
    await elsewhere.set_disabled(JOHN, disabled=True)
    await world.advance(RECHECK)

    assert 200 == (await sara.get("")).status
    assert {} == world.server.meters.ended


async def test_who_was_removed_while_the_server_was_away_does_not_come_back(tmp_path):
    world = await World.create(tmp_path, durable=True)
    world.server.start()
    await world.person("lenea")
    await world.available(LENE)
    await world.close()
    world = await World.create(tmp_path, durable=True)
    assert world.server.live.present(LENE) is not None
    await world.server.store.remove(LENE)
    await world.server.directory_watch.recheck(world.clock.now())

    assert world.server.live.present(LENE) is None
    await world.close()


# ----------------------------------------------------------------------------------- lists


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_who_listens_hears_of_what_others_did_to_her_list(world, people, elsewhere, accept):
    """In lurker mode, too."""
    lene = await world.client(LENE, accept)
    await lene.listen()
    await change(world, LENE, lambda one: one.create("g", "Friends", LIMITS).add(SARA, "g", LIMITS))
    await elsewhere.set_disabled(JOHN, disabled=True)
    await world.advance(RECHECK)

    assert [
        ("people", "added", "group", "myGroups"),
        ("people", "added", "contact", "myContacts"),
        ("people", "added", "contact", "group"),
    ] == (await lene.package()).events()


async def test_each_change_is_told_once(world, people, elsewhere):
    lene = await world.client(LENE)
    await lene.listen()
    for _ in range(2):
        await lene.join(SARA)
        await lene.package()
        await elsewhere.remove(SARA)
        await world.advance(RECHECK)

        assert [
            ("people", "deleted", "contact", "defaultGroup"),
            ("people", "deleted", "contact", "myContacts"),
        ] == (await lene.package()).events()
        await world.person("sarad")
        await world.advance(RECHECK)
        assert [] == (await lene.package(60)).events()


async def test_a_new_manager_changes_the_organization(world, people, elsewhere):
    lene = await world.client(LENE)
    await lene.listen()
    card = await elsewhere.person(LENE)
    await elsewhere.change([replace(card, manager=JOHN)])
    await world.advance(RECHECK)

    assert [("people", "added", "myOrganizationGroup", "myGroups")] == (
        await lene.package()
    ).events()


async def test_a_distribution_group_that_is_removed_leaves_the_list(world, people):
    address = await world.distribution_group("Staff", SARA)
    groups = SqlGroups(world.server.database)
    (group,) = await groups.everything()
    await change(world, LENE, lambda one: one.add_distribution(group, "Staff", LIMITS))
    lene = await world.client(LENE)
    await lene.listen()
    await groups.remove(address)
    await world.advance(RECHECK)

    assert [("people", "deleted", "distributionGroup", "myGroups")] == (
        await lene.package()
    ).events()


async def test_who_does_not_listen_hears_nothing_and_sees_what_is(world, people, elsewhere):
    lene = await world.client(LENE)
    await lene.join(SARA)
    assert SARA in (await lene.get("people/contacts")).body.decode()
    await elsewhere.remove(SARA)
    await world.advance(RECHECK)

    assert [] == (await lene.package(60)).events()
    assert SARA not in (await lene.get("people/contacts")).body.decode()


async def test_what_cannot_be_read_now_is_read_next_time(world, people, elsewhere):
    lene = await world.client(LENE)
    await lene.listen()
    await change(world, LENE, lambda one: one.add(SARA, "", LIMITS))
    await elsewhere.set_disabled(JOHN, disabled=True)
    contacts = world.server.dispatcher.services.contacts
    reread, failures = contacts.reread, [Refused(Refusal.SERVICE_UNAVAILABLE)]

    async def unreliable(address):
        if failures:
            raise failures.pop()
        return await reread(address)

    contacts.reread = unreliable
    with pytest.raises(Refused):
        await world.advance(RECHECK)
    await world.advance(1)

    assert 2 == len((await lene.package()).events())


async def test_levels_given_elsewhere_are_seen(world, people, elsewhere):
    """What others gave to a person is remembered, too."""
    standings = world.server.dispatcher.services.standings
    assert {} == await standings.levels_towards(SARA)
    await elsewhere.set_level(LENE, SARA, Level.BLOCKED)
    await elsewhere.set_disabled(JOHN, disabled=True)
    await world.advance(RECHECK)

    assert {LENE: Level.BLOCKED} == await standings.levels_towards(SARA)


async def test_a_group_that_is_watched_is_followed(world, people, elsewhere):
    """Nobody listens to the list; who joins is watched, who leaves is not."""
    lene = await world.client(LENE)
    await elsewhere.change([replace(await elsewhere.person(LENE), manager=JOHN)])
    await world.advance(RECHECK)
    organization = (await lene.groups())["My Organization"]
    await lene.post(f"people/presenceSubscriptions?groupId={organization}&duration=30")
    await lene.package()

    await elsewhere.change([replace(await elsewhere.person(LENE), manager=SARA)])
    await world.advance(RECHECK)

    assert [
        ("people", "added", "contact", "subscribedContacts"),
        ("people", "updated", "contactPresence", "contact"),
        ("people", "deleted", "contact", "subscribedContacts"),
    ] == (await lene.package()).events()
    assert {SARA: None} == dict.fromkeys(
        world.server.live.present(LENE).applications.popitem()[1].watched()
    )


async def test_a_listener_of_an_earlier_process_hears_of_changes(tmp_path):
    world = await World.create(tmp_path, durable=True)
    world.server.start()
    for user in ("lenea", "sarad"):
        await world.person(user)
    lene = await world.client(LENE)
    await lene.listen()
    await world.close()
    world = lene.world = await World.create(tmp_path, durable=True)
    world.server.start()
    await world.advance(RECHECK)
    await change(world, LENE, lambda one: one.create("g", "Friends", LIMITS))
    await world.server.store.set_disabled(SARA, disabled=True)
    await world.advance(RECHECK)

    assert [("people", "added", "group", "myGroups")] == (await lene.package()).events()
    await world.close()
