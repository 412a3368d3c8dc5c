"""Applications whose events are pushed: who they are, what is pushed, what they may not do."""

from __future__ import annotations

import json

import pytest

from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.domain.webhooks import Patience
from world import APPLICATIONS, DOMAIN, JSON, XML, World

BOT = "bot/1"
URL = "https://bot.test/"
PATIENCE = Patience()


@pytest.fixture
async def house(world):
    """Toni's bot, whose events are pushed, and Lene, whom it watches."""
    bot, lene = await world.person("bot"), await world.person("lenea")
    await register(world)
    client = await world.client(bot, userAgent=BOT)
    await client.watch(lene)
    return client, await world.available(lene)


async def register(world, user_agent=BOT, address="", url=URL):
    made = await SqlWebhooks(world.server.database).add_callback(url, user_agent, address)
    await world.advance(11)
    return made


def callbacks(world):
    return world.server.webhook_watch.callbacks


def ask(world, line):
    """Return the package that is to be pushed, and what tells when to ask again."""
    told = []
    package = callbacks(world).ask(line, world.clock.now(), lambda: told.append(True))
    return package, told


async def test_a_package_is_what_a_poll_would_have_been_answered(world, house):
    client, _ = house
    [line] = callbacks(world).lines()
    await world.advance(6)
    number, (package, _) = line.channel.number, ask(world, line)
    await SqlWebhooks(world.server.database).remove(callbacks(world).target(line))
    await world.advance(11)

    polled = await (await client.poll()).task
    assert (polled.body, polled.header("Content-Type")) == (
        package,
        "application/json; charset=utf-8",
    )
    assert (
        f"{client.path}/events?ack={number}&epoch={line.channel.epoch}"
        == json.loads(package)["_links"]["self"]["href"]
    )


async def test_packages_are_frozen_until_they_are_acknowledged_and_numbered_without_gaps(
    world, house
):
    _, lene = house
    [line] = callbacks(world).lines()
    await world.advance(6)
    first, _ = ask(world, line)
    await lene.post("me/note", {"message": "news"})
    await world.advance(6)

    assert first == ask(world, line)[0]
    callbacks(world).pushed(line, 1, world.clock.now())
    second, _ = ask(world, line)
    assert "contactNote" in second.decode()
    callbacks(world).pushed(line, 1, world.clock.now())
    assert second == ask(world, line)[0], "whoever says twice that it has the first"
    callbacks(world).pushed(line, 2, world.clock.now())

    assert (None, []) == ask(world, line)
    assert 3 == line.channel.number
    await world.advance(60)
    assert (None, []) == ask(world, line)
    assert 3 == line.channel.number, "nothing is said when there is nothing to say"


async def test_it_is_worth_asking_again_when_something_is_due(world, house):
    _, lene = house
    [line] = callbacks(world).lines()
    await world.advance(6)
    ask(world, line)
    callbacks(world).pushed(line, 1, world.clock.now())
    package, told = ask(world, line)
    assert (None, []) == (package, told)

    await lene.post("me/location", {"location": "here"})
    await world.advance(4)
    assert [] == told
    await world.advance(2)
    assert [True] == told
    assert "contactLocation" in ask(world, line)[0].decode()


async def test_nobody_else_fetches_what_is_pushed(world, house):
    client, _ = house

    assert (409, "Conflict", "PGetReplaced") == (await (await client.poll()).task).reason


async def test_who_polls_when_a_callback_is_registered_is_told(world):
    client = await world.client(await world.person("bot"), userAgent=BOT)
    poll = await client.poll()
    await register(world)

    assert (409, "Conflict", "PGetReplaced") == (await poll.task).reason
    assert 1 == len(callbacks(world))


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_while_it_is_not_reached_nothing_is_begun(world, accept):
    """Each POST documents CallbackChannelError; nothing of it happens, and it heals."""
    client = await world.client(await world.person("bot"), accept, userAgent=BOT)
    await register(world)
    [line] = callbacks(world).lines()
    for _ in range(PATIENCE.failures):
        line.reach.failed(world.clock.now())
    assert 1 == callbacks(world).lost(world.clock.now())

    lost = (500, "ServiceFailure", "CallbackChannelError")
    assert lost == (await client.post("me/makeMeAvailable", {})).reason
    assert not client_of(world, client).available
    assert 200 == (await client.get("me")).status
    assert 200 == (await client.get("")).status

    callbacks(world).pushed(line, line.channel.number, world.clock.now())
    assert 204 == (await client.post("me/makeMeAvailable", {})).status
    line.reach.failed(world.clock.now())
    assert 204 == (await client.report()).status, "one failure is no reason"
    await world.advance(PATIENCE.span)
    assert lost == (await client.report()).reason
    assert 204 == (await client.delete()).status


async def test_of_a_batch_each_part_answers_for_itself(world):
    client = await world.client(await world.person("bot"), userAgent=BOT)
    await register(world)
    [line] = callbacks(world).lines()
    for _ in range(PATIENCE.failures):
        line.reach.failed(world.clock.now())
    head = "--b\r\nContent-Type: application/http; msgtype=request\r\n\r\n"
    parts = [f"GET {client.path}/me", f"POST {client.path}/me/makeMeAvailable"]
    body = "".join(f"{head}{one} HTTP/1.1\r\nHost: h\r\n\r\n\r\n" for one in parts) + "--b--"

    reply = await client.post("batch", body, {"Content-Type": "multipart/batching; boundary=b"})
    assert 200 == reply.status
    assert [b"200 OK", b"500"] == [
        words for words in (b"200 OK", b"500") if b"HTTP/1.1 " + words in reply.body
    ]


def client_of(world, client):
    user = world.server.live.present(f"bot@{DOMAIN}")
    return user.applications[client.path.rpartition("/")[2]]


async def test_a_callback_is_for_an_application_and_perhaps_for_a_person(world):
    bot, lene = await world.person("bot"), await world.person("lenea")
    everybody = await register(world)
    hers = await register(world, address=lene)
    of = [await world.client(bot, userAgent=BOT), await world.client(lene, userAgent=BOT)]
    await world.client(lene, userAgent="other/1", endpointId="e2")

    targets = {line.key[0]: callbacks(world).target(line) for line in callbacks(world).lines()}
    assert {bot: everybody, lene: hers} == targets
    assert 2 == len(of)


async def test_each_instance_has_a_channel_that_is_pushed(world):
    bot = await world.person("bot")
    await register(world)
    for instance in ("one", "two"):
        await world.client(bot, userAgent=BOT, instanceId=instance)

    names = {line.identifier for line in callbacks(world).lines()}
    assert 2 == len(names)


@pytest.mark.parametrize("how", ["removed", "deleted", "expired"])
async def test_a_channel_that_is_no_more_is_pushed_no_longer(world, house, how):
    client, _ = house
    [line] = callbacks(world).lines()
    await world.advance(6)
    ask(world, line)
    callbacks(world).pushed(line, 1, world.clock.now())
    package, told = ask(world, line)
    assert (None, []) == (package, told)
    if how == "removed":
        await SqlWebhooks(world.server.database).remove(callbacks(world).target(line))
        await world.advance(11)
    elif how == "deleted":
        await client.delete()
    else:
        for _ in range(2):
            await world.advance(3600)  # nobody asks again, as if the receiver were away

    assert told, "who waits is told"
    assert callbacks(world).target(line) is None
    callbacks(world).end(line, world.clock.now())
    assert 0 == len(callbacks(world))


async def test_an_application_that_waits_to_be_pushed_does_not_expire(world, house):
    [line] = callbacks(world).lines()
    for _ in range(200):
        package, _ = ask(world, line)
        if package:
            callbacks(world).pushed(line, line.channel.number, world.clock.now())
        await world.advance(25)

    assert callbacks(world).target(line) is not None


async def test_what_was_not_acknowledged_is_pushed_again_after_a_restart(tmp_path):
    world = await World.create(tmp_path, durable=True)
    world.server.live.journal.start()
    bot, lene = await world.person("bot"), await world.person("lenea")
    await register(world)
    client = await world.client(bot, userAgent=BOT)
    await client.watch(lene)
    await world.advance(6)
    [line] = callbacks(world).lines()
    package, _ = ask(world, line)
    name, token = line.identifier, client.token
    await world.advance(1)
    await world.close()

    again = await World.create(tmp_path, durable=True, at=world.clock.now() + 5)
    again.server.live.journal.start()
    [line] = callbacks(again).lines()
    assert (name, package) == (line.identifier, ask(again, line)[0])
    headers = {"Authorization": f"Bearer {token}"}
    path = client.path.removeprefix(APPLICATIONS)
    assert 409 == (await again.ask("GET", f"{APPLICATIONS}{path}/events", b"", headers)).status
    await again.close()
