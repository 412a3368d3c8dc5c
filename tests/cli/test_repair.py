"""``openucwa repair``, and what ``openucwa serve`` says before somebody needs it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import suppress

import pytest
from click.testing import CliRunner

from journals import LIMIT, NOW, a_user
from openucwa.adapters.batches import FILE, Batch, BatchFile, encode
from openucwa.adapters.recovery import recover
from openucwa.cli.main import main

LENE, SARA = "lene@contoso.test", "sara@contoso.test"


@pytest.fixture
def folder(tmp_path):
    """A data folder with a journal of two batches."""
    file = BatchFile(tmp_path)
    for address in (LENE, SARA):
        file.append(encode(Batch(NOW, [], [a_user(address)], [])))
    file.close()
    return tmp_path


def damage(folder):
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("UPDATE batches SET body = x'00' WHERE id = 1")
    connection.close()


def run(verb, folder, *more):
    return CliRunner().invoke(main, [verb, "--data", str(folder), *more])


def who_is_left(folder):
    file = BatchFile(folder)
    users, _ = recover(file, NOW, LIMIT)
    file.close()
    return [user.address for user in users]


def test_what_is_damaged_is_dropped_and_the_rest_is_kept(folder):
    damage(folder)
    done = run("repair", folder)

    assert (0, "Dropped 1 damaged batches: 1.\n") == (done.exit_code, done.output)
    assert [SARA] == who_is_left(folder)
    assert run("repair", folder).output == "Nothing is damaged.\n"


def test_what_is_well_is_left_alone(folder):
    before = (folder / FILE).read_bytes()
    done = run("repair", folder)

    assert (0, "Nothing is damaged.\n") == (done.exit_code, done.output)
    assert before == (folder / FILE).read_bytes()
    assert [LENE, SARA] == who_is_left(folder)


@pytest.mark.parametrize("offset", [0, 4096])
def test_a_file_that_cannot_be_read_is_set_aside(folder, offset):
    """Nothing is thrown away that somebody might still want to look at."""
    with (folder / FILE).open("r+b") as raw:
        raw.seek(offset)
        raw.write(b"garbage!" * 250)
    content = (folder / FILE).read_bytes()
    (folder / f"{FILE}.damaged-1").write_text("an earlier one")
    done = run("repair", folder)
    kept = folder / f"{FILE}.damaged-2"

    assert 0 == done.exit_code
    assert f"The file is kept as {kept}; clients start anew." in done.output
    assert content == kept.read_bytes()
    assert [] == who_is_left(folder)


def test_a_folder_without_a_journal_may_be_the_wrong_one(tmp_path):
    done = run("repair", tmp_path)

    assert (1, 1) == (done.exit_code, done.stderr.count("\n"))
    assert "is --data right?" in done.stderr
    assert not list(tmp_path.iterdir())


def test_nothing_is_repaired_under_a_running_server(folder):
    running = BatchFile(folder)
    done = run("repair", folder)
    running.close()

    assert (1, 1) == (done.exit_code, done.stderr.count("\n"))
    assert "another server runs" in done.stderr
    assert "stop it first" in done.stderr
    assert [LENE, SARA] == who_is_left(folder)


def test_the_server_does_not_start_on_a_damaged_journal_and_says_what_to_do(folder, openucwa):
    damage(folder)
    done = openucwa("serve", "--data", str(folder), "--port", "0")

    assert (1, 1) == (done.returncode, done.stderr.count("\n"))
    assert "batch 1 is not what was written" in done.stderr
    assert done.stderr.endswith(f"openucwa repair --data {folder}\n")


@pytest.mark.parametrize("verb", ["serve", "repair"])
def test_a_journal_that_cannot_be_opened_is_not_called_damaged(folder, verb, openucwa):
    """Neither is anything dropped or set aside: a restart will do."""
    (folder / FILE).rename(folder / "away")
    (folder / FILE).mkdir()
    done = openucwa(verb, "--data", str(folder))

    assert (1, 1) == (done.returncode, done.stderr.count("\n"))
    assert f"cannot open {folder / FILE}" in done.stderr
    assert (folder / FILE).is_dir()


@pytest.fixture
def full_disk(tmp_path):
    """A file system of its own without any room."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a disk of its own")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_is_no_damage(full_disk):
    (full_disk / FILE).touch()
    with suppress(OSError), (full_disk / "big").open("wb", 0) as big:
        while True:
            big.write(bytes(4096))
    done = run("repair", full_disk)

    assert (1, 1) == (done.exit_code, done.stderr.count("\n"))
    assert "disk" in done.stderr
    assert ["big", FILE] == sorted(path.name for path in full_disk.iterdir())
