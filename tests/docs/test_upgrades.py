"""docs/upgrades.md: its commands save everything and bring it back."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from docs.blocks import ROOT, blocks
from openucwa.adapters.sql.belongings import belongings
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person

PAGE = ROOT / "docs" / "upgrades.md"
COMMANDS = "".join(text for kind, text in blocks(PAGE) if kind == "console").splitlines()
LENE, SARA = (Person(f"{one}@a.test", f"sip:{one}@a.test", one) for one in ("lene", "sara"))


def run(beginning, places):
    """Run those commands of the page that begin so, at other places."""
    ours = [command for command in COMMANDS if command.startswith(beginning)]
    assert ours
    for command in ours:
        here = re.sub("|".join(places), lambda found: places[found[0]], command)
        subprocess.run(here, shell=True, check=True)


async def test_a_backup_brings_everything_back(place, tmp_path):
    backups = tmp_path / "backups"
    backups.mkdir()
    places = {
        "postgresql://openucwa:secret@db.example.com/openucwa": str(place),
        "/var/lib/openucwa": str(tmp_path),
        "/var/backups": str(backups),
    }
    save, restore = ("pg_dump", "pg_restore") if "://" in str(place) else ("sqlite3", ("rm", "cp"))
    if not shutil.which(save):
        pytest.skip(f"apt install {'postgresql-client' if save == 'pg_dump' else 'sqlite3'}")

    database = await Database.open(place)
    await SqlStore(database).add([(LENE, "hash")])
    await SqlStore(database).keep(LENE.address, {"location": "Oslo"})
    before = await belongings(database, LENE.address), await SqlStore(database).secret()
    run(save, places)
    await SqlStore(database).remove(LENE.address)
    await SqlStore(database).add([(SARA, "hash")])
    await database.close()
    run(restore, places)

    database = await Database.open(place)
    store = SqlStore(database)
    assert before == (await belongings(database, LENE.address), await store.secret())
    assert [LENE] == (await store.search("lene", 5)).people
    assert None is await store.person(SARA.address)
    await store.add([(SARA, "hash")])
    assert [SARA] == (await store.search("sara", 5)).people
    await store.remove(SARA.address)
    assert [] == (await store.search("sara", 5)).people
    await database.close()


def test_the_number_that_the_page_names_is_there():
    from openucwa.adapters.sql import migrate  # noqa: PLC0415

    assert re.search(f"`{migrate._OLDEST}`", PAGE.read_text())
