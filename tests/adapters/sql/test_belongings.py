"""What belongs to a person: read for her, and gone with her."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from sqlalchemy import inspect, select, text

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.audit import SqlAudit
from openucwa.adapters.sql.belongings import belongings
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.meetings import SqlMeetings
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.pools import SqlPools
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.domain.administration import Act
from openucwa.domain.contacts import Kind, Limits
from openucwa.domain.history import Entry, Record
from openucwa.domain.meetings import Extension, Meeting
from openucwa.domain.parties import Attendance
from openucwa.domain.people import DistributionGroup, Level, Person
from openucwa.domain.phones import PhoneType
from openucwa.domain.photos import Photo
from openucwa.domain.presence import Note, Preferred, manual_claim, timed_claim
from openucwa.domain.seen import Importance, MessageText

LENE, SARA = "lenea@contoso.test", "saradavis@contoso.test"
SALES = DistributionGroup("sales@contoso.test", "Sales")
PEOPLE = [
    Person(LENE, f"sip:{LENE}", "Lene", emails=("lene@mail.test",), manager=SARA),
    Person(SARA, f"sip:{SARA}", "Sara", manager=LENE),
]


@pytest.fixture
async def database(place):
    """A database in which Lene and Sara have everything, each also of the other."""
    database = await Database.open(place)
    store, contacts = SqlStore(database), SqlContacts(database)
    await store.add([(person, "hash") for person in PEOPLE])
    await SqlGroups(database).keep({SALES: [LENE, SARA]})
    for one, other in ((LENE, SARA), (SARA, LENE)):
        claim = manual_claim(Preferred.AWAY, 0)
        said = {"note": Note("At sea"), "location": "Ship", "manual": claim, "last_active": 1.5}
        await store.keep(one, said)
        await store.set_level(one, other, Level.WORKGROUP)
        await SqlPolicies(database).set(one, "photos", "Disabled")
        await SqlPhotos(database).keep(one, Photo(b"jpeg", "digest"))
        telephony = SqlTelephony(database)
        changes = {"number": "tel:+4533221100", "shown": True}
        await telephony.keep_phone(one, PhoneType.HOME, changes)
        await telephony.change_forwarding(one, lambda forwarding: forwarding)
        for change in (
            lambda before: before.create("id", "Friends", Limits()),
            lambda before, other=other: before.add(other, "id", Limits()),
            lambda before, other=other: before.add(other, before.only(Kind.DELEGATES).id, Limits()),
            lambda before: before.add_distribution(SALES, "Sales", Limits()),
        ):
            await contacts.change(one, change)
    await SqlPools(database).register("main", "", "", 0.0)
    await SqlPools(database).settle([LENE, SARA], "main")
    hooks = SqlWebhooks(database)
    await hooks.add_callback("https://a.test/", "agent", LENE)
    await hooks.add_webhook("https://a.test/", subjects=[LENE, SARA])
    for one, other in ((LENE, SARA), (SARA, LENE)):
        extension = Extension("e", data={"by": one})
        named = {"leaders": (other,), "attendees": (other, "x@elsewhere.test")}
        meeting = Meeting(f"OF{one[:4].upper()}", one, "Plans", extensions=(extension,), **named)
        await SqlMeetings(database).add(replace(meeting, expires=5.0), 1)
    await SqlHistory(database).record([_talk(LENE, LENE), _talk(SARA, SARA)])
    await SqlAudit(database).note(Act(1.0, LENE, "person.disable", SARA))
    yield database
    await database.close()


def _talk(owner, name):
    """Return what somebody keeps of a conversation with a stranger."""
    attendance = Attendance(owner, 1, 1.0, incoming=True, last=1)
    said = Entry(1, owner, 2.0, MessageText("Hello"))
    names = {owner: "I", "x@elsewhere.test": "X"}
    about = (f"with {name}", "thread", "Lunch", Importance.NORMAL, "")
    return Record(*about, names, 0, (attendance,), (said,))


async def rows(database):
    """Return everything that the database holds, by table; the index of searches, too."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        return {
            name: [tuple(row) for row in await connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in names
        }


async def test_everything_is_read(database):
    found = await belongings(database, LENE)

    assert SARA == found["person"]["manager"]
    assert {"admin": False, "disabled": False, "has_password": True} == found["account"]
    assert {
        "note": {"message": "At sea", "type": "Personal"},
        "location": "Ship",
        "chosen": {
            "availability": "Away",
            "since": "1970-01-01T00:00:00+00:00",
            "expires": None,
        },
        "last_active": "1970-01-01T00:00:01.500000+00:00",
    } == found["standing"]
    assert {"photos": "Disabled"} == found["policies"]
    assert {"home": {"number": "tel:+4533221100", "shown": True}} == found["phones"]
    assert "None" == found["forwarding"]["state"]
    assert b"jpeg" == base64.b64decode(found["photo"]["base64"])
    assert [
        {"name": "Pinned Contacts", "kind": "pinnedGroup", "members": []},
        {"name": "Other Contacts", "kind": "defaultGroup", "members": []},
        {"name": "Friends", "kind": "group", "members": [SARA]},
        {"name": "Sales", "kind": "distributionGroup", "address": SALES.address},
    ] == found["contacts"]
    assert [SARA] == found["delegates"]
    assert {SARA: "Workgroup"} == found["levels"]
    assert [SALES.address] == found["distribution_groups"]
    assert [
        {
            "subject": "Lunch",
            "began": "1970-01-01T00:00:01+00:00",
            "missed": False,
            "people": {LENE: "I", "x@elsewhere.test": "X"},
            "messages": [{"from": LENE, "at": "1970-01-01T00:00:02+00:00", "text": "Hello"}],
        }
    ] == found["conversations"]
    (meeting,) = found["meetings"]
    assert ("OFLENE", "Plans", (SARA,), "1970-01-01T00:00:05+00:00") == tuple(
        meeting[name] for name in ("id", "subject", "leaders", "expires")
    )
    assert [{"by": LENE}] == [extension["data"] for extension in meeting["extensions"]]


async def test_of_a_timed_choice_what_comes_back_is_read_too(database):
    before = manual_claim(Preferred.AWAY, 0)
    claim = timed_claim(Preferred.BUSY, 60, 60, before)
    await SqlStore(database).keep(LENE, {"manual": claim})
    said = (await belongings(database, LENE))["standing"]

    assert ("Busy", "1970-01-01T00:02:00+00:00") == (
        said["chosen"]["availability"],
        said["chosen"]["expires"],
    )
    assert [("Away", None)] == [
        (one["availability"], one["expires"]) for one in said["chosen_before"]
    ]


async def test_every_table_is_full_so_that_the_next_test_means_something(database):
    found = await rows(database)

    assert [] == [
        name
        for name in tables.metadata.tables
        if name not in {"server_keys", "revisions", "distribution_groups", "pools", "webhooks"}
        if not any(LENE in repr(row) for row in found[name])
    ]


async def test_nothing_is_left_of_who_is_removed(database):
    await SqlStore(database).remove(LENE)

    left = await rows(database)
    left.pop("entry_words_data", None)  # SQLite's own, where the words of the gone go in their time
    left.pop("audit")  # what was done stays done, whoever did it
    assert [] == [name for name, found in left.items() if "lene" in repr(found).lower()]
    async with database.read() as connection:
        assert "" == await connection.scalar(select(tables.people.c.manager))
    assert [] == (await SqlStore(database).search("lene", 5)).people


async def test_others_keep_what_is_theirs(database):
    await SqlStore(database).remove(LENE)

    found = await belongings(database, SARA)
    names = [group["name"] for group in found["contacts"]]
    assert ["Pinned Contacts", "Other Contacts", "Friends", "Sales"] == names
    assert ([], {}, "Ship") == (found["delegates"], found["levels"], found["standing"]["location"])
    assert [SALES.address] == found["distribution_groups"]


async def test_who_gets_the_address_next_gets_nothing_else(database):
    """Not even old tokens are good: the account begins with a generation that no token has."""
    store = SqlStore(database)
    await store.set_password(LENE, "new")
    before = await store.account(LENE)
    await store.remove(LENE)
    await store.add([(PEOPLE[0], "other")])

    assert before.generation < (await store.account(LENE)).generation
    found = await belongings(database, LENE)
    assert ({}, {}, None) == (found["policies"], found["phones"], found["standing"]["note"])
    assert [] == found["distribution_groups"] == found["conversations"]


async def test_who_is_unknown_has_nothing(database):
    with pytest.raises(KeyError, match="nobody"):
        await belongings(database, "nobody@contoso.test")
    with pytest.raises(KeyError, match="nobody"):
        await SqlStore(database).remove("nobody@contoso.test")
