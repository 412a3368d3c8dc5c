"""``openucwa user``: people and accounts from the command line."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person

LENE = "lenea@contoso.test"


@pytest.fixture
def openucwa(tmp_path):
    def run(*words, given=""):
        command = ["user", *words, "--data", str(tmp_path / "data")]
        return CliRunner().invoke(main, command, input=given)

    return run


@pytest.fixture
def everyone(tmp_path):
    """Read what is in the store."""

    async def look():
        database = await Database.open(tmp_path / "data")
        people = await SqlStore(database).everyone()
        await database.close()
        return people

    return lambda: asyncio.run(look())


@pytest.fixture
def lene(openucwa):
    openucwa("add", LENE, "--name", "Lene Aaling", "--password-stdin", given="secret\n")


def test_a_person_is_added_with_card_and_password(openucwa, everyone):
    card = ["--title", "Engineer", "--email", "a@b.test", "--email", "c@d.test"]
    done = openucwa(
        "add", "sip:LeneA@contoso.test", "--name", "Lene Aaling", "--password-stdin", *card,
        given="secret\nmore",
    )  # fmt: skip

    assert (0, f"added {LENE}\n") == (done.exit_code, done.stdout)
    [(person, account)] = everyone()
    assert person == Person(
        LENE,
        "sip:LeneA@contoso.test",
        "Lene Aaling",
        title="Engineer",
        emails=("a@b.test", "c@d.test"),
    )
    assert PasswordHasher().verify(account.password_hash, "secret")


def test_who_exists_already_is_not_added_again(openucwa, lene):
    done = openucwa("add", LENE.upper(), "--name", "x", "--password-stdin", given="other")

    assert done.exit_code == 1
    assert f"exists already; change the password with `openucwa user set-password {LENE}`" in (
        done.stderr
    )


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (["lenea", "--password-stdin"], "x", "write user@domain or sip:user@domain"),
        ([LENE], "x", "add --password-stdin and pipe it"),
        ([LENE, "--password-stdin"], "\n", "the password is empty"),
        ([LENE, "--password-stdin"], b"\xff\n", "not UTF-8"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(openucwa, words, given, said, tmp_path):
    done = openucwa("add", *words, "--name", "Lene Aaling", given=given)

    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


def test_without_a_terminal_the_list_is_separated_by_tabs(openucwa, lene):
    assert openucwa("list").stdout == f"{LENE}\tLene Aaling\tenabled\t\n"


def test_an_account_is_disabled_and_enabled(openucwa, everyone, lene):
    assert openucwa("disable", f"sip:{LENE}").exit_code == 0
    assert openucwa("list").stdout == f"{LENE}\tLene Aaling\tdisabled\t\n"
    assert openucwa("enable", LENE).exit_code == 0

    [(_, account)] = everyone()
    assert (False, 2) == (account.disabled, account.generation)


def test_a_password_is_replaced(openucwa, everyone, lene):
    done = openucwa("set-password", LENE, "--password-stdin", given="new\r\n")

    assert done.exit_code == 0
    [(_, account)] = everyone()
    assert PasswordHasher().verify(account.password_hash, "new")


@pytest.mark.parametrize("verb", ["disable", "enable", "set-password", "remove"])
def test_who_is_unknown_ends_with_1(openucwa, verb):
    more = {"set-password": ["--password-stdin"], "remove": ["--yes"]}.get(verb, [])
    done = openucwa(verb, LENE, *more, given="x")

    assert done.exit_code == 1
    assert f"nobody has the address {LENE}; `openucwa user list`" in done.stderr


def test_a_store_that_cannot_be_used_ends_with_1(openucwa, tmp_path):
    (tmp_path / "data").write_text("in the way")

    done = openucwa("list")

    assert (1, 1) == (done.exit_code, done.stderr.count("\n"))
    assert f"cannot use {tmp_path / 'data'}: File exists" in done.stderr


def test_a_phone_without_country_code_is_of_the_region(openucwa, everyone, monkeypatch):
    monkeypatch.setenv("OPENUCWA_TELEPHONY_REGION", "DK")
    openucwa("add", LENE, "--name", "L", "--password-stdin", "--work-phone", "33221100", given="x")

    assert ["tel:+4533221100"] == [person.work_phone for person, _ in everyone()]


def test_a_person_is_removed(openucwa, everyone, lene):
    done = openucwa("remove", LENE, "--yes")

    assert (0, f"removed {LENE}\n") == (done.exit_code, done.stdout)
    assert [] == everyone()


@pytest.mark.parametrize(("answer", "left"), [("n\n", 1), ("", 1), ("y\n", 0)])
def test_nobody_is_removed_without_being_asked(openucwa, everyone, lene, answer, left):
    done = openucwa("remove", LENE, given=answer)

    assert f"Remove {LENE} with everything that is hers? [y/N]" in done.stdout
    assert (left, left) == (done.exit_code, len(everyone()))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(everyone, tmp_path):
    terminal, end = os.openpty()
    words = ["user", "add", LENE, "--name", "Lene", "--data", str(tmp_path / "data")]
    call = f"from openucwa.cli.main import main; main({words})"
    with subprocess.Popen(
        [sys.executable, "-c", call], stdin=end, stdout=end, stderr=end, start_new_session=True
    ) as process:
        os.close(end)
        seen = b""
        for prompt in (b"Password: ", b"confirmation: "):
            while prompt not in seen:
                seen += os.read(terminal, 1024)
            os.write(terminal, b"secret\n")
        while b"added" not in seen:
            seen += os.read(terminal, 1024)
        assert process.wait(10) == 0
    os.close(terminal)

    assert b"secret" not in seen
    [(_, account)] = everyone()
    assert PasswordHasher().verify(account.password_hash, "secret")


def test_a_person_is_made_an_administrator_and_is_not_any_more(openucwa, lene, everyone):
    assert f"{LENE} is an administrator\n" == openucwa("admin", LENE).stdout
    assert f"{LENE}\tLene Aaling\tenabled\tadmin\n" == openucwa("list").stdout
    assert f"{LENE} is no administrator\n" == openucwa("admin", LENE, "--revoke").stdout

    [(_, account)] = everyone()
    assert (False, 0) == (account.admin, account.generation)


def test_an_administrator_can_be_added(openucwa, everyone):
    words = ("--name", "Lene", "--admin", "--password-stdin")
    assert 0 == openucwa("add", LENE, *words, given="secret\n").exit_code

    [(_, account)] = everyone()
    assert account.admin


@pytest.mark.parametrize("words", [("admin", LENE), ("admin", LENE, "--revoke")])
def test_nobody_who_is_unknown_is_an_administrator(openucwa, words):
    done = openucwa(*words)

    assert (1, True) == (done.exit_code, f"nobody has the address {LENE}" in done.stderr)
