"""Bad luck with a real server: a disk that takes nothing, and clients that do not behave."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import subprocess
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from process import Network
from world import DOMAIN

LENE, SARA = f"lenea@{DOMAIN}", f"saradavis@{DOMAIN}"
PROMPT = '[events]\nmedium = "100ms"\nlow = "100ms"\n'
CHANGED = ("people", "updated", "contactPresence", "contact")
CROWD = 5000


@contextmanager
def no_room(pid):
    """Let a process write nothing to any file: to it, the disk is full."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def running(servers):
    return servers.start(config=PROMPT)


@pytest.fixture
async def way(running):
    made = Network(running.url)
    yield made
    await made.close()


def connect(url):
    where = urlsplit(url)
    return socket.create_connection((where.hostname, where.port), timeout=10)


async def busy(client):
    return await client.post("me/presence", {"availability": "Busy"})


async def until_stored(ask):
    """Repeat a request as Retry-After bids, only sooner; return the first other answer."""
    for _ in range(50):
        reply = await ask()
        if reply.status != 503:
            return reply
        await asyncio.sleep(0.1)
    raise AssertionError("it never works again")


async def test_a_full_disk(servers, running, way):
    """R5.9: what cannot be stored is refused for now; it works again without a restart."""
    lene, sara = await way.available(LENE), await way.client(SARA)
    assert (await sara.watch(LENE)).status == 201
    await sara.package()
    parked = await sara.poll()
    with no_room(running.process.pid):
        refused = [
            await busy(lene),
            await lene.post("me/note", {"message": "lost?"}),
            await sara.watch(LENE),
            await way.ask("POST", lene.path.rpartition("/")[0], "{}", lene.headers),
        ]
        reading = [await lene.get("me/presence"), await sara.get(""), await lene.report()]
        health = await way.ask("GET", "/healthz")

    assert {(503, "ServiceUnavailable", None)} == {reply.reason for reply in refused[:3]}
    assert refused[3].status in (400, 503)
    assert {"10"} == {reply.header("Retry-After") for reply in refused[:3]}
    assert [200, 200, 204, 200] == [reply.status for reply in (*reading, health)]
    assert reading[0].property("availability") == "Online", "what was refused is seen by nobody"
    assert (await until_stored(lambda: busy(lene))).status == 204
    package = await asyncio.wait_for(parked.task, 10)
    assert CHANGED in package.events()

    running.process.kill()
    running.process.wait()
    after = Network(servers.start("--data", str(running.data), people=False).url)
    lene.world = sara.world = after
    assert (await lene.get("me/presence")).property("availability") == "Busy"
    assert package.body == (await (await sara.poll()).task).body
    await after.close()


@pytest.fixture
def read_only(tmp_path, openucwa):
    """A data folder that was used once and cannot be written any more."""
    place = tmp_path / "disk"
    place.mkdir()
    as_root = os.geteuid() == 0
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if as_root and subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a disk")
    done = openucwa("user", "list", "--data", str(place))
    assert done.returncode == 0, done.stderr
    if as_root:
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    else:
        for path in (*place.iterdir(), place):
            path.chmod(0o500)
    yield place
    if as_root:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
    else:
        place.chmod(0o700)


def test_a_read_only_disk_ends_with_1_and_a_line_that_says_so(read_only, openucwa):
    done = openucwa("serve", "--port", "0", "--data", str(read_only))

    assert (1, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n")), done.stderr
    assert done.stderr.startswith("Error: cannot use ")


async def test_a_client_that_never_reads_holds_nobody_up(running, way):
    """It asks for more than any buffer takes, until its own end is full."""
    lene = await way.available(LENE)
    header = f"Authorization: {lene.headers['Authorization']}\r\nHost: a\r\n\r\n"
    requests = f"GET {lene.path} HTTP/1.1\r\n{header}".encode() * 200
    with connect(running.url) as deaf:
        deaf.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                deaf.send(requests)
        replies = [await asyncio.wait_for(lene.report(), 5) for _ in range(10)]

    assert {204} == {reply.status for reply in replies}


@pytest.fixture
def many_files():
    """Let this process have more open files; return how many connections it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CROWD + 500
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    yield min(CROWD, max(soft, most) - 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def gauge(way, name):
    text = (await way.ask("GET", "/metrics")).body.decode()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


async def test_connections_that_are_opened_and_abandoned_leave_nothing_behind(
    many_files, running, way
):
    """Some say nothing, some half a request, some wait for events: all hang up without a word."""
    lene = await way.available(LENE)
    poll = f"GET {lene.next} HTTP/1.1\r\nHost: a\r\nAuthorization: {lene.headers['Authorization']}"
    said = (b"", poll[:100].encode(), f"{poll}\r\n\r\n".encode())
    crowd = []
    for number in range(many_files):
        crowd.append(connect(running.url))
        crowd[-1].send(said[number % 3])
    for sock in crowd:
        sock.close()
    for _ in range(100):
        if not await gauge(way, "openucwa_parked_polls"):
            break
        await asyncio.sleep(0.05)

    assert 0 == await gauge(way, "openucwa_parked_polls")
    assert (await lene.report()).status == 204
    assert [] != (await (await lene.poll()).task).events(), "nobody acknowledged anything"


async def test_r3_11_a_storm_of_polls_is_answered_and_the_last_one_gets_the_events(
    many_files, running, way
):
    """As many connections at once as there are clients after a network has come back."""
    lene = await way.available(LENE)
    lene.follow(await (await lene.poll()).task)
    number = many_files // 2
    poll = f"GET {lene.next} HTTP/1.1\r\nHost: a\r\nAuthorization: {lene.headers['Authorization']}"
    where = urlsplit(running.url)
    lines = []

    async def one():
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(f"{poll}\r\nConnection: close\r\n\r\n".encode())
        lines.append((await reader.read()).partition(b"\r\n")[0])
        writer.close()

    storm = [asyncio.create_task(one()) for _ in range(number)]
    while len(lines) < number - 1:  # noqa: ASYNC110  whoever is last has no answer yet
        await asyncio.sleep(0.01)
    assert (await busy(lene)).status == 204
    await asyncio.wait_for(asyncio.gather(*storm), 20)

    assert [b"HTTP/1.1 409 Conflict"] * (number - 1) + [b"HTTP/1.1 200 OK"] == lines
