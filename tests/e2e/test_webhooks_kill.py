"""What is pushed by a real server to a real receiver, while one or the other fails."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from process import Network, run
from receiver import CLOSE, HANG
from world import DOMAIN

BOT, LENE = f"tonismith@{DOMAIN}", f"lenea@{DOMAIN}"
DEATHS = 3


@pytest.fixture
def pushing(servers, receiver, receivers_certificate):
    """A server that may push to the receiver; return how to start it and how to add what."""
    file = servers.root / "own.toml"
    file.write_text(f"""
[events]
medium = "50ms"
low = "50ms"
[webhooks]
allowed = ["127.0.0.0/8"]
ca = "{receivers_certificate[0]}"
timeout = "500ms"
failures = 3
longest_pause = "1s"
""")

    def add(data, *words):
        done = run(*words, receiver.url, "--data", str(data), "--config", str(file))
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[1].rstrip(","), done.stdout.split()[-1]

    def start(*flags, people=True):
        return servers.start(*flags, config=file.read_text(), people=people)

    return start, add


def restart(start, running):
    """Kill a server and start it anew at the same place."""
    running.process.kill()
    running.process.wait()
    port = str(urlsplit(running.url).port)
    again = start("--data", str(running.data), "--port", port, people=False)
    again.data = running.data
    return again


def numbers(posts):
    """Return epochs and numbers of the packages that were taken, each as often as it was."""
    return Counter(
        (post.headers["openucwa-epoch"], int(post.headers["openucwa-package"])) for post in posts
    )


async def test_packages_arrive_once_and_in_order_whoever_dies(pushing, servers, receiver):
    """The receiver fails, hangs and hangs up; the server is killed again and again."""
    chance = random.Random(2)
    start, add = pushing
    running = start()
    _, secret = add(running.data, "callback", "add", "--user-agent", "bot/1", "--user", BOT)
    running = restart(start, running)
    way = Network(running.url)
    bot = await way.client(BOT, userAgent="bot/1")
    lene = await way.available(LENE)
    assert 201 == (await bot.watch(LENE)).status
    receiver.answers = lambda _: chance.choice([204, 204, 204, 500, 503, CLOSE, 302])

    said = 0
    for _ in range(DEATHS):
        for _ in range(8):
            said += 1
            reply = await lene.post("me/note", {"message": f"note {said}"})
            assert reply.status == 204
            await asyncio.sleep(chance.uniform(0, 0.12))
        running = await asyncio.to_thread(restart, start, running)
    receiver.answers = lambda _: 204
    await lene.post("me/location", {"location": "the end"})
    await asyncio.to_thread(
        receiver.wait,
        lambda posts: any(b"contactLocation" in post.body and post.answer == 204 for post in posts),
    )
    await way.close()

    taken = receiver.taken()
    found = numbers(taken)
    [epoch] = {epoch for epoch, _ in found}
    assert list(range(1, len(found) + 1)) == sorted(number for _, number in found)
    assert len(found) > DEATHS
    for key in found:
        same = {post.body for post in receiver.posts if key == next(iter(numbers([post])))}
        assert 1 == len(same), "a package is always the same bytes"
    arrived = [int(post.headers["openucwa-package"]) for post in receiver.posts]
    assert all(b - a <= 1 for a, b in pairwise(arrived))
    assert arrived == sorted(arrived), "nothing is sent before what was sent before it"
    assert all(post.is_signed_with(secret) for post in receiver.posts)
    assert all(f"epoch={epoch}".encode() in post.body for post in taken)


async def test_a_callback_that_hangs_refuses_calls_until_it_answers_again(pushing, receiver):
    start, add = pushing
    running = start()
    add(running.data, "callback", "add", "--user-agent", "bot/1")
    running = restart(start, running)
    way = Network(running.url)
    bot = await way.client(BOT, userAgent="bot/1")
    await bot.post("me/makeMeAvailable", {})
    receiver.answers = lambda _: HANG
    assert 201 == (await bot.watch(LENE)).status
    lost = (500, "ServiceFailure", "CallbackChannelError")

    async def answered(status):
        """Report until that is answered so, or for too long; return what is answered."""
        for _ in range(100):
            reply = await bot.report()
            if reply.status == status:
                break
            await asyncio.sleep(0.1)
        return reply

    refused = await answered(500)
    receiver.answers = lambda _: 200
    healed = await answered(204)
    await way.close()

    assert lost == refused.reason
    assert 204 == healed.status


async def test_presence_is_pushed_and_noticed_within_ten_seconds(pushing, receiver):
    start, add = pushing
    running = start()
    name, secret = add(running.data, "webhook", "add", "--person", LENE)
    way = Network(running.url)
    lene = await way.available(LENE)
    await way.available(BOT)
    posts = await asyncio.to_thread(receiver.wait, len, 12)
    assert [(LENE, "Online")] == [
        (change["address"], change["availability"])
        for post in posts
        for change in post.tree["changes"]
    ]
    assert posts[0].is_signed_with(secret)

    def told(posts):
        return [change for post in posts for change in post.tree["changes"]]

    await lene.post("me/presence", {"availability": "Busy"})
    posts = await asyncio.to_thread(receiver.wait, lambda posts: len(told(posts)) == 2)
    first, second = told(posts)
    assert ("Busy", True) == (second["availability"], first["number"] < second["number"])
    assert name == posts[-1].headers["webhook-id"].partition(".")[0]
    await way.close()
