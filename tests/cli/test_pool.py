"""``openucwa pool``: which pools there are and whom they serve, from the command line."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.redis.connection import connect
from openucwa.adapters.redis.membership import Membership
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.pools import SqlPools
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
NORTH, SOUTH = "https://north.contoso.test", "https://south.contoso.test"


@pytest.fixture
def pool(tmp_path):
    """The command, where north and south have started; south is not backed up."""

    async def add():
        database = await Database.open(tmp_path / "data")
        people = [Person(address, f"sip:{address}", "") for address in (LENE, SARA)]
        await SqlStore(database).add([(person, "") for person in people])
        await SqlPools(database).register("north", NORTH, "south", 0.0)
        await SqlPools(database).register("south", SOUTH, "", 60.0)
        await database.close()

    asyncio.run(add())

    def run(*words, env=None):
        command = ["pool", *words, "--data", str(tmp_path / "data")]
        return CliRunner().invoke(main, command, env=env)

    return run


def test_pools_are_listed(pool):
    assert (
        f"north\tserving\t1970-01-01T00:00:00+00:00\t2\tsouth\t{NORTH}\n"
        f"south\tserving\t1970-01-01T00:01:00+00:00\t0\t\t{SOUTH}\n"
    ) == pool("list").output


def test_a_pool_is_drained_and_serves_again(pool):
    assert (
        f"north is drained; its people are served by: south {SOUTH}\n"
        == pool("drain", "north").output
    )
    rows = [row.split("\t")[:2] for row in pool("list").output.splitlines()]
    assert [["north", "draining"], ["south", "serving"]] == rows
    assert f"people are served by: south {SOUTH}" in pool("status", "north").output

    for _ in range(2):
        assert "north serves its people\n" == pool("undrain", "north").output
    assert f"people are served by: north {NORTH}" in pool("status", "north").output


def test_draining_a_pool_without_a_backup_says_what_clients_get(pool):
    served = "people are served by: nobody; they are answered 410 CannotRedirect"

    assert served in pool("drain", "south").output
    assert served in pool("status", "south").output


def test_people_move(pool):
    done = pool("home", LENE.upper(), f"sip:{SARA}", "south")
    assert (0, f"at home in south: {LENE}, {SARA}\n") == (done.exit_code, done.output)
    assert "people at home: 2" in pool("status", "south").output

    assert "at home in north: everybody\n" == pool("home", "everybody", "north").output
    assert "people at home: 0" in pool("status", "south").output


def test_the_pool_meant_is_that_of_the_configuration(pool):
    done = pool("status", env={"OPENUCWA_POOL_NAME": "south"})

    assert done.output.startswith("south is serving since 1970-01-01T00:01:00+00:00\n")


def test_the_nodes_of_a_pool_are_shown_with_their_shards(pool, redis):
    async def join():
        connection = await connect(redis.url)
        for node, shards in (("one", range(200)), ("two", range(200, 250))):
            member = Membership(connection, "north", node, f"{node}.contoso.test:7000")
            await member.beat()
            await member.claim_many(shards)
        await connection.close()

    asyncio.run(join())
    shown = [
        "node one at one.contoso.test:7000: 200 shards",
        "node two at two.contoso.test:7000: 50 shards",
        "shards that no living node has: 6",
    ]

    live = ("--live", redis.url)
    env = {"OPENUCWA_POOL_NAME": "north"}
    assert shown == pool("status", *live, env=env).output.splitlines()[-3:]
    assert "node" not in pool("status", "south", *live, env=env).output


def test_a_live_store_that_does_not_answer_is_said_to(pool):
    done = pool("status", "--live", "redis://127.0.0.1:1", env={"OPENUCWA_POOL_NAME": "north"})
    assert (1, True) == (done.exit_code, "127.0.0.1:1 cannot be used" in done.stderr)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["drain", "east"], 1, "there is no pool 'east'; there are north, south"),
        (["status"], 1, "there is no pool 'main'; there are north, south"),
        (["home", LENE, "east"], 1, "there is no pool 'east'; there are north, south"),
        (["home", LENE, "x@contoso.test", "south"], 1, "nobody has the address x@contoso.test"),
        (["home", "lene", "south"], 2, "'lene' is not an address"),
        (["home", "south"], 2, "Missing argument"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_explained_and_nothing_has_changed(pool, words, code, said):
    before = pool("list").output
    done = pool(*words)

    assert code == done.exit_code
    assert said in done.stderr
    assert before == pool("list").output


def test_before_a_server_has_started_there_are_no_pools(tmp_path):
    done = CliRunner().invoke(main, ["pool", "drain", "--data", str(tmp_path)])

    assert (1, "Error: there is no pool 'main'; none has started\n") == (
        done.exit_code,
        done.stderr,
    )
