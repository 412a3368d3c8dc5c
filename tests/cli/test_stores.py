"""The database as commands use it."""

from __future__ import annotations

import os
from unittest import mock

import click
import pytest
from click.testing import CliRunner

from openucwa.cli import stores
from openucwa.cli.main import main
from openucwa.settings import Server, Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(server=Server(data=str(tmp_path / "data")))


async def answers(database):
    return await database.answers()


def test_the_database_is_open_for_the_work(settings):
    assert stores.use(settings, answers)


def test_a_database_that_cannot_be_used_ends_the_command(tmp_path):
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(click.ClickException, match="cannot use"):
        stores.use(Settings(server=Server(data=str(tmp_path / "data"))), answers)


def test_commands_use_the_database_that_a_flag_or_a_variable_names(postgresql, tmp_path):
    """Nothing is put into the data folder then."""

    def openucwa(*words, **variables):
        with mock.patch.dict(os.environ, variables):
            return CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")]).output

    (tmp_path / "people.csv").write_text("address,name\nlene@a.test,Lene\n")
    openucwa("import", str(tmp_path / "people.csv"), OPENUCWA_SERVER_DATABASE=postgresql)

    assert "Lene" in openucwa("user", "list", "--database", postgresql)
    assert '"Lene"' in openucwa("export", "lene@a.test", "--database", postgresql)
    assert not (tmp_path / "data").exists()
    assert "nobody" in openucwa("export", "lene@a.test")


def test_a_database_that_is_not_there_ends_the_command_without_telling_the_password():
    command = ["user", "list", "--database", "postgresql://u:secret@127.0.0.1:1/d"]
    done = CliRunner().invoke(main, command)

    assert 1 == done.exit_code
    assert "Error: cannot use postgresql://u:***@127.0.0.1:1/d: " in done.output


def test_a_person_who_is_unknown_ends_the_command(settings):
    async def unknown(database):
        raise KeyError("x@contoso.test")

    with pytest.raises(click.ClickException, match="nobody has the address x@"):
        stores.change(settings, unknown)


def test_an_address_is_made_canonical():
    assert "lenea@contoso.test" == stores.address_typed(" sip:LeneA@contoso.test")


def test_what_is_no_address_ends_the_command():
    with pytest.raises(click.UsageError, match="'lene' is not an address"):
        stores.address_typed("lene")
