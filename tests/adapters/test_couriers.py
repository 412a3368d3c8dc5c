"""What is pushed arrives, in order and once, however the receiver behaves."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import pytest

from openucwa.adapters.couriers import Couriers
from openucwa.adapters.outward import Unreachable
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.webhooks import Patience, signature
from world import quiet

BOT = "bot/1"
URL = "https://bot.test/"


class Desk:
    """Answers as it is told, at once; keeps what came, and what pauses were made.

    Pauses last no time, but for the last of ``most_pauses``, which lasts until it is ``awake``.
    """

    def __init__(self):
        self.posts = []
        self.taken = []
        self.answers = []
        self.pauses = []
        self.lost = 0
        self.most_pauses = 1000
        self.awake = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def post(self, url, headers, body):
        self.posts.append((url, headers, body))
        await self.open.wait()
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        if 200 <= answer < 300:
            self.taken.append((headers, json.loads(body)))
        return answer

    async def stored(self, live):
        await live.stored(patient=True)
        if self.lost:
            self.lost -= 1
            raise Refused(Refusal.SERVICE_UNAVAILABLE)

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        if len(self.pauses) == self.most_pauses:
            await self.awake.wait()


@pytest.fixture
async def desk(world):
    """A receiver, and couriers on their way to it."""
    made, server = Desk(), world.server
    watch = server.webhook_watch
    couriers = Couriers(
        callbacks=watch.callbacks,
        reports=watch.reports,
        outside=made,
        clock=world.clock,
        stored=partial(made.stored, server.live),
        patience=Patience(),
        meters=server.meters,
        sleep=made.sleep,
    )
    couriers.start()
    yield made
    await couriers.close()


@pytest.fixture
async def bot(world, desk):
    """Toni's bot, whose events are pushed, and which watches Lene."""
    made = await SqlWebhooks(world.server.database).add_callback(URL, BOT)
    await world.advance(11)
    client = await world.client(await world.person("bot"), userAgent=BOT)
    await client.watch(await world.person("lenea"))
    await world.advance(6)
    desk.taken.clear()
    client.callback = made
    return client


async def test_each_package_is_pushed_once_and_says_what_it_is(world, desk, bot):
    lene = await world.available("lenea@contoso.test")
    await world.advance(6)
    await lene.post("me/note", {"message": "news"})
    await world.advance(6)
    assert [204, 204] == [(await lene.post("me/note", {"message": str(n)})).status for n in (1, 2)]
    await world.advance(60)

    numbers = [int(headers["OpenUCWA-Package"]) for headers, _ in desk.taken]
    assert list(range(numbers[0], numbers[0] + 3)) == numbers
    [epoch] = {headers["OpenUCWA-Epoch"] for headers, _ in desk.taken}
    number = numbers[-1]
    headers, package = desk.taken[-1]
    assert package["_links"]["self"]["href"].endswith(f"?ack={number}&epoch={epoch}")
    application = bot.path.rpartition("/")[2]
    assert f"{application}.{epoch}.{number}" == headers["Webhook-Id"]
    assert ("bot@contoso.test", application) == (
        headers["OpenUCWA-User"],
        headers["OpenUCWA-Application"],
    )
    body = desk.posts[-1][2]
    signed = int(headers["Webhook-Timestamp"])
    assert headers["Webhook-Signature"] == signature(
        (bot.callback.secret,), headers["Webhook-Id"], signed, body
    )


async def test_whatever_somebody_is_called_fits_into_a_header(world, desk, bot):
    jorg = await world.person("j\u00f6rg+1")
    client = await world.client(jorg, userAgent=BOT)
    await client.watch("lenea@contoso.test")
    await world.advance(6)

    names = {headers["OpenUCWA-User"] for headers, _ in desk.taken}
    assert {"j%C3%B6rg+1@contoso.test"} == names


async def test_what_does_not_arrive_is_pushed_again_in_the_same_bytes(world, desk, bot):
    desk.answers = [500, Unreachable("gone"), 302, 404]
    desk.posts.clear()
    desk.pauses.clear()
    await world.available("lenea@contoso.test")
    await world.advance(6)

    assert 5 == len(desk.posts)
    assert 1 == len({body for _, _, body in desk.posts})
    assert 1 == len({headers["Webhook-Id"] for _, headers, _ in desk.posts})
    assert 4 == len(desk.pauses)
    assert all(0.25 * 2**at <= pause <= 0.5 * 2**at for at, pause in enumerate(desk.pauses))
    assert 4 == world.server.meters.webhooks["callback", "failed"]


async def test_one_package_is_under_way_at_a_time_and_the_rest_gathers(world, desk, bot):
    lene = await world.available("lenea@contoso.test")
    desk.posts.clear()
    desk.open.clear()
    await world.advance(6)
    for text in "abc":
        await lene.post("me/note", {"message": text})
        await lene.post("me/location", {"location": text})
        await world.advance(10)
    assert 1 == len(desk.posts)

    desk.taken.clear()
    desk.open.set()
    await quiet()
    first, second = (package["sender"] for _, package in desk.taken)
    rels = [event["link"]["rel"] for sender in second for event in sender["events"]]
    assert first
    assert ["contactLocation", "contactNote"] == sorted(rels)


async def test_while_it_is_not_reached_calls_are_refused_until_it_answers(world, desk, bot):
    before = len(desk.posts)
    desk.pauses.clear()
    desk.answers = [503] * 5
    desk.most_pauses = 5
    await world.available("lenea@contoso.test")
    await world.advance(6)
    assert 5 == len(desk.posts) - before
    lost = (500, "ServiceFailure", "CallbackChannelError")
    assert lost == (await bot.post("me/makeMeAvailable", {})).reason

    desk.awake.set()
    await quiet()
    assert 204 == (await bot.post("me/makeMeAvailable", {})).status


async def test_reports_are_gathered_ordered_and_the_latest_wins(world, desk):
    lene, toni = await world.person("lenea"), await world.person("toni")
    await SqlWebhooks(world.server.database).add_webhook(URL, everybody=True)
    await world.advance(11)
    one, other = await world.available(lene), await world.available(toni)
    await quiet()
    desk.posts.clear()
    desk.taken.clear()
    desk.open.clear()
    await one.post("me/presence", {"availability": "Busy"})
    await quiet()
    assert 1 == len(desk.posts)
    for availability in ("Away", "BeRightBack"):
        await one.post("me/presence", {"availability": availability})
        await other.post("me/presence", {"availability": availability})
    await quiet()
    assert 1 == len(desk.posts), "one at a time"
    desk.open.set()
    await quiet()

    told = [
        (change["address"], change["availability"])
        for _, message in desk.taken
        for change in message["changes"]
    ]
    assert [(lene, "Busy"), (lene, "BeRightBack"), (toni, "BeRightBack")] == told
    numbers = [change["number"] for _, message in desk.taken for change in message["changes"]]
    assert sorted(set(numbers)) == numbers


async def test_nothing_is_sent_any_more_to_what_was_removed(world, desk, bot):
    hooks = SqlWebhooks(world.server.database)
    made = await hooks.add_webhook(URL, everybody=True)
    await world.advance(11)
    desk.posts.clear()
    for one in (made, bot.callback):
        await hooks.remove(one)
    await world.advance(11)
    await world.available("lenea@contoso.test")
    await world.advance(20)

    assert [] == desk.posts
    poll = await bot.poll()
    assert poll.reply is None or poll.reply.status == 200


async def test_pushing_goes_on_when_another_node_has_taken_some_shard(world, desk, bot):
    """Nothing of that shard will be stored here; what is pushed may be of another one."""
    desk.lost = 1
    await world.available("lenea@contoso.test")
    await world.advance(6)

    assert 1 == len(desk.taken)
    assert 0 == desk.lost


async def test_reports_go_on_when_another_node_has_taken_some_shard(world, desk):
    await SqlWebhooks(world.server.database).add_webhook(URL, everybody=True)
    await world.advance(11)
    desk.lost = 1
    await world.available(await world.person("lenea"))
    await world.advance(11)

    assert desk.taken
    assert 0 == desk.lost
