"""The command itself: quick, and told apart from its verbs."""

from __future__ import annotations

import subprocess
import sys

import click
from click.testing import CliRunner

from openucwa import __version__
from openucwa.cli.main import VERBS, main


def test_every_verb_is_listed_and_can_be_found():
    done = CliRunner().invoke(main, ["--help"])

    with click.Context(main) as context:
        for verb in VERBS:
            assert main.get_command(context, verb).name == verb
            assert f"  {verb} " in done.stdout


def test_an_unknown_verb_ends_with_2():
    done = CliRunner().invoke(main, ["usr"])

    assert done.exit_code == 2
    assert "No such command 'usr'" in done.stderr


def test_the_version_needs_nothing_heavy():
    check = (
        "import sys\nfrom openucwa.cli.main import main\n"
        "main(['--version'], standalone_mode=False)\n"
        "sys.exit(bool({'sqlalchemy', 'rich', 'argon2', 'asyncio'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=False)

    assert (0, f"openucwa, version {__version__}\n") == (done.returncode, done.stdout.decode())
