"""``openucwa group``: distribution groups from the command line."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.cli.main import main
from openucwa.domain.people import DistributionGroup, Person

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
STAFF, LAB = "staff@contoso.test", "lab@contoso.test"


@pytest.fixture
def group(tmp_path):
    async def add():
        database = await Database.open(tmp_path / "data")
        people = [Person(one, f"sip:{one}", one.title()) for one in (LENE, SARA)]
        await SqlRegistry(database).add([(person, "") for person in people])
        await database.close()

    asyncio.run(add())

    def run(*words):
        return CliRunner().invoke(main, ["group", *words, "--data", str(tmp_path / "data")])

    return run


@pytest.fixture
def staff(group):
    """Make a group within another one, and one who is in both."""
    group("add", LAB, "--name", "Lab", "--hidden", "--member", LENE)
    group("add", STAFF, "--name", " All staff ", "--member", LAB, "--member", f"sip:{LENE.upper()}")


def test_groups_are_added_and_listed(group):
    done = group("add", f"sip:{LAB.upper()}", "--name", "Lab", "--hidden", "--member", LENE)
    assert (0, f"added {LAB}\n") == (done.exit_code, done.output)
    group("add", STAFF, "--name", " All staff ", *(["--member", LAB] * 2), "--member", SARA)

    rows = [f"{LAB}\tLab\t1\thidden", f"{STAFF}\tAll staff\t2\topen"]
    assert rows == group("list").output.splitlines()
    members = [f"{LAB}\tLab\tgroup", f"{SARA}\t{SARA.title()}\tperson"]
    assert members == group("show", STAFF).output.splitlines()


def test_there_may_be_no_group(group):
    done = group("list")

    assert (0, "") == (done.exit_code, done.output)


def test_strangers_are_shown_and_can_be_removed(group, staff, tmp_path):
    """An import puts in whoever its files name."""

    async def put():
        database = await Database.open(tmp_path / "data")
        await SqlGroups(database).keep({DistributionGroup(LAB, "Lab"): ["x@y.test"]})
        await database.close()

    asyncio.run(put())

    assert "x@y.test\t\tstranger\n" == group("show", LAB).output
    assert 0 == group("remove-member", LAB, "x@y.test").exit_code
    assert "" == group("show", LAB).output


def test_members_come_and_go(group, staff):
    done = group("add-member", STAFF, SARA, SARA.upper(), LENE)
    assert (0, f"put {SARA}, {LENE} into {STAFF}\n") == (done.exit_code, done.output)
    assert 3 == len(group("show", STAFF).output.splitlines())

    done = group("remove-member", STAFF, SARA, LAB)
    assert (0, f"took {SARA}, {LAB} out of {STAFF}\n") == (done.exit_code, done.output)
    assert f"{LENE}\t{LENE.title()}\tperson\n" == group("show", STAFF).output
    assert f"{STAFF}\tAll staff\t1\topen\n" in group("list").output


def test_groups_may_form_a_circle(group, staff):
    assert 0 == group("add-member", LAB, STAFF, LAB).exit_code
    assert f"{STAFF}\tAll staff\tgroup\n" in group("show", LAB).output


def test_a_removed_group_is_in_no_other(group, staff):
    done = group("remove", LAB)

    assert (0, f"removed {LAB}\n") == (done.exit_code, done.output)
    assert f"{STAFF}\tAll staff\t1\topen\n" == group("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "x", "--name", "X"], "'x' is not an address: write user@domain"),
        (["add", "x@contoso.test", "--name", " "], "--name is a text of 1 to 256 characters"),
        (["add", "x@contoso.test", "--name", "x" * 257], "--name is a text of 1 to 256"),
        (["add", "x@contoso.test", "--name", "a\tb"], "--name is a text of 1 to 256 characters"),
        (["add", "x@contoso.test"], "Missing option '--name'"),
        (["add", "x@contoso.test", "--name", "X", "--member", "y"], "'y' is not an address"),
        (["add-member", STAFF], "Missing argument 'MEMBER...'"),
    ],
    ids=lambda said: None if isinstance(said, str) else " ".join(said)[:30],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(group, words, said):
    done = group(*words)

    assert done.exit_code == 2
    assert said in done.stderr
    assert "" == group("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", STAFF, "--name", "X"], "exists already; change who is in it with `openucwa group"),
        (["add", LENE, "--name", "X"], f"{LENE} is the address of a person"),
        (["add", "x@b", "--name", "X", "--member", "y@b"], "nobody has the address y@b; `openucwa"),
        (["add-member", STAFF, SARA, "y@b"], "nobody has the address y@b; `openucwa user list`"),
        (["add-member", "x@b", SARA], "no group has the address x@b; `openucwa group list`"),
        (["remove-member", STAFF, LENE, SARA], f"{SARA} is not in {STAFF}; `openucwa group show"),
        (["remove-member", "x@b", SARA], "no group has the address x@b"),
        (["show", LENE], f"no group has the address {LENE}"),
        (["remove", "x@b"], "no group has the address x@b"),
    ],
    ids=lambda said: None if isinstance(said, str) else " ".join(said)[:30],
)
def test_what_cannot_be_done_changes_nothing(group, staff, words, said):
    before = group("list").output
    done = group(*words)

    assert done.exit_code == 1
    assert said in done.stderr
    assert before == group("list").output
