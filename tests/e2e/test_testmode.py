"""Test mode of a process: how it is turned on, and what it does to connections."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from process import Network, Running
from world import DOMAIN, PASSWORD

LENE = f"lenea@{DOMAIN}"


class Controlled(Network):
    """A server in test mode over real sockets."""

    async def control(self, page, **body):
        reply = await self.ask("POST", f"/test/{page}", json.dumps(body))
        assert reply.status == 200, reply.body

    def raw(self, client, path):
        """Ask on a connection of its own, return every byte of the answer."""
        headers = "".join(f"{name}: {value}\r\n" for name, value in client.headers.items())
        request = f"GET {client.path}/{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}"
        return asyncio.to_thread(Running(None, self.url, None).raw, f"{request}\r\n")


@pytest.fixture
async def network(ucwa_server):
    """The way to the plugin's server, with Lene in it."""
    made = Controlled(ucwa_server.url)
    await made.control("people", address=LENE, name="Lene", password=PASSWORD)
    yield made
    await made.close()


def test_it_is_off_unless_asked_for(company):
    """It cannot be on by accident: without the flag its pages are like any unknown path."""
    request = "GET /test/{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    paths = ("clock", "faults", "people", "reset", "nothing")

    assert {b"HTTP/1.1 401"} == {company.raw(request.format(path))[:12] for path in paths}


async def test_it_is_loud_and_what_it_does_is_no_error(servers):
    running = servers.start("--test-mode")
    network = Controlled(running.url)
    client = await network.client(LENE)
    await network.control("faults", drop=True)

    assert await network.raw(client, "me") == b""
    await network.close()
    assert running.process.stdout.readline().startswith("TEST MODE: ")
    logged = [json.loads(line) for line in (running.data.parent / "log").read_text().splitlines()]
    [warning] = [line for line in logged if line["level"] not in ("info", "debug")]
    assert ("warning", "TEST MODE: ") == (warning["level"], warning["event"][:11])


async def test_ten_minutes_pass_in_no_time(network):
    client = await network.available(LENE)
    poll = await client.poll()
    began = time.monotonic()

    await network.control("clock", advance="601s")

    assert time.monotonic() - began < 5
    assert (await poll.task).status == 200
    assert (await client.get("me/presence")).property("availability") == "Away"


async def test_a_dropped_connection_ends_without_a_byte(network):
    client = await network.available(LENE)
    await network.control("faults", drop=True)

    assert await network.raw(client, "me") == b""
    assert (await client.get("me")).status == 200


async def test_so_does_one_that_waited_for_events(network):
    client = await network.available(LENE)
    await network.control("faults", drop=True)
    poll = asyncio.ensure_future(network.raw(client, "events?ack=1"))
    while not poll.done():
        await network.control("clock", advance="30s")

    assert poll.result() == b""


async def test_late_answers_have_their_headers_in_canonical_case(network):
    client = await network.available(LENE)
    await network.control("faults", delay="200ms")
    began = time.monotonic()

    answer = await network.raw(client, "me")

    assert time.monotonic() - began >= 0.19
    assert b"\r\nX-MS-Correlation-Id: " in answer
