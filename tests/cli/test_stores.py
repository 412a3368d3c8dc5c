"""The database as commands use it."""

from __future__ import annotations

import click
import pytest

from openucwa.cli import stores
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
