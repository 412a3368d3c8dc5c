"""People who have each other on their contact lists, in a data folder to start a server on.

Everybody has equally many contacts, in ``GROUPS`` groups, and is on equally many lists: contacts
are certain numbers further on, the same for all, drawn once. The lists are written as rows,
for through the API it would take as long as the measurement.
"""

from __future__ import annotations

import random
import shutil
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bench.client import run
from bench.crowd import address, enrol
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.tables import contact_groups, memberships
from openucwa.domain.contacts import ALWAYS, system_group
from openucwa.domain.people import Person, identifier_of

_WORK = ("Accounting", "Development", "Sales")
GROUPS = len(ALWAYS) + len(_WORK)


def card(number: int) -> Person:
    """Return a card that is filled in as most are."""
    return Person(
        address(number),
        f"sip:{address(number)}",
        f"Person {number}",
        title="Specialist",
        department=_WORK[number % len(_WORK)],
        company="Contoso",
        office="Amsterdam",
        emails=(address(number),),
        work_phone=f"tel:+4930{number:08}",
    )


def distances(people: int, contacts: int) -> list[int]:
    """Return how much further on than oneself one's contacts are, after the last the first."""
    return random.Random(people).sample(range(1, people), contacts)


def acquainted(place: Path, people: int, contacts: int) -> tuple[Path, list[str]]:
    """Return a folder with so many people of so many contacts each, and everybody's token.

    The folder is made unless it exists, and is to be copied.
    """
    folder = place / f"{people}-with-{contacts}"
    if not (folder / "tokens").exists():
        shutil.rmtree(folder, ignore_errors=True)
        tokens = run(_gather(folder, people, contacts))
        (folder / "tokens").write_text("\n".join(tokens))
    return folder, (folder / "tokens").read_text().split()


async def _gather(folder: Path, people: int, contacts: int) -> list[str]:
    tokens = await enrol(folder, people, card)
    database = await Database.open(folder)
    await database.write_in_thread(partial(_list, people, contacts))
    await database.close()
    return tokens


def _list(people: int, contacts: int, connection: Connection) -> None:
    """Write everybody's groups and who is in them."""
    known = distances(people, contacts)
    groups: list[dict[str, str]] = []
    members: list[dict[str, str]] = []
    for number in range(people):
        owner = address(number)
        own = {identifier_of(f"{owner}/{name}"): name for name in _WORK}
        groups += (
            {"owner": owner, "id": one, "name": name, "address": ""} for one, name in own.items()
        )
        ids = [*(system_group(owner, kind) for kind in ALWAYS), *own]
        members += (
            {"owner": owner, "group_id": ids[n % GROUPS], "contact": address((number + d) % people)}
            for n, d in enumerate(known)
        )
    connection.execute(contact_groups.insert(), groups)
    connection.execute(memberships.insert(), members)
