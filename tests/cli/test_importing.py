"""``openucwa import``: all that files say, or nothing."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from openucwa.adapters.pictures import prepare_now
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.intake import known
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from pictures import picture

LENE, SARA = "lene@example.com", "sara@example.com"
SUPPORT, EVERYBODY = "support@example.com", "all@example.com"
PEOPLE = f"""\
address,name,type,password,title,manager,groups,work_phone
{LENE},Lene Aaling,,secret,Engineer,,{SUPPORT},33 22 11 00
{SARA},Sara Davis,,,Engineer,{LENE},{SUPPORT};{EVERYBODY},
{SUPPORT},Support,group,,,,{EVERYBODY},
{EVERYBODY},Everybody,group,,,,,
"""
CARDS = f"""\
BEGIN:VCARD
VERSION:4.0
FN:Sara Davis-Smith
EMAIL:{SARA}
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:group
FN:Support
EMAIL:{SUPPORT}
MEMBER:mailto:{SARA}
END:VCARD
"""


@pytest.fixture
def place(tmp_path):
    """Write a file beside the data folder."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.fixture
def openucwa(tmp_path):
    def run(*words):
        return CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")])

    return run


@pytest.fixture
def there(tmp_path):
    """Read who is there."""

    async def look():
        database = await Database.open(tmp_path / "data")
        found = await known(database)
        await database.close()
        return found

    return lambda: asyncio.run(look())


def members(there):
    return {address: sorted(found) for address, (_, found) in there.groups.items()}


def test_people_and_groups_are_added(openucwa, place, there, monkeypatch):
    monkeypatch.setenv("OPENUCWA_TELEPHONY_REGION", "DK")
    done = openucwa("import", place("people.csv", PEOPLE))

    assert (0, [
        "people: 2 added, 0 changed, 0 unchanged",
        "groups: 2 added, 0 changed, 0 unchanged",
        "memberships: 4 added, 0 removed",
        "pictures: 0 set",
        "passwords: 1 set",
    ]) == (done.exit_code, done.stdout.splitlines())  # fmt: skip
    assert "1 of the new people cannot sign in until" in done.stderr
    found = there()
    assert (LENE, "tel:+4533221100") == (
        found.people[SARA][0].manager,
        found.people[LENE][0].work_phone,
    )
    assert PasswordHasher().verify(found.people[LENE][1].password_hash, "secret")
    assert "" == found.people[SARA][1].password_hash
    assert {SUPPORT: [LENE, SARA], EVERYBODY: [SARA, SUPPORT]} == members(found)


def test_the_same_file_again_changes_nothing(openucwa, place, there):
    """Not even the password, so nobody has to sign in again."""
    file = place("people.csv", PEOPLE)
    openucwa("import", file)
    before = there()

    done = openucwa("import", file)

    assert "people: 0 added, 0 changed, 2 unchanged" in done.stdout
    assert "passwords: 0 set" in done.stdout
    assert before == there()


def test_a_new_password_replaces_the_old_one_and_none_keeps_it(openucwa, place, there):
    openucwa("import", place("people.csv", f"address,name,password\n{LENE},L,one\n{SARA},S,one\n"))
    openucwa("import", place("people.csv", f"address,name,password\n{LENE},L,two\n{SARA},S,\n"))

    lene, sara = (there().people[who][1] for who in (LENE, SARA))
    assert PasswordHasher().verify(lene.password_hash, "two")
    assert PasswordHasher().verify(sara.password_hash, "one")
    assert (1, 0) == (lene.generation, sara.generation)


def test_several_files_belong_together(openucwa, place, there):
    """What one says of groups may be in another; members on a card are all that there are."""
    openucwa("import", place("people.csv", PEOPLE))

    done = openucwa(
        "import", "-v", place("cards.VCF", CARDS), place("more.csv", "address,name\na@b.test,A")
    )

    assert done.stdout.splitlines()[:4] == [
        f"changed\t{SARA}\tname 'Sara Davis' -> 'Sara Davis-Smith'\temails '' -> '{SARA}'",
        "added\ta@b.test",
        f"changed\t{SUPPORT}\tmembers -{LENE}",
        "people: 1 added, 1 changed (name 1, emails 1), 0 unchanged",
    ]
    assert {SUPPORT: [SARA], EVERYBODY: [SARA, SUPPORT]} == members(there())
    assert "Engineer" == there().people[SARA][0].title


def test_a_dry_run_says_the_same_and_changes_nothing(openucwa, place, there):
    people, cards = place("people.csv", PEOPLE), place("cards.vcf", CARDS)
    openucwa("import", people)
    before = there()

    dry = openucwa("import", "-v", "--dry-run", cards)

    assert dry.stdout.endswith("this was a dry run: nothing has changed\n")
    assert before == there()
    assert dry.stdout.startswith(openucwa("import", "-v", cards).stdout)


def test_pictures_come_along(openucwa, place, there, tmp_path):
    place("lene.png", picture())
    file = place("people.csv", f"address,name,photo\n{LENE},Lene,lene.png\n{SARA},Sara,\n")

    done, again = openucwa("import", file), openucwa("import", file)

    assert "pictures: 1 set" in done.stdout
    assert "pictures: 0 set" in again.stdout
    assert {LENE: prepare_now(picture()).digest} == there().pictures

    place("lene.png", picture(colour="blue"))
    assert "pictures: 1 set" in openucwa("import", file).stdout


def test_all_problems_are_listed_and_nothing_is_imported(openucwa, place, there):
    place("bad.png", b"no picture")
    people = place(
        "people.csv",
        f"address,name,photo,groups\nnew@y.test,New,missing.png,\nwrong,Wrong,,\n"
        f"{LENE},Lene,bad.png,none@example.com\n{LENE},Lene,,\n",
    )
    cards = place("cards.vcf", "BEGIN:VCARD\nVERSION:2.1\nEND:VCARD\n")

    done = openucwa("import", people, cards)

    no_picture = "This is no picture in JPEG, PNG, WEBP or GIF."
    said = done.stderr.replace(people.removesuffix("people.csv"), "")
    assert (1, "") == (done.exit_code, done.stdout)
    assert [
        "Error: nothing was imported, because of this:",
        "  cards.vcf line 1: vCards of version 2.1 are not read: export as 3.0 or 4.0",
        "  people.csv line 2: the picture of new@y.test: there is no file 'missing.png'",
        "  people.csv line 3: 'wrong' is not an address: write user@domain or sip:user@domain",
        f"  people.csv line 4: the picture of {LENE}: {no_picture}",
        "  people.csv line 4: there is no group none@example.com: add a line of type group",
        f"  people.csv line 5: {LENE} is in people.csv line 4 already",
    ] == said.splitlines()
    assert {} == there().people


def test_who_nobody_knows_is_named(openucwa, place):
    done = openucwa(
        "import", place("a.csv", f"address,name,manager\n{LENE},Lene,boss@other.test\n")
    )

    assert done.exit_code == 0
    assert "managers or members who are not in the directory: boss@other.test\n" in done.stderr


def test_a_file_of_another_kind_is_refused(openucwa, place, tmp_path):
    done = openucwa("import", place("people.xlsx", ""))

    assert done.exit_code == 2
    assert "people.xlsx must end in .csv or .vcf" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_chunk_is_no_limit(openucwa, place, there):
    lines = "".join(f"p{n}@example.com,P{n},all@example.com\n" for n in range(1100))
    file = place("a.csv", "address,name,groups,type\nall@example.com,All,,group\n" + lines)

    assert "people: 1100 added" in openucwa("import", file).stdout
    assert 1100 == len(there().groups["all@example.com"][1])

    longer = place("a.csv", "address,name,title\n" + lines.replace("all@example.com", "Boss"))
    assert "1100 changed (title 1100)" in openucwa("import", longer).stdout


def test_who_is_imported_can_be_found(openucwa, place, tmp_path):
    openucwa("import", place("people.csv", PEOPLE))
    openucwa("import", place("cards.vcf", CARDS))

    async def search(query):
        database = await Database.open(tmp_path / "data")
        found = await SqlStore(database).search(query, 10)
        photo = await SqlPhotos(database).photo(SARA)
        await database.close()
        return [one.address for one in (*found.people, *found.groups)], photo

    assert ([SARA], None) == asyncio.run(search("smith"))
    assert ([SUPPORT], None) == asyncio.run(search("supp"))
