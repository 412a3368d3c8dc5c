"""Writing the history: everything once, whatever happens to the server meanwhile."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.domain.ports import EVERYBODY
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import Elsewhere
from past_talks import INVITATIONS, MESSAGING, begin, invite, leave, logs, miss, said, say
from world import START, World

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


class Unlucky(SqlHistory):
    """A history whose server ends when it has been written, or that cannot be written at all."""

    writes = True

    async def record(self, records):
        if self.writes:
            await super().record(records)
        raise Refused(Refusal.SERVICE_UNAVAILABLE, "It is over.")


class Slow(SqlHistory):
    """A history that waits when it has been written."""

    def __init__(self, database):
        super().__init__(database)
        self.waiting, self.go_on = asyncio.Event(), asyncio.Event()

    async def record(self, records):
        found = await super().record(records)
        self.waiting.set()
        await self.go_on.wait()
        return found


@pytest.fixture
async def two(world):
    for user in ("lenea", "sarad"):
        await world.person(user)
    return [await world.available(address, **MESSAGING) for address in (LENE, SARA)]


def unlogged(world):
    return [one.id for one in world.server.conversations.unlogged()]


async def test_all_that_is_new_is_written(world, two):
    lene, sara = two
    conversation = await begin(lene, sara, SARA, "One")
    assert [conversation.rpartition("/")[2]] == unlogged(world)
    await world.server.scribe.flush()

    assert [] == unlogged(world)
    history = SqlHistory(world.server.database)
    (identifier,) = await history.logs(SARA, 10)
    log = await history.log(SARA, identifier)
    assert ["One"] == [one.said.text for one in await history.entries(log, 0, 10)]
    await say(sara, conversation, "Two")
    await world.advance(1)
    assert ["One", "Two"] == [one.said.text for one in await history.entries(log, 0, 10)]
    assert [] == unlogged(world)


@pytest.mark.parametrize("writes", [True, False])
async def test_what_could_not_be_noted_is_written_again(world, two, writes):
    lene, sara = two
    conversation = await begin(lene, sara, SARA, "One")
    scribe = world.server.scribe
    scribe.history, kept = Unlucky(world.server.database), scribe.history
    scribe.history.writes = writes
    with pytest.raises(Refused):
        await scribe.flush()
    assert 1 == len(unlogged(world))
    assert 503 == (await lene.get("communication/conversationLogs")).status
    scribe.history = kept
    await say(sara, conversation, "Two")

    (path,) = await logs(lene)
    assert ["One", "Two"] == await said(lene, path)


async def test_what_is_said_while_it_writes_comes_next(world, two):
    """Whoever reads meanwhile waits for it."""
    lene, sara = two
    conversation = await begin(lene, sara, SARA, "One")
    scribe = world.server.scribe
    kept, slow = scribe.history, Slow(world.server.database)
    scribe.history = slow
    flushing = asyncio.create_task(scribe.flush())
    await slow.waiting.wait()
    await say(sara, conversation, "Two")
    scribe.history = kept
    reading = asyncio.create_task(logs(lene))
    slow.go_on.set()
    await flushing

    (path,) = await reading
    assert ["One", "Two"] == await said(lene, path)


@pytest.mark.parametrize(("value", "kept"), [("Disabled", 0), ("None", 1), ("Enabled", 1)])
async def test_policies_for_everybody_count(world, two, value, kept):
    lene, sara = two
    await SqlPolicies(world.server.database).set(EVERYBODY, "saveMessagingHistory", value)
    await world.advance(11)
    await leave(lene, await begin(lene, sara, SARA, "Hello"))

    assert [kept, kept] == [len(await logs(one)) for one in two]
    assert [] == unlogged(world)
    await world.advance(121)
    assert 0 == len(world.server.conversations)


async def test_what_was_missed_is_told_once_to_each_application(world, two):
    lene, sara = two
    other = await world.available(SARA, endpointId="e2", **MESSAGING)
    lurker = await world.client(SARA, endpointId="e3")
    for one in (sara, other, lurker):
        await one.news()
    await miss(lene, SARA)

    told = [await one.news() for one in (sara, other, lurker)]
    assert [1, 1, 0] == [[event[2] for event in one].count("missedItems") for one in told]
    await world.advance(70)
    assert [[], [], []] == [await one.news() for one in (sara, other, lurker)]


async def test_who_is_removed_leaves_no_log(world, two):
    lene, sara = two
    conversation = await begin(lene, sara, SARA, "Hello")
    await world.server.store.remove(SARA)
    await say(lene, conversation, "There?")
    await world.advance(11)

    (path,) = await logs(lene)
    assert ["Hello", "There%3f"] == await said(lene, path)
    assert [] == await SqlHistory(world.server.database).logs(SARA, 10)


# --- a server that dies


async def _open(folder, at=START):
    world = await World.create(folder, durable=True, at=at)
    world.server.live.journal.start()
    return world


async def _crash(world):
    journal = world.server.live.journal
    journal._task.cancel()
    await asyncio.gather(journal._task, return_exceptions=True)
    journal._log._thread.shutdown()
    journal._log._file.close()
    world.server._passwords.close()
    await world.server.database.close()


@pytest.mark.parametrize("flushed", [True, False])
async def test_a_crash_doubles_nothing_and_loses_nothing(tmp_path, flushed):
    """Whether or not it was noted that the history has it."""
    world = await _open(tmp_path)
    for user in ("lenea", "sarad"):
        await world.person(user)
    lene, sara = [await world.available(one, **MESSAGING) for one in (LENE, SARA)]
    conversation = await begin(lene, sara, SARA, "One")
    await say(sara, conversation, "Two")
    if flushed:
        await world.server.scribe.flush()
    await _crash(world)

    world = await _open(tmp_path, world.clock.time + 10)
    lene.world = sara.world = world
    await say(lene, conversation, "Three")
    await leave(lene, conversation)
    for one in (lene, sara):
        (path,) = await logs(one)
        assert ["One", "Two", "Three"] == await said(one, path)
    await world.close()


async def test_a_server_that_ends_has_written_everything(tmp_path):
    world = await _open(tmp_path)
    for user in ("lenea", "sarad"):
        await world.person(user)
    lene, sara = [await world.available(one, **MESSAGING) for one in (LENE, SARA)]
    await begin(lene, sara, SARA, "One")
    await world.close()

    world = await _open(tmp_path)
    assert 1 == len(await SqlHistory(world.server.database).logs(SARA, 10))
    assert [] == unlogged(world)
    await world.close()


async def test_what_is_dropped_while_it_writes_stays_dropped(world, two):
    lene, sara = two
    await begin(lene, sara, SARA, "One")
    scribe, conversations = world.server.scribe, world.server.conversations
    scribe.history = slow = Slow(world.server.database)
    flushing = asyncio.create_task(scribe.flush())
    await slow.waiting.wait()
    for conversation in list(conversations.all()):
        conversations.drop(conversation)
    slow.go_on.set()
    await flushing

    assert (0, []) == (len(conversations), unlogged(world))


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_is_in_the_history_and_has_not_arrived_is_not_forgotten(tmp_path, accepted):
    """While the server is away nothing can arrive, so it waits for longer than usual."""
    world = await _open(tmp_path)
    for user in ("lenea", "sarad"):
        await world.person(user)
    lene, sara = [await world.available(one, **MESSAGING) for one in (LENE, SARA)]
    invitation = await invite(lene, SARA, "One")
    accept = f"{INVITATIONS}/{invitation}/accept"
    if accepted:
        await sara.post(accept)
    await world.advance(1)
    await _crash(world)

    world = await _open(tmp_path, world.clock.time + 1000)
    lene.world = sara.world = world
    await world.advance(3)
    if not accepted:
        assert 204 == (await sara.post(accept)).status
    for one in (sara, lene):
        told = []
        while found := await one.news():
            told += found
        assert ("conversation", "completed", "message") in told
    await world.close()


async def test_a_conversation_may_be_handed_over_while_the_history_is_written(
    world, two, monkeypatch
):
    """Others still hear of what they missed, and what was asked for is answered."""
    lene, sara = two
    await begin(lene, sara, SARA, "One")
    [conversation] = world.server.conversations.unlogged()
    scribe, asked = world.server.scribe, []

    def post(sender, to, letter):
        asked.append(to)
        raise Elsewhere(1)

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(scribe, "post", post)
        elsewhere.setattr(scribe, "live", SimpleNamespace(is_here=lambda address: False))
        await scribe._tell(SARA, conversation)

    assert [SARA] == asked
