"""The event channel over HTTP: numbers, packages, holding, replacing (BEHAVIOUR 3)."""

from __future__ import annotations

import pytest

from world import JSON, NAMESPACE, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
NOTE = [("me", "updated", "note")]


@pytest.fixture
async def lene(world):
    return await world.person("lenea")


@pytest.fixture
async def client(world, lene):
    """An available application that has acknowledged everything so far."""
    client = await world.available(lene)
    await client.package()
    await (await client.poll()).leave()
    return client


async def note(client, text="hello"):
    assert 204 == (await client.post("me/note", {"message": text})).status


# --- packages


@both
async def test_a_package_names_itself_and_the_next(world, lene, accept):
    """R3.1, R3.22, R3.30, R22"""
    client = await world.available(lene, accept)
    first = client.next
    package = await client.package()

    own = package.xml.get("href") if accept == XML else package.tree["_links"]["self"]["href"]
    assert first == own
    assert {"next": first.replace("ack=1", "ack=2")} == package.hrefs
    assert f"{accept}; charset=utf-8" == package.header("Content-Type")


async def test_the_shape_of_an_event_in_json(world, client):
    """R3.22: the order of link, in and type, too."""
    await note(client)
    package = await client.package()

    assert [
        {
            "rel": "me",
            "href": f"{client.path}/me",
            "events": [
                {"link": {"rel": "note", "href": f"{client.path}/me/note"}, "type": "updated"}
            ],
        }
    ] == package.tree["sender"]


async def test_the_shape_of_an_event_in_xml(world, lene):
    """R3.30: the element's name is the type; what is embedded is inside."""
    client = await world.available(lene, XML)
    events = (await client.package()).xml

    assert ["me", "communication"] == [s.get("rel") for s in events.findall(f"{NAMESPACE}sender")]
    added = events.findall(f"{NAMESPACE}sender/{NAMESPACE}added")
    assert ["presence", "note", "location"] == [event.get("rel") for event in added]
    embedded = events.find(f"{NAMESPACE}sender/{NAMESPACE}updated/{NAMESPACE}resource")
    assert "communication" == embedded.get("rel")


async def test_an_unacknowledged_package_comes_again_unchanged(world, client):
    """R3.7, R3.8: what happened since goes into the next one."""
    at = client.next
    await note(client)
    package = await client.package()
    await client.post("me/location", {"location": "elsewhere"})
    again = (await client.poll(at)).reply

    assert package.body == again.body
    assert [("me", "updated", "location")] == (await client.package()).events()


async def test_each_event_is_delivered_once(world, client):
    """R3.7"""
    await note(client)
    assert NOTE == (await client.package()).events()

    assert [] == (await client.package(26)).events()


async def test_an_empty_package_takes_a_number_and_can_be_asked_for_again(world, client):
    """R3.10, R16.27"""
    at = client.next
    package = await client.package(26)
    again = await client.poll(at)
    await note(client)
    await world.advance(6)

    assert [] == package.tree["sender"]
    assert NOTE == again.reply.events()
    assert at != package.hrefs["next"] == again.reply.hrefs["next"]


@both
@pytest.mark.parametrize("ack", [0, 1, 7, 10**30])
async def test_a_wrong_number_gets_only_a_link_to_the_right_one(world, lene, accept, ack):
    """R3.9: at once, no next; and following it loses nothing."""
    client = await world.available(lene, accept)
    await client.package()
    await client.package(26)
    await note(client)
    await world.advance(6)
    wrong = client.next.replace("ack=3", f"ack={ack}")
    reply = (await client.poll(wrong)).reply
    assert {"resync"} == reply.hrefs.keys()
    client.follow(reply)

    assert "?" in client.next
    assert b"note" in (await client.package()).body


async def test_a_channel_of_an_earlier_life_is_told_apart(world, client):
    """DESIGN: the URL carries an epoch."""
    at = client.next.partition("&epoch=")[0] + "&epoch=00000000"

    assert {"resync"} == (await client.poll(at)).reply.hrefs.keys()


async def test_a_wrong_number_leaves_the_parked_request_alone(world, client):
    """R3.9: the library asks for its cached ack=1 while its earlier request waits."""
    parked = await client.poll()
    wrong = await client.poll(client.next.replace("ack=2", "ack=1"))
    assert (200, None) == (wrong.reply.status, parked.reply)
    right = await client.poll(wrong.reply.hrefs["resync"])

    assert (409, "Conflict", "PGetReplaced") == parked.reply.reason
    assert right.reply is None


@pytest.mark.parametrize("query", ["", "?", "?ack=", "?ack=x", "?ack=-1", "?timeout=soon"])
async def test_other_wishes_are_answered_without_harm(world, client, query):
    """A number that is none is a bad parameter; no number is the present one."""
    waiting = await world.begin("GET", f"{client.path}/events{query}", b"", client.headers)

    assert waiting.reply is None or waiting.reply.status in (200, 400)


@both
async def test_each_format_can_be_asked_for_at_any_time(world, client, accept):
    """R3.6: the frozen package is the same in both."""
    await note(client)
    await client.package()
    at = (await client.get("")).hrefs["events"]
    reply = await client.get(at, {"Accept": accept})

    assert accept in reply.header("Content-Type")
    assert b"note" in reply.body


# --- holding


@pytest.mark.parametrize(("wish", "hold"), [("", 5), ("&medium=7", 7), ("&medium=1", 5)])
async def test_medium_events_are_held(world, client, wish, hold):
    """R3.2, R3.3, R3.18: five seconds unless asked otherwise, brought into range."""
    parked = await client.poll(more=wish)
    await note(client)
    await world.advance(hold - 0.1)
    assert parked.reply is None
    await world.advance(0.2)

    assert NOTE == parked.reply.events()


async def test_wishes_are_remembered_and_not_repeated_in_links(world, client):
    """R3.3, R3.4, R15.14"""
    parked = await client.poll(more="&medium=9&low=20&timeout=200&priority=3")
    await note(client)
    await world.advance(10)
    client.follow(parked.reply)
    for word in (b"medium", b"low", b"timeout", b"priority"):
        assert word not in parked.reply.body
    parked = await client.poll()
    await note(client, "again")
    await world.advance(8)

    assert parked.reply is None
    await world.advance(1.1)
    assert NOTE == parked.reply.events()


async def test_the_hold_runs_while_nobody_asks(world, client):
    """R3.18"""
    await note(client)
    await world.advance(5)

    assert NOTE == (await client.poll()).reply.events()


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [("", 25), ("&timeout=180", 180), ("&timeout=1", 180), ("&timeout=9999", 1800)],
)
async def test_a_poll_ends_when_its_time_is_up(world, lene, wish, seconds):
    """R3.2, R3.10, CLIENT-RULES R22: the default stays under 30 seconds."""
    client = await world.client(lene)
    parked = await client.poll(more=wish)
    await world.advance(seconds - 1)
    assert parked.reply is None
    await world.advance(1)

    assert (200, []) == (parked.reply.status, parked.reply.tree["sender"])


async def test_duplicates_and_a_second_question_mark_are_understood(world, client):
    """R3.4, 15.8: the last one wins."""
    parked = await client.poll(more="&timeout=1800?timeout=200&nonsense=1&medium=9&medium=6")
    await note(client)
    await world.advance(5.5)
    assert parked.reply is None
    await world.advance(1)

    assert NOTE == parked.reply.events()


# --- several requests


@both
async def test_a_newer_request_takes_the_place_of_an_older(world, lene, accept):
    """R3.11"""
    client = await world.client(lene, accept)
    older, newer = await client.poll(), await client.poll()

    assert (409, "Conflict", "PGetReplaced") == older.reply.reason
    assert newer.reply is None


@pytest.mark.parametrize(("first", "second"), [(5, 1), (0, -1)])
async def test_a_lower_priority_does_not_replace(world, client, first, second):
    """R3.11: it is the newcomer that is refused."""
    older = await client.poll(more=f"&priority={first}")
    newer = await client.poll(more=f"&priority={second}")

    assert (409, "Conflict", "PGetReplaced") == newer.reply.reason
    assert older.reply is None


async def test_a_client_that_left_is_not_replaced(world, client):
    """R3.12, R3.13: nobody gets a conflict, and nothing was acknowledged."""
    parked = await client.poll()
    await parked.leave()
    again = await client.poll()
    await note(client)
    await world.advance(6)

    assert parked.reply is None
    assert NOTE == again.reply.events()


async def test_a_package_that_nobody_received_is_not_lost(world, client):
    """R3.13"""
    parked = await client.poll()
    await note(client)
    await parked.leave()
    await world.advance(6)

    assert NOTE == (await client.package()).events()


async def test_other_requests_go_on_while_one_is_parked(world, client):
    """R3.32"""
    parked = await client.poll()

    assert 200 == (await client.get("me/presence")).status
    assert parked.reply is None


@both
async def test_deleting_the_application_answers_the_parked_request(world, lene, accept):
    """R3.16, R2.20"""
    client = await world.client(lene, accept)
    parked = await client.poll()
    await client.delete("")

    assert (404, "NotFound", "ApplicationNotFound") == parked.reply.reason


async def test_expiry_answers_the_parked_request(world_with):
    """R2.20, R2.19: with the answer that later requests get."""
    world = await world_with(applications={"activity_grace": 100})
    client = await world.available(await world.person("lenea"))
    await client.package()
    parked = await client.poll(more="&timeout=200")
    await world.advance(102)

    assert (410, "Gone", "InactiveApplicationExpired") == parked.reply.reason


async def test_a_token_may_expire_while_a_request_is_parked(world_with):
    """R1.42: what waits is answered; the next request needs a new token, on the same URL."""
    world = await world_with(tokens={"lifetime": 60})
    lene = await world.person("lenea")
    client = await world.available(lene)
    await client.package()
    parked = await client.poll(more="&timeout=180")
    await world.advance(90)
    other = Client(world, await world.token(lene), path=client.path)
    await note(other)
    await world.advance(6)
    assert NOTE == parked.reply.events()
    client.follow(parked.reply)
    assert 401 == (await client.poll()).reply.status
    client.token = other.token

    assert (await client.poll()).reply is None


@pytest.mark.one_process
async def test_a_server_that_stops_answers_everybody(world, client):
    parked = await client.poll()
    await world.server.drain()
    await world.advance(0)

    assert (200, []) == (parked.reply.status, parked.reply.tree["sender"])
    assert 200 == (await client.poll(parked.reply.hrefs["next"])).reply.status


# --- a client that was away for too long


@both
async def test_after_too_many_events_a_client_starts_afresh(world_with, accept):
    """R3.14, R16.1: resume and next, same href; the subscriptions have ended."""
    world = await world_with(events={"queue_limit": 10})
    people = [await world.person(name) for name in ("lenea", "sarad", "otto", "rita")]
    watcher = await world.client(await world.person("wera"), accept)
    await watcher.watch(*people)
    await watcher.package()
    await (await watcher.poll()).leave()
    for address in people:
        client = await world.available(address)
        await note(client)
        await client.post("me/location", {"location": "here"})
        await world.advance(61)
    package = await watcher.package()

    assert package.hrefs["next"] == package.hrefs["resume"]
    assert b"contact" not in package.body
    subscriptions = await watcher.get("people/presenceSubscriptions", {"Accept": JSON})
    assert [] == subscriptions.tree["_embedded"]["presenceSubscription"]
    assert {"next"} == (await watcher.package(26)).hrefs.keys()


async def test_a_client_that_listens_gets_all_that_it_asked_for(world_with):
    """R3.14, R7.31: only a long absence ends subscriptions, not one command with much to tell."""
    world = await world_with(events={"queue_limit": 10})
    people = [await world.person(name) for name in ("lenea", "sarad", "otto", "rita")]
    for address in people:
        await note(await world.available(address))
    watcher = await world.client(await world.person("wera"))
    parked = await watcher.poll()
    await watcher.watch(*people)
    await world.advance(6)

    assert 4 == len([event for event in parked.reply.events() if "contactNote" in event])
    assert 4 == len((await watcher.get("people/subscribedContacts")).tree["_embedded"]["contact"])


async def test_one_watchers_overflow_does_not_concern_the_others(world_with):
    """R3.7: who changed her presence is answered, and who listens is told."""
    world = await world_with(events={"queue_limit": 8})
    lene = await world.person("lenea")
    hers = await world.available(lene)
    await hers.package()
    lazy = await world.client(await world.person("lazy"))
    keen = await world.client(await world.person("keen"))
    everybody = [lene, *[await world.person(f"p{number}") for number in range(3)]]
    await lazy.watch(*everybody[:3])
    await keen.watch(lene)
    await keen.package()
    await world.advance(61)
    replies = [
        await hers.post("me/presence", {"availability": "Busy"}),
        await hers.post("me/note", {"message": "hello"}),
        await hers.post("me/location", {"location": "here"}),
    ]

    assert [204, 204, 204] == [reply.status for reply in replies]
    assert {"contactPresence", "contactNote", "contactLocation"} == {
        event[2] for event in (await keen.package()).events()
    }
    assert "resume" in (await lazy.package()).hrefs
