"""``openucwa config``: effective values with their origin."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from openucwa.cli.main import main
from openucwa.settings import OPTIONS


@pytest.fixture
def openucwa():
    def run(*words, **env):
        return CliRunner().invoke(main, ["config", *words], env=env)

    return run


def test_every_setting_is_shown_with_its_origin(openucwa, tmp_path):
    file = tmp_path / "openucwa.toml"
    file.write_text("[events]\nlow = '1s'")

    done = openucwa(
        "show", "--json", "--config", str(file), "--data", "here", OPENUCWA_SERVER_PORT="1"
    )

    shown = json.loads(done.stdout)
    assert list(OPTIONS) == list(shown)
    assert {"value": "1s", "origin": f"{file}, line 2"} == shown["events.low"]
    assert {"value": "here", "origin": "flag --data"} == shown["server.data"]
    assert {"value": "1", "origin": "variable OPENUCWA_SERVER_PORT"} == shown["server.port"]
    assert {"value": "5m", "origin": "default"} == shown["presence.away_timeout"]


@pytest.mark.parametrize("written", ["postgres://u:secret@h/d", "postgresql://h/d?password=secret"])
def test_no_password_is_shown(openucwa, written):
    done = openucwa("show", "--database", written)

    assert "secret" not in done.stdout
    assert written.replace("secret", "***") in done.stdout


def test_people_get_a_line_for_each_setting(openucwa):
    done = openucwa("show")

    lines = [line.split() for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert list(OPTIONS) == [name for name, *_ in lines]
    assert ["server.port", "8080", "default"] in lines


def test_wrong_settings_end_with_2_and_one_readable_line(openucwa):
    done = openucwa("show", OPENUCWA_SERVER_PORT="many")

    assert done.exit_code == 2
    assert done.stderr == (
        "Error: server.port (variable OPENUCWA_SERVER_PORT) is 'many'; "
        "allowed: a whole number from 0 to 65535\n"
    )
