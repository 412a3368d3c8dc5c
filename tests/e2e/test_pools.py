"""Two pools that share a directory in PostgreSQL: clients go where their people are served."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import pytest

from daemons import free_port
from openucwa.client import Client, UcwaError
from process import Network, Running, run
from world import APPLICATIONS, DOMAIN, PASSWORD
from world import Client as RawClient

LENE, SARA = f"lenea@{DOMAIN}", f"saradavis@{DOMAIN}"
SOON = 30


@dataclass
class Site:
    """Both pools, and the command line on their database."""

    north: Running
    south: Running
    database: str

    def pool(self, *words: str) -> str:
        done = run("pool", *words, "--database", self.database)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def site(request, servers, postgres, tmp_path):
    """North and its backup south, with people who are at home in north.

    Each of them is a server alone, or if asked for a node with its live state in Redis.
    """
    redis = request.getfixturevalue("redis") if getattr(request, "param", None) else None
    database = postgres.database()
    rows = (f"{address},{address},{PASSWORD}" for address in (LENE, SARA))
    (tmp_path / "people.csv").write_text("\n".join(["address,name,password", *rows]))
    done = run("import", str(tmp_path / "people.csv"), "--database", database)
    assert done.returncode == 0, done.stderr

    def start(name: str, backup: str = "") -> Running:
        port = free_port()
        env = {
            "OPENUCWA_POOL_NAME": name,
            "OPENUCWA_POOL_BACKUP": backup,
            "OPENUCWA_SERVER_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "OPENUCWA_SERVER_DATABASE": database,
        }
        if redis:
            env["OPENUCWA_SERVER_LIVE"] = redis.url
            env["OPENUCWA_NODE_ADDRESS"] = f"127.0.0.1:{free_port()}"
        (servers.root / f"data{len(servers.started)}").mkdir()
        return servers.start("--port", str(port), people=False, env=env)

    return Site(start("north", "south"), start("south"), database)


async def say_until_it_arrives(sender: Client, text: str) -> None:
    """Say something to Sara; she may be on her way."""
    while True:
        with suppress(UcwaError):
            return await sender.say(SARA, text)
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("site", [False, True], indirect=True, ids=["alone", "nodes"])
async def test_clients_of_a_drained_pool_go_on_in_the_backup_and_come_back(site):
    async with (
        asyncio.timeout(3 * SOON),
        Client(site.north.url, SARA, PASSWORD) as sara,
        Client(site.south.url, LENE, PASSWORD, available=False) as lene,
    ):
        await lene.say(SARA, "in the north")
        for command, text in (("drain", "in the south"), ("undrain", "in the north again")):
            await asyncio.to_thread(site.pool, command, "north")
            await asyncio.sleep(3)
            await say_until_it_arrives(lene, text)
        heard = [(await anext(sara.messages())).text for _ in range(3)]

    assert ["in the north", "in the south", "in the north again"] == heard
    for running, most in ((site.north, 4), (site.south, 2)):
        metrics = running.raw("GET /metrics HTTP/1.0\r\n\r\n").decode()
        made = [row for row in metrics.splitlines() if 'rel="applications",status="201"' in row]
        assert made, metrics
        assert 0 < float(made[0].split()[-1]) <= most


async def test_who_is_moved_finds_out_from_a_parked_poll(site):
    """As clients do that know nothing of ours: 403, discovery, the same token (R1.8)."""
    north, south = Network(site.north.url), Network(site.south.url)
    lene = await north.client(LENE)
    waiting = await lene.poll()
    await asyncio.sleep(0.2)
    assert f"at home in south: {LENE}\n" == await asyncio.to_thread(
        site.pool, "home", LENE, "south"
    )
    reply = await asyncio.wait_for(waiting.task, SOON)
    assert (403, "Forbidden", None) == reply.reason

    root = await lene.get("/")
    user = await lene.get(root.href("user").removeprefix(site.north.url))
    redirect = user.href("redirect")
    assert f"{site.south.url}/Autodiscover/AutodiscoverService.svc/root" == redirect
    lene.world = south
    user = await lene.get(f"{redirect.removeprefix(site.south.url)}/oauth/user")
    assert site.south.url + APPLICATIONS == user.href("applications")
    assert 201 == (await lene.create()).status
    sara = RawClient(south, lene.token)
    sara.token = await north.token(SARA)
    assert (403, "Forbidden", None) == (await sara.create()).reason
    for network in (north, south):
        await network.close()


def test_the_board_is_found_wherever_it_is_looked_for(site):
    words = ("watch", LENE, SARA, "--url", site.south.url, "--password-stdin", "--once")
    done = run(*words, given=PASSWORD)

    assert (0, "") == (done.returncode, done.stderr)
    assert "Offline" in done.stdout


async def test_a_pool_that_is_no_more_is_drained_from_anywhere(site):
    """The other site takes over what the lost one cannot say itself."""
    site.north.process.kill()
    south = Network(site.south.url)
    lene = RawClient(south, await south.token(LENE))
    assert (403, "Forbidden", None) == (await lene.create()).reason

    assert "served by: south" in await asyncio.to_thread(site.pool, "drain", "north")
    async with asyncio.timeout(SOON):
        while (await lene.create()).status != 201:  # noqa: ASYNC110  nobody here is told
            await asyncio.sleep(0.2)
    await south.close()
