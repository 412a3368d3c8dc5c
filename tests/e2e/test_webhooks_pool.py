"""What is pushed by a pool: from whichever node, once, also when a node is killed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress

import httpx2
import pytest

from process import PEOPLE, Network, run
from world import DOMAIN, PASSWORD

LENE, *BOTS = (f"{user}@{DOMAIN}" for user in PEOPLE)


@pytest.fixture
def nodes(servers, postgres, redis, receiver, receivers_certificate):
    """Two nodes of a pool, which push what bots are told and everybody's presence."""
    database = postgres.database()
    file = servers.root / "own.toml"
    file.write_text(f"""
[server]
database = "{database}"
live = "{redis.url}"
[events]
medium = "50ms"
[webhooks]
allowed = ["127.0.0.0/8"]
ca = "{receivers_certificate[0]}"
longest_pause = "1s"
""")
    rows = (f"{address},{address},{PASSWORD}" for address in (LENE, *BOTS))
    people = servers.root / "people.csv"
    people.write_text("\n".join(["address,name,password", *rows]))
    for words in (
        ("import", str(people)),
        ("callback", "add", "--user-agent", "bot/1", receiver.url),
        ("webhook", "add", "--everybody", receiver.url),
    ):
        done = run(*words, "--config", str(file))
        assert done.returncode == 0, done.stderr
    (servers.root / "data0").mkdir()
    (servers.root / "data1").mkdir()
    return [servers.start(config=file.read_text(), people=False) for _ in range(2)]


def packages(posts):
    """Return the packages that came, by application and number: each as often as it did."""
    found = defaultdict(lambda: defaultdict(list))
    for post in posts:
        if "openucwa-package" in post.headers:
            number = int(post.headers["openucwa-package"])
            found[post.headers["openucwa-application"]][number].append(post)
    return found


async def surely(ask, status):
    """Ask again while the pool has other things to do."""
    for _ in range(200):
        with suppress(httpx2.TransportError):
            reply = await ask()
            if reply.status == status:
                return
        await asyncio.sleep(0.1)
    raise AssertionError(reply)


async def test_a_node_is_killed_and_nothing_is_lost_or_told_twice_in_other_words(nodes, receiver):
    dying, living = nodes
    way = Network(living.url)
    lene = await way.available(LENE)
    bots = [await way.client(bot, userAgent="bot/1") for bot in BOTS]
    for bot in bots:
        await surely(lambda bot=bot: bot.watch(LENE), 201)
    failing = iter(range(10**6))
    receiver.answers = lambda _: 503 if next(failing) % 5 == 0 else 204

    for turn in range(12):
        if turn == 6:
            dying.process.kill()
        said = {"message": f"note {turn}"}
        await surely(lambda said=said: lene.post("me/note", said), 204)
        await asyncio.sleep(0.1)
    receiver.answers = lambda _: 204
    await surely(lambda: lene.post("me/location", {"location": "the end"}), 204)

    def told(posts):
        ended = {
            application
            for application, found in packages(posts).items()
            for number in found
            if any(b"contactLocation" in post.body for post in found[number] if post.answer == 204)
        }
        return len(ended) == len(BOTS) and any(
            change.get("location") == "the end"
            for post in posts
            if b'"changes"' in post.body
            for change in post.tree["changes"]
        )

    await asyncio.to_thread(receiver.wait, told, 30)
    await way.close()

    for found in packages(receiver.posts).values():
        assert list(range(1, len(found) + 1)) == sorted(found)
        for posts in found.values():
            assert 1 == len({post.body for post in posts})
            assert 1 == len({post.headers["openucwa-epoch"] for post in posts})
