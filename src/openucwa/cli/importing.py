"""``openucwa import``: people, their managers and pictures, and groups, from CSV and vCards."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import Progress, track

from openucwa.adapters.passwords import Passwords
from openucwa.adapters.pictures import LONGEST, prepare_now
from openucwa.adapters.sql import intake
from openucwa.adapters.sql.database import Database
from openucwa.cli import roster, stores, vcards
from openucwa.cli.album import Album
from openucwa.cli.options import with_settings
from openucwa.cli.plan import Change, Plan, plan
from openucwa.cli.roster import Entry, Problem
from openucwa.domain.photos import Photo
from openucwa.domain.refusals import Refused
from openucwa.settings import Settings

T = TypeVar("T")

Reader = Callable[[Path, str], Iterator[Entry | Problem]]
READERS: dict[str, Reader] = {".csv": roster.read, ".vcf": vcards.read}
_FEW = 5


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("-v", "--verbose", is_flag=True, help="Say what changes for each person and group.")
@with_settings()
def import_files(
    settings: Settings, files: Sequence[Path], *, dry_run: bool, verbose: bool
) -> None:
    """Add and change people and groups by what CSV and vCard FILES say.

    All of it is done, or nothing. People who are not in the files stay as they are, and so does
    what the files do not say of somebody. docs/operate.md has examples.
    """
    for path in files:
        if path.suffix.lower() not in READERS:
            raise click.UsageError(f"{path} must end in {' or '.join(READERS)}")
    with Album() as album:
        entries, problems = _read(files, settings.telephony.region, album)
        stores.use(
            settings,
            lambda database: _import(
                database, entries, problems, album, dry_run=dry_run, verbose=verbose
            ),
        )


def _read(
    files: Sequence[Path], region: str, album: Album
) -> tuple[dict[str, Entry], list[Problem]]:
    """Read all files; return what they say by address, and what is wrong with them."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path in files:
        for found in _steps(READERS[path.suffix.lower()](path, region), f"Reading {path.name}"):
            if isinstance(found, Problem):
                problems.append(found)
                continue
            if first := entries.get(found.address):
                text = f"{found.address} is in {first.place} already"
                problems.append(Problem(found.place, text))
            entries.setdefault(found.address, replace(found, picture=None))
            try:
                photo = _picture(found)
            except (OSError, Refused) as error:
                why = error.strerror if isinstance(error, OSError) else error
                problems.append(Problem(found.place, f"the picture of {found.address}: {why}"))
            else:
                if photo is not None:
                    album.keep(found.address, photo)
    return entries, problems


def _picture(entry: Entry) -> Photo | None:
    """Return the picture that an entry has or names. Raises ``OSError`` or ``Refused``."""
    picture = entry.picture
    if isinstance(picture, Path):
        if not picture.is_file():
            raise FileNotFoundError(0, f"there is no file {str(picture)!r}")
        with picture.open("rb") as file:
            picture = file.read(LONGEST + 1)
    return None if picture is None else prepare_now(picture)


async def _import(
    database: Database,
    entries: dict[str, Entry],
    problems: list[Problem],
    album: Album,
    *,
    dry_run: bool,
    verbose: bool,
) -> None:
    known = await intake.known(database)
    planned = plan(entries, known)
    if problems := sorted([*problems, *planned.problems]):
        listed = "\n".join(f"  {place}: {text}" for place, text in problems)
        raise click.ClickException(f"nothing was imported, because of this:\n{listed}")
    given = await _new_passwords(entries, known)
    seen = known.pictures
    pictures = [who for who, digest in album.digests.items() if seen.get(who) != digest]
    if not dry_run:
        await _write(database, planned, given, album, pictures)
    _report(planned, len(pictures), len(given), verbose=verbose)
    if planned.strangers:
        some = sorted(planned.strangers)
        more = ", ..." if len(some) > _FEW else ""
        text = f"managers or members who are not in the directory: {', '.join(some[:_FEW])}{more}"
        click.echo(text, err=True)
    if dry_run:
        click.echo("this was a dry run: nothing has changed")
    elif without := sum(person.address not in given for person in planned.intake.added):
        text = "of the new people cannot sign in until you run `openucwa user set-password`"
        click.echo(f"{without} {text}", err=True)


async def _new_passwords(entries: dict[str, Entry], known: intake.Known) -> dict[str, str]:
    """Return the passwords that are not what people have already."""
    given = {entry.address: entry.password for entry in entries.values() if entry.password}
    hashes = {who: known.people[who][1].password_hash for who in given if who in known.people}
    passwords = Passwords(os.cpu_count() or 1)
    checks = {
        who: asyncio.ensure_future(passwords.verify(stored, given[who]))
        for who, stored in hashes.items()
    }
    for who, same in _steps(checks.items(), "Checking passwords", len(checks)):
        if await same:
            del given[who]
    passwords.close()
    return given


async def _write(
    database: Database,
    planned: Plan,
    given: dict[str, str],
    album: Album,
    pictures: Sequence[str],
) -> None:
    found = planned.intake
    passwords = Passwords(os.cpu_count() or 1)
    hashes = {who: asyncio.ensure_future(passwords.hash(new)) for who, new in given.items()}
    for who, hashed in _steps(hashes.items(), "Hashing passwords", len(hashes)):
        found.hashes[who] = await hashed
    passwords.close()
    total = len(found.added) + len(found.changed) + len(found.groups) + len(pictures)
    if not total + len(given):
        return
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        writing = progress.add_task("Writing", total=total)
        try:
            counts = (("added", found.added), ("changed", found.changed), ("groups", found.groups),
                      ("pictures", pictures), ("passwords", given))  # fmt: skip
            details = (f"{name} {len(some)}" for name, some in counts if some)
            await intake.take(
                stores.signed(database, "import", "", *details),
                found,
                album.photos(pictures),
                lambda done: progress.advance(writing, done),
            )
        except KeyError as error:
            raise click.ClickException(
                f"nothing was imported: {error.args[0]} was added or removed meanwhile; try again"
            ) from None


def _report(planned: Plan, pictures: int, passwords: int, *, verbose: bool) -> None:
    """Say what changes, in lines of tabs for each if asked for, and in numbers."""
    if verbose:
        for change in (*planned.people, *planned.groups):
            details = [f"{field} {text}" for field, text in change.details.items()]
            if change.kind != "unchanged":
                click.echo("\t".join((change.kind, change.address, *details)))
    click.echo(f"people: {_numbers(planned.people)}")
    click.echo(f"groups: {_numbers(planned.groups)}")
    joined = planned.memberships
    click.echo(f"memberships: {joined['added']} added, {joined['removed']} removed")
    click.echo(f"pictures: {pictures} set")
    click.echo(f"passwords: {passwords} set")


def _numbers(changes: Iterable[Change]) -> str:
    changes = list(changes)
    kinds = Counter(change.kind for change in changes)
    details = Counter(
        field for change in changes if change.kind == "changed" for field in change.details
    )
    which = ", ".join(f"{field} {count}" for field, count in details.most_common())
    changed = f"{kinds['changed']} changed" + (f" ({which})" if which else "")
    return f"{kinds['added']} added, {changed}, {kinds['unchanged']} unchanged"


def _steps(items: Iterable[T], title: str, total: int | None = None) -> Iterator[T]:
    """Yield items, and show on a terminal how many there were."""
    hidden = not sys.stderr.isatty() or total == 0
    yield from track(items, title, total, console=Console(stderr=True), disable=hidden)
