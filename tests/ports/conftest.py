"""The suites of the ports run over every store that claims to implement them."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.meetings import SqlMeetings
from openucwa.adapters.sql.store import SqlStore


@pytest.fixture
async def store(place):
    database = await Database.open(place)
    yield SqlStore(database)
    await database.close()


@pytest.fixture
def groups(store):
    return SqlGroups(store._database)


@pytest.fixture
def history(store):
    return SqlHistory(store._database)


@pytest.fixture
def meetings(store):
    return SqlMeetings(store._database)
