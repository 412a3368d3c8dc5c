"""Two people talk while the server is killed again and again: the history has it all, once."""

from __future__ import annotations

import asyncio
import random
from urllib.parse import urlsplit

import httpx2

from past_talks import MESSAGING, begin, logs, said
from process import PEOPLE, Network
from world import DOMAIN

DEATHS = 2
LENE, SARA = (f"{user}@{DOMAIN}" for user in PEOPLE[:2])
TEXT = {"Content-Type": "text/plain"}


async def chat(client, conversation, name, stop):
    """Say one thing after the other, each until it is answered; return what was said."""
    found = []
    while not stop.is_set():
        text = f"{name}{len(found)}"
        path = f"{conversation}/messaging/messages?operationId={text}"
        while True:
            try:
                reply = await client.post(path, text, TEXT)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
                continue
            assert reply.status == 201, reply.body
            found.append(text)
            break
        await asyncio.sleep(0.005)
    return found


async def test_the_history_outlives_any_number_of_deaths(servers):
    chance = random.Random(1)
    running = servers.start()
    port, data = str(urlsplit(running.url).port), running.data
    way = Network(running.url)
    lene, sara = [await way.available(one, **MESSAGING) for one in (LENE, SARA)]
    conversation = await begin(lene, sara, SARA, "Hello")
    stop = asyncio.Event()
    talking = [
        asyncio.create_task(chat(client, conversation, name, stop))
        for client, name in ((lene, "l"), (sara, "s"))
    ]
    for _ in range(DEATHS):
        await asyncio.sleep(chance.uniform(1.6, 2.4))  # the history is written every two seconds
        running.process.kill()
        await asyncio.to_thread(running.process.wait)
        words = ("--data", str(data), "--port", port)
        running = await asyncio.to_thread(servers.start, *words, people=False)
    stop.set()
    texts = [await one for one in talking]

    for client in (lene, sara):
        (path,) = await logs(client)
        kept = await said(client, path)
        assert ["Hello", *texts[0], *texts[1]] == sorted(kept, key=_speaker)
    assert all(len(one) > 10 * DEATHS for one in texts), "there was a load"
    await way.close()


def _speaker(text):
    return "Hls".index(text[0]), int(text[1:]) if text[0] != "H" else 0
