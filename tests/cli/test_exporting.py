"""``openucwa export``: a person's belongings as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from openucwa.cli.main import main

LENE = "lenea@contoso.test"


@pytest.fixture
def openucwa(tmp_path):
    def run(*words, given=""):
        return CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")], input=given)

    run("user", "add", LENE, "--name", "Lene", "--title", "Boß", "--password-stdin", given="secret")
    return run


def test_belongings_are_written_as_json(openucwa):
    done = openucwa("export", f"sip:{LENE.upper()}")

    found = json.loads(done.stdout)
    assert (0, LENE, "Boß") == (
        done.exit_code,
        found["person"]["address"],
        found["person"]["title"],
    )
    assert {"admin": False, "disabled": False, "has_password": True} == found["account"]
    assert {"openucwa", "exported"} < found.keys()
    assert "argon2" not in done.stdout


def test_a_file_can_be_read_by_its_owner_only(openucwa, tmp_path):
    file = tmp_path / "lene.json"

    done = openucwa("export", LENE, "-o", str(file))

    assert (0, "") == (done.exit_code, done.stdout)
    assert 0o600 == file.stat().st_mode & 0o777
    assert LENE == json.loads(file.read_text("utf-8"))["person"]["address"]


def test_who_is_unknown_ends_with_1_and_writes_nothing(openucwa, tmp_path):
    done = openucwa("export", "nobody@contoso.test", "-o", str(tmp_path / "file"))

    assert done.exit_code == 1
    assert "nobody has the address nobody@contoso.test" in done.stderr
    assert not (tmp_path / "file").exists()


def test_a_place_that_cannot_be_written_ends_with_1(openucwa, tmp_path):
    done = openucwa("export", LENE, "-o", str(tmp_path / "missing" / "file"))

    assert (1, 1) == (done.exit_code, done.stderr.count("\n"))
    assert "No such file or directory" in done.stderr
