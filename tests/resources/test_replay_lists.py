"""Replaying is as good as fetching, for contact lists: who follows the events has the list.

Two applications of one person do any sequence of operations, some of them at the same time and
many of them refused, while a colleague names her a delegate and dismisses her. Both applications
listen, and lose answers now and then. At the end the picture of each, kept by events alone, is
the one that fetching everything gives.
"""

from __future__ import annotations

import asyncio
import json
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_pictures import Follower, Picture, embedded, name_delegate, own, shown
from openucwa.domain.contacts import Kind, system_group
from world import DOMAIN, JSON, XML

GROUPS, MEMBERSHIPS = "people/groups", "people/groupMemberships"
WATCH = "people/presenceSubscriptions"
PEOPLE = [f"p{number}@elsewhere.test" for number in range(3)]
STATUSES = {200, 201, 204, 403, 404, 409}
_numbers = st.integers(0, 6)
_people = st.sampled_from(PEOPLE)
_names = st.sampled_from(["Friends", "friends", "Work", "Family", "Other contacts"])
_fresh = count()

OPERATIONS = st.one_of(
    st.tuples(st.just("join"), _people, _numbers),
    st.tuples(st.just("join"), _people, _numbers),
    st.tuples(st.just("leave"), _people, _numbers),
    st.tuples(st.just("leave"), _people, _numbers),
    st.tuples(st.just("remove"), _people),
    st.tuples(st.just("create"), _names),
    st.tuples(st.just("rename"), _numbers, _names),
    st.tuples(st.just("delete"), _numbers),
    st.tuples(st.just("list"), _names),
    st.tuples(st.just("unlist"), _numbers),
    st.tuples(st.just("watch"), _numbers),
)
STEPS = st.one_of(
    st.tuples(st.just("do"), st.booleans(), OPERATIONS),
    st.tuples(st.just("both"), OPERATIONS, OPERATIONS),
    st.tuples(st.just("both"), OPERATIONS, OPERATIONS),
    st.tuples(st.just("boss"), st.booleans()),
    st.tuples(st.just("poll"), st.booleans(), st.booleans()),
)


class Owner:
    """Somebody with two applications, one for each format; groups are called by number."""

    def __init__(self, address, clients):
        self.address = address
        self.clients = clients

    async def group(self, client, number):
        """Return the id of one of the groups, of one that may not exist, or of none."""
        delegates = system_group(self.address, Kind.DELEGATES)
        known = [*(await client.groups()).values(), delegates, "", "unknown"]
        return known[number % len(known)]

    async def join(self, client, person, number):
        return await client.join(person, await self.group(client, number))

    async def leave(self, client, person, number):
        group = await self.group(client, number)
        return await client.delete(f"{MEMBERSHIPS}/{group},{person}")

    async def remove(self, client, person):
        there = f"{MEMBERSHIPS}/removeContactFromAllGroups"
        return await client.post(there, {"contactUri": person})

    async def create(self, client, name):
        return await client.post(GROUPS, {"displayName": name})

    async def rename(self, client, number, name):
        href = f"{GROUPS}/{await self.group(client, number) or 'unknown'}"
        body = {**(await shown(client, href) or {}), "name": name}
        match = {"If-Match": "*", "Content-Type": JSON}
        return await client.put(href, json.dumps(body), match)

    async def delete(self, client, number):
        return await client.delete(f"{GROUPS}/{await self.group(client, number) or 'unknown'}")

    async def list(self, client, name):
        body = {"displayName": name, "smtpAddress": f"staff@{DOMAIN}"}
        return await client.post(f"{GROUPS}/addToContactList", body)

    async def unlist(self, client, number):
        body = {"groupId": await self.group(client, number)}
        return await client.post(f"{GROUPS}/removeFromContactList", body)

    async def watch(self, client, number):
        """Watch whoever is in a group, which changes as she goes on."""
        group = await self.group(client, number) or "unknown"
        return await client.post(f"{WATCH}?groupId={group}&duration=30")

    async def do(self, client, operation):
        """Do an operation; if it is refused, that is for a reason that is documented."""
        name, *arguments = operation
        reply = await getattr(self, name)(client, *arguments)
        assert reply.status in STATUSES or _unputtable(reply), (operation, reply)


def _unputtable(reply):
    """Tell whether a group was put that has no GUID property, as nobody can change it (R4.28)."""
    return reply.status == 400 and all(len(name) == 36 for name in reply.bad)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(steps=st.lists(STEPS, min_size=20, max_size=30))
async def test_following_the_events_is_as_good_as_fetching_the_list(world, steps):
    number = next(_fresh)
    if not await world.server.store.groups([f"staff@{DOMAIN}"]):
        await world.distribution_group("Staff")
    boss = await world.person(f"boss{number}")
    address = await world.person(f"owner{number}")
    bosses = await world.client(boss)
    clients = [await world.client(address, accept, endpointId=accept) for accept in (JSON, XML)]
    followers = [await Follower.start(client) for client in clients]
    owner = Owner(address, clients)
    for operation in [("create", "Friends"), ("watch", 0), ("watch", 1), ("watch", 2)]:
        await owner.do(clients[0], operation)
    named = False
    for step, *given_ in steps:
        if step == "do":
            await owner.do(clients[given_[0]], given_[1])
        elif step == "both":
            await asyncio.gather(*map(owner.do, clients, given_))
        elif step == "boss":
            [named] = given_
            if named:
                await name_delegate(bosses, boss, address)
            else:
                group = system_group(boss, Kind.DELEGATES)
                await bosses.delete(f"{MEMBERSHIPS}/{group},{address}")
        else:
            await followers[given_[0]].poll(lost=given_[1])
    for follower in followers:
        await world.advance(16)
        while await follower.poll():
            pass

        picture = await Picture.fetch(follower.client)
        assert picture == follower.picture
        assert named is ("delegatorsGroup" in dict(picture.groups.values()))
        watched = await embedded(follower.client, WATCH, "presenceSubscription")
        hrefs = [own(one).replace(WATCH, GROUPS) for one in watched]
        assert picture.watched == {one for href in hrefs for one in picture.members.get(href, ())}
