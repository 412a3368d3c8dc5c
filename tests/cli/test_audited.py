"""What commands change is in the audit log; what only reads, or is refused, is not."""

from __future__ import annotations

import asyncio
import os
import pwd

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.audit import SqlAudit
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.pools import SqlPools
from openucwa.cli import stores
from openucwa.cli.main import main
from pictures import picture

LENE, TEAM = "lenea@contoso.test", "team@contoso.test"
ME = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
HOOK = "https://bot.example.com/in?key=hush"


@pytest.fixture
def openucwa(tmp_path):
    def run(*words, given=""):
        words = [*words, "--data", str(tmp_path / "data")]
        return CliRunner().invoke(main, words, input=given)

    return run


@pytest.fixture
def log(tmp_path):
    """Read what is in the log, the oldest first."""

    async def look():
        database = await Database.open(tmp_path / "data")
        found = await SqlAudit(database).acts(100)
        await database.close()
        return list(reversed(found))

    return lambda: asyncio.run(look())


@pytest.fixture
def lene(openucwa):
    words = ("--name", "Lene", "--password-stdin")
    assert 0 == openucwa("user", "add", LENE, *words, given="secret\n").exit_code


def test_people(openucwa, log, tmp_path):
    (tmp_path / "x.jpg").write_bytes(picture(kind="JPEG"))
    words = ("--name", "Lene", "--admin", "--password-stdin")
    for given in (
        ("add", LENE, *words),
        ("list",),
        ("set-password", LENE, "--password-stdin"),
        ("disable", LENE),
        ("enable", LENE),
        ("admin", LENE, "--revoke"),
        ("photo", LENE, str(tmp_path / "x.jpg")),
        ("photo", LENE, "--remove"),
        ("remove", LENE, "--yes"),
    ):
        assert 0 == openucwa("user", *given, given="hush hush\n").exit_code
    found = log()

    assert [
        *("person.add", "administrator.grant", "person.password", "person.disable"),
        *("person.enable", "administrator.revoke", "photo.set", "photo.remove", "person.remove"),
    ] == [one.act for one in found]
    assert {(ME, LENE, "Done")} == {(one.actor, one.about, one.outcome) for one in found}
    assert "hush" not in str(found)


def test_groups_policies_and_webhooks(openucwa, log, lene):
    for given in (
        ("group", "add", TEAM, "--name", "Team"),
        ("group", "add-member", TEAM, LENE),
        ("group", "remove-member", TEAM, LENE),
        ("group", "list"),
        ("group", "remove", TEAM),
        ("policy", "set", "photos", "disabled"),
        ("policy", "set", "photos", "enabled", "--person", LENE),
        ("policy", "unset", "photos"),
        ("policy", "list"),
    ):
        assert 0 == openucwa(*given).exit_code, given
    made = openucwa("webhook", "add", HOOK, "--person", LENE).stdout.split()[1].rstrip(",")
    for verb in ("rotate-secret", "remove"):
        assert 0 == openucwa("webhook", verb, made).exit_code
    found = openucwa("callback", "add", HOOK, "--user-agent", "Bot/1").stdout
    assert 0 == openucwa("callback", "remove", found.split()[1].rstrip(",")).exit_code
    host = "bot.example.com"

    assert [
        ("group.add", TEAM, ()),
        ("group.change", TEAM, (f"added {LENE}",)),
        ("group.change", TEAM, (f"removed {LENE}",)),
        ("group.remove", TEAM, ()),
        ("policy.set", "everybody", ("photos Disabled",)),
        ("policy.set", LENE, ("photos Enabled",)),
        ("policy.reset", "everybody", ("photos",)),
        ("webhook.add", host, (LENE,)),
        ("webhook.rotate", host, (made,)),
        ("webhook.remove", host, (made,)),
        ("callback.add", host, ("Bot/1",)),
    ] == [(one.act, one.about, one.details) for one in log()[1:-1]]
    assert "callback.remove" == log()[-1].act
    assert "hush" not in str(log())


def test_pools(openucwa, log, lene, tmp_path):
    async def register():
        database = await Database.open(tmp_path / "data")
        await SqlPools(database).register("main", "", "", 0.0)
        await database.close()

    asyncio.run(register())
    for given in (("drain",), ("undrain",), ("home", LENE, "main"), ("status",), ("list",)):
        assert 0 == openucwa("pool", *given).exit_code

    assert [("pool.drain", ()), ("pool.undrain", ()), ("pool.home", (LENE,))] == [
        (one.act, one.details) for one in log()[1:]
    ]


def test_imports(openucwa, log, tmp_path):
    """In numbers; a dry run, and one that changes nothing, leave no trace."""
    (tmp_path / "p.csv").write_text(f"address,name,password\n{LENE},Lene,hush hush\n")
    for flags in (("--dry-run",), (), ()):
        assert 0 == openucwa("import", str(tmp_path / "p.csv"), *flags).exit_code

    assert [(ME, "import", "", ("added 1", "passwords 1"))] == [one[1:5] for one in log()]


def test_what_is_refused_is_not_kept(openucwa, log):
    for given in (
        ("user", "disable", LENE),
        ("user", "admin", LENE),
        ("policy", "set", "photos", "enabled", "--person", LENE),
        ("group", "remove", TEAM),
        ("pool", "drain", "nothing"),
    ):
        assert 1 == openucwa(*given).exit_code

    assert [] == log()


def test_whoever_has_no_name_has_a_number(monkeypatch):
    def nobody(_number):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)

    assert str(os.getuid()) == stores._user()
