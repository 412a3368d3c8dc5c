"""Flags that are settings."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from openucwa.cli.options import with_settings


@click.command()
@click.option("--loud", is_flag=True)
@with_settings("server.port", "server.draining", "presence.away_timeout")
def verb(settings, *, loud):
    click.echo(f"{settings.server.port} {settings.server.draining} {settings.presence} {loud}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "9 False"),
        (["--port", "1"], "1 False"),
        (["--draining"], "9 True"),
        (["--no-draining"], "9 False"),
        (["--away-timeout", "90s"], "away_timeout=90.0"),
        (["--loud"], "True\n"),
    ],
)
def test_a_flag_wins_over_a_variable(words, said):
    done = CliRunner().invoke(verb, words, env={"OPENUCWA_SERVER_PORT": "9"})

    assert said in done.stdout


def test_a_wrong_flag_ends_with_2():
    done = CliRunner().invoke(verb, ["--port", "x"])

    assert done.exit_code == 2
    assert "server.port (flag --port) is 'x'" in done.stderr


def test_help_says_what_the_settings_say():
    done = CliRunner().invoke(verb, ["--help"])

    assert "--port PORT" in done.stdout
    assert "[default: 8080]" in done.stdout
    assert "--draining / --no-draining" in done.stdout
