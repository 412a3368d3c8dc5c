"""Conversations between clients and the server, written down in the text files beside this one.

Each line is one step; ``#`` begins a comment::

    client lene/phone             lene signs in, with an application of this name
    lene/phone > POST me/note {"message": "hi"}     a request, below the application
    lene/phone < 204                                its status,
    lene/phone < 409 MakeMeAvailableRequired        with the subcode or the code,
    lene/phone < 200 availability=Online            or with properties (``-``: there is none)
    lene/phone < 201 as $lease                      remembers Location as ``$lease``
    sara > POST $lease/accept                       something below it, in her own application
    lene/phone < event me updated presence          the next event; polls when it has to
    lene/phone < no event                           nothing comes while a poll is held
    lene/phone > poll $one                          asks for events and does not wait
    $one < 409 PGetReplaced                         how that ended,
    $one < waits                                    or that it did not
    after 5m                                        time passes: s, m or h
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from world import Client

FOLDER = Path(__file__).parent
UNITS = {"s": 1, "m": 60, "h": 3600}


class Stage:
    """Who is on, and what they were told."""

    def __init__(self, world):
        self.world = world
        self.clients = {}
        self.replies = {}
        self.events = {}
        self.names = {}

    async def step(self, line):
        """Do what a line says, or check it."""
        if found := re.fullmatch(r"client ((\w+)(?:/\w+)?)", line):
            await self.enter(found[1], found[2])
        elif found := re.fullmatch(r"after (\d+)([smh])", line):
            await self.world.advance(int(found[1]) * UNITS[found[2]])
        elif found := re.fullmatch(r"([\w/]+) > poll (\$\w+)", line):
            self.names[found[2]] = await self.clients[found[1]].poll()
        elif found := re.fullmatch(r"([\w/]+) > ([A-Z]+)(?: (\S+))?(?: (\{.*\}))?", line):
            await self.send(*found.groups())
        elif found := re.fullmatch(r"([\w/]+) < event (.+)", line):
            assert found[2].split() == list((await self.next_event(found[1]))[:3])
        elif found := re.fullmatch(r"([\w/]+) < no event", line):
            assert await self.next_event(found[1]) is None
        elif found := re.fullmatch(r"(\$\w+) < waits", line):
            assert self.names[found[1]].reply is None
        elif found := re.fullmatch(r"([\w/$]+) < (\d+)(?: (.+))?", line):
            name = found[1]
            reply = self.names[name].reply if name[0] == "$" else self.replies[name]
            self.check(reply, int(found[2]), (found[3] or "").split())
        else:
            raise ValueError(f"not a step: {line}")

    async def enter(self, name, user):
        known = [other for other in self.clients if other.partition("/")[0] == user]
        address = f"{user}@contoso.test" if known else await self.world.person(user)
        client = self.clients[name] = Client(self.world, await self.world.token(address))
        await client.create(endpointId=name)
        self.events[name] = []

    async def send(self, name, method, path, body):
        first, slash, rest = (path or "").partition("/")
        if first in self.names:
            theirs = self.names[first].split("/")
            own = self.clients[name].path.split("/")
            path = "/".join([*own, *theirs[len(own) :]]) + slash + rest
        headers = {"Content-Type": "application/json"} if body else {}
        self.replies[name] = await self.clients[name].send(method, path or "", body, headers)

    async def next_event(self, name):
        """Return the next event, or None if a poll ends without one."""
        if not self.events[name]:
            self.events[name] = (await self.clients[name].package(26)).events()
        return self.events[name].pop(0) if self.events[name] else None

    def check(self, reply, status, expected):
        assert status == reply.status, reply.body
        if expected[:1] == ["as"]:
            self.names[expected[1]] = reply.header("Location")
            return
        for word in expected:
            name, equals, value = word.partition("=")
            if equals:
                assert (None if value == "-" else value) == reply.property(name)
            else:
                assert word in reply.reason


def steps(path):
    """Yield the number and the text of each line that is a step."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield number, text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
async def test_dialogue(world, path):
    stage = Stage(world)
    for number, text in steps(path):
        try:
            await stage.step(text)
        except AssertionError as error:
            raise AssertionError(f"{path.name}:{number}: {text}\n{error}") from error
