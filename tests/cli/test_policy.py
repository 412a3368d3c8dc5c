"""``openucwa policy``: what people are allowed, from the command line."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person

LENE = "lenea@contoso.test"


@pytest.fixture
def policy(tmp_path):
    async def add():
        database = await Database.open(tmp_path / "data")
        await SqlStore(database).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
        await database.close()

    asyncio.run(add())

    def run(*words):
        return CliRunner().invoke(main, ["policy", *words, "--data", str(tmp_path / "data")])

    return run


def test_policies_are_set_listed_and_unset(policy):
    assert "photos is Disabled for everybody\n" == policy("set", "PHOTOS", "disabled").output
    done = policy("set", "photos", "Enabled", "--person", f"sip:{LENE.upper()}")
    assert (0, f"photos is Enabled for {LENE}\n") == (done.exit_code, done.output)
    assert f"everybody\tphotos\tDisabled\n{LENE}\tphotos\tEnabled\n" == policy("list").output

    done = policy("unset", "photos", "--person", LENE)
    assert (0, f"photos is not set for {LENE} any more\n") == (done.exit_code, done.output)
    assert "everybody\tphotos\tDisabled\n" == policy("list").output


def test_what_holds_for_a_person_is_listed_with_the_defaults(policy):
    policy("set", "telephonyMode", "Uc")
    rows = policy("list", "--person", LENE).output.splitlines()

    assert f"{LENE}\ttelephonyMode\tUc" in rows
    assert f"{LENE}\temoticons\tEnabled" in rows


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "photo", "Enabled"], "'photo' is not a policy; did you mean photos?"),
        (["set", "xyz", "Enabled"], "'xyz' is not a policy; there are allowDeviceContactsSync,"),
        (["unset", "photo"], "did you mean photos?"),
        (["set", "photos", "on"], "photos is one of None, Disabled, Enabled, not 'on'"),
        (["set", "loggingLevel", ""], "loggingLevel is a text of 1 to 100 characters"),
        (["set", "telephonyMode", "a\nb"], "telephonyMode is a text of 1 to 100 characters"),
        (["set", "photos", "Enabled", "--person", "lene"], "'lene' is not an address"),
        *[
            (["set", "retention", days], "retention is a number of days from 1 to 36500")
            for days in ("0", "36501", "1.5", "Enabled", "", "\u0663")
        ],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(policy, words, said):
    done = policy(*words)

    assert done.exit_code == 2
    assert said in done.stderr
    assert "" == policy("list").output


def test_who_is_unknown_has_no_policies(policy):
    done = policy("set", "photos", "Enabled", "--person", "x@contoso.test")

    assert done.exit_code == 1
    assert "nobody has the address x@contoso.test; `openucwa user list`" in done.stderr


def test_what_is_not_set_cannot_be_unset(policy):
    done = policy("unset", "photos")

    assert (1, "Error: photos is not set for everybody\n") == (done.exit_code, done.stderr)


def test_days_are_a_number(policy):
    assert (
        f"retention is 30 for {LENE}\n"
        == policy("set", "Retention", "030", "--person", LENE).output
    )
