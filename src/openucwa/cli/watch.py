"""``openucwa watch``: a live board of who is around, drawn from the server's own API."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

import click
from rich.console import Console
from rich.live import Live

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.sqlite import FILE
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.board import Row, board
from openucwa.cli.session import Refused, Session, Tree
from openucwa.cli.signing_in import address_typed, signs_in
from openucwa.settings import Settings

LEASE = 30
"""Minutes for which to subscribe; the server says when to extend."""

_AT_ONCE = 100
_RETRY = 2.0
_LOST = (401, 404, 410)
_MOVED = 403
"""How the event channel ends of somebody whom another pool serves now (R1.8)."""

_INACTIVE = ("IdleOnline", "IdleBusy", "Away", "Offline")
_FACETS = {"contactPresence": "presence", "contactNote": "note", "contactLocation": "location"}


class Watch:
    """Keeps the rows true. ``changed`` is told when there is news, with a word on the state."""

    def __init__(
        self, session: Session, addresses: list[str], changed: Callable[[str], None]
    ) -> None:
        self._session = session
        self._addresses = addresses
        self._changed = changed
        self.rows: dict[str, Row] = {}

    def read(self) -> None:
        """Read everything about everybody."""
        for address in self._addresses:
            href = f"{self._session.people}/{quote(address)}"
            self.rows[address] = Row(self._session.ask("GET", href)["name"])
            for rel, facet in _FACETS.items():
                self._show(address, rel, self._session.ask("GET", f"{href}/{facet}"))
        self._changed("")

    def follow(self) -> None:
        """Follow the event channel for ever, over expired tokens, restarts and changes of pool."""
        lost = False
        while True:
            endings: tuple[int, ...] = _LOST
            try:
                if lost:
                    self._session.sign_in()
                self._subscribe()
                self.read()
                endings = (*_LOST, _MOVED)
                for package in self._session.packages():
                    self._take(package)
            except (Refused, OSError) as error:
                if isinstance(error, Refused) and error.status not in endings:
                    raise
                lost = True
                self._changed("The connection is lost; trying again.")
                time.sleep(_RETRY)

    def _subscribe(self) -> None:
        uris = [f"sip:{address}" for address in self._addresses]
        for start in range(0, len(uris), _AT_ONCE):
            some = {"duration": LEASE, "uris": uris[start : start + _AT_ONCE]}
            self._session.ask("POST", f"{self._session.people}/presenceSubscriptions", some)

    def _take(self, package: Tree) -> None:
        for event in (event for sender in package["sender"] for event in sender["events"]):
            rel, href = event["link"]["rel"], event["link"]["href"]
            if rel in _FACETS:
                address = unquote(event["in"]["href"].rpartition("/")[2])
                self._show(address, rel, self._session.ask("GET", href), time.time())
            elif (rel, event["type"]) == ("presenceSubscription", "updated"):
                self._session.ask("POST", href, {"duration": LEASE})
        if "resume" in package["_links"]:
            self._subscribe()
        self._changed("")

    def _show(self, address: str, rel: str, shown: Tree, now: float | None = None) -> None:
        """Put into the row what a facet says; ``now`` is when it was seen to change."""
        row = self.rows[address]
        if rel == "contactNote":
            row.note = shown.get("message", "")
        elif rel == "contactLocation":
            row.location = shown.get("location", "")
        else:
            before = row.availability, row.activity
            row.availability, row.activity = shown["availability"], shown.get("activity", "")
            active = re.search(r"\d+", shown.get("lastActive", ""))
            if now is None:  # when it began is not known, unless it began with inactivity
                idle = active if row.availability in _INACTIVE else None
                row.since = int(idle[0]) / 1000 if idle else None
            elif before != (row.availability, row.activity):
                row.since = now


@click.command()
@click.argument("user")
@click.argument("whom", nargs=-1)
@signs_in
@click.option("--once", is_flag=True, help="Print the board and end.")
def watch(
    settings: Settings, url: str, user: str, password: str, whom: tuple[str, ...], *, once: bool
) -> None:
    """Show live who is around, until Ctrl-C.

    Signs in as USER and shows WHOM: addresses, or else everybody in the data folder. Nobody
    sees USER through it.
    """
    addresses = [address_typed(typed) for typed in whom] or _everybody(settings)
    session = Session(url, user, password)
    with suppress(KeyboardInterrupt):
        try:
            session.sign_in()
            try:
                _draw(session, addresses, once=once)
            finally:
                with suppress(Refused, OSError):
                    session.sign_out()
        except (Refused, OSError) as error:
            raise click.ClickException(f"{url}: {error}") from None


def _draw(session: Session, addresses: list[str], *, once: bool) -> None:
    with Live(console=Console(emoji=False, highlight=False), auto_refresh=False) as live:

        def changed(caption: str) -> None:
            live.update(board(watching.rows.values(), time.time(), caption), refresh=True)

        watching = Watch(session, addresses, changed)
        watching.read()
        if not once:
            watching.follow()


def _everybody(settings: Settings) -> list[str]:
    """Return the addresses of all people in a database that exists."""
    where = settings.server

    async def read() -> list[str]:
        database = await Database.open(where.place)
        try:
            return [person.address for person, _ in await SqlStore(database).everyone()]
        finally:
            await database.close()

    try:
        found = asyncio.run(read()) if where.database or (Path(where.data) / FILE).exists() else []
    except DatabaseUnusable as error:
        raise click.ClickException(str(error)) from None
    if not found:
        raise click.UsageError(f"say whom to watch: nobody is in {where.place}")
    return found
