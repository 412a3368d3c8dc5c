"""``openucwa user photo``: pictures from the command line."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from openucwa.adapters.pictures import LONGEST
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.people import Person
from pictures import opened, picture

LENE = "lenea@contoso.test"


@pytest.fixture
def run(tmp_path):
    def run(*words, given=b""):
        return CliRunner().invoke(
            main, ["user", *words, "--data", str(tmp_path / "data")], input=given
        )

    async def add():
        database = await Database.open(tmp_path / "data")
        await SqlStore(database).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
        await database.close()

    asyncio.run(add())
    return run


@pytest.fixture
def kept(tmp_path):
    """Read what is in the database."""

    async def look():
        database = await Database.open(tmp_path / "data")
        photo = await SqlPhotos(database).photo(LENE)
        await database.close()
        return photo

    return lambda: asyncio.run(look())


def test_a_picture_is_set_from_a_file_and_removed(run, kept, tmp_path):
    file = tmp_path / "lene.webp"
    file.write_bytes(picture(700, 500, "WEBP"))
    done = run("photo", f"sip:{LENE.title()}", str(file))

    assert (0, f"changed the picture of {LENE}\n") == (done.exit_code, done.output)
    assert (500, 500) == opened(kept().jpeg).size

    done = run("photo", LENE, "--remove")

    assert (0, f"removed the picture of {LENE}\n") == (done.exit_code, done.output)
    assert kept() is None


def test_a_picture_is_read_from_the_input(run, kept):
    assert 0 == run("photo", LENE, "-", given=picture()).exit_code
    assert kept() is not None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"hello", "This is no picture in JPEG, PNG, WEBP or GIF."),
        (picture()[:100], "This picture is damaged."),
        (picture(8000, 8000, mode="1", colour=0), "10 MB and 40 megapixels at most"),
        (bytes(LONGEST + 1), "10 MB and 40 megapixels at most"),
    ],
    ids=["text", "damaged", "pixels", "bytes"],
)
def test_what_is_no_usable_picture_is_refused_with_the_reason(run, kept, body, text):
    done = run("photo", LENE, "-", given=body)

    assert 1 == done.exit_code
    assert text in done.output
    assert kept() is None


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ((LENE,), 2, "name a file with the picture, or say --remove"),
        ((LENE, "-", "--remove"), 2, "name a file with the picture, or say --remove"),
        ((LENE, "no-such-file"), 2, "No such file"),
        (("lene", "--remove"), 2, "is not an address"),
        (("nobody@contoso.test", "-"), 1, "nobody has the address nobody@contoso.test"),
        (("nobody@contoso.test", "--remove"), 1, "nobody has the address nobody@contoso.test"),
    ],
)
def test_what_is_typed_wrongly_is_said(run, words, code, text):
    done = run("photo", *words, given=picture())

    assert code == done.exit_code
    assert text in done.output
