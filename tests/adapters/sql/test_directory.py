"""Directory in SQL: ``tests/ports/test_directory.py`` has what every directory must do."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.domain.people import DistributionGroup, Person


@pytest.mark.parametrize(
    ("query", "statements"), [("lene", 2), ("lab", 2), ("l", 3), ("x", 1), ("%", 0)]
)
async def test_a_search_takes_few_statements_however_many_it_finds(place, query, statements):
    database = await Database.open(place)
    people = [Person(f"p{number}@b.test", f"sip:p{number}@b.test", "Lene") for number in range(99)]
    await SqlRegistry(database).add([(person, "") for person in people])
    await SqlGroups(database).keep({DistributionGroup("lab@b.test", "Lab"): []})
    seen = []

    def see(*_):
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", see)
    await SqlDirectory(database).search(query, 100)
    event.remove(Engine, "before_cursor_execute", see)
    await database.close()

    assert statements == len(seen)
