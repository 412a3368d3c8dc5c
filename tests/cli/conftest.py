"""The command line on a folder of its own."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person
from process import COMMAND, environment


@pytest.fixture
def command(tmp_path):
    """Run a verb on the test's own data."""

    def run(*words, env=None):
        return CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")], env=env)

    return run


@pytest.fixture
def lene(tmp_path):
    """The address of somebody who is in the directory."""
    address = "lenea@contoso.test"

    async def add():
        database = await Database.open(tmp_path / "data")
        await SqlStore(database).add([(Person(address, f"sip:{address}", "Lene"), "")])
        await database.close()

    asyncio.run(add())
    return address


class Terminal:
    """A verb that people talk in, with what is typed and shown."""

    def __init__(self, process):
        self.process = process

    def type(self, line):
        self.process.stdin.write(f"{line}\n".encode())

    async def shows(self, text):
        """Wait until a line has a text, and return the line."""
        async with asyncio.timeout(30):
            async for line in self.process.stdout:
                if text in line.decode():
                    return line.decode()
        pytest.fail(f"{text!r} was not shown")

    async def close(self):
        """End the input, as Ctrl-D does, and return the exit code."""
        self.process.stdin.close()
        return await self.ended()

    async def ended(self):
        async with asyncio.timeout(30):
            return await self.process.wait()


@pytest.fixture
async def terminal():
    """Run a verb as somebody who types her password first."""
    opened = []

    async def run(person, *words):
        pipe, both = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *words, "--password-stdin",
            stdin=pipe, stdout=pipe, stderr=both, env=environment(),
        )  # fmt: skip
        opened.append(Terminal(process))
        opened[-1].type(person.password)
        return opened[-1]

    yield run
    for one in opened:
        if one.process.returncode is None:
            one.process.kill()
        await one.process.communicate()
