"""``openucwa demo``: passwords are guessable only where nobody else can reach the server."""

from __future__ import annotations

import subprocess

import pytest

from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.cli.demo import DOMAIN, PEOPLE, settle
from openucwa.cli.serve import is_loopback
from process import COMMAND, Running, environment


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("pool.contoso.test", False),
        ("", False),
    ],
)
def test_who_can_reach_an_address(host, alone):
    assert alone == is_loopback(host)


@pytest.fixture
def demo(tmp_path):
    """The demonstration on a free port."""
    command = [*COMMAND, "demo", "--port", "0"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment() | {"OPENUCWA_WEB_ALLOWED_ORIGINS": "https://apps.contoso.test"},
        )
    said = next(line for line in process.stdout if line.startswith("listening on "))
    yield Running(process, said.split()[-1], tmp_path)
    process.terminate()
    process.communicate(timeout=20)


def test_pages_of_the_own_machine_may_use_it_besides_those_that_are_listed(demo):
    def status(origin):
        lines = f"Host: a\r\nConnection: close\r\nX-Ms-Origin: {origin}\r\n\r\n"
        return demo.raw(f"GET / HTTP/1.1\r\n{lines}")[9:12]

    for origin in ("http://localhost:3000", "https://[::1]", "https://apps.contoso.test"):
        assert b"200" == status(origin)
    assert b"403" == status("http://localhost.evil.test:3000")


async def test_people_know_each_other(world):
    """There is something to find: groups in groups, a manager, contacts in groups."""
    server = world.server
    await settle(server, dict.fromkeys((f"{user}@{DOMAIN}" for user, *_ in PEOPLE), ""))

    everyone = await server.store.everyone_in(f"everybody@{DOMAIN}", 100)
    assert {f"{user}@{DOMAIN}" for user, *_ in PEOPLE} == {*everyone}
    lenes = await SqlContacts(server.database).contacts(f"lenea@{DOMAIN}")
    assert {
        "Pinned Contacts": 0,
        "Other Contacts": 1,
        "Engineering": 2,
        "My Organization": 4,
    } == {group.name: len(group.members) for group in lenes.groups.values()}
