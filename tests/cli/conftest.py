"""The command line on a folder of its own."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person


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
