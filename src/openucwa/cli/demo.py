"""``openucwa demo``: a server with a handful of people, to try things out."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

import click
import msgspec

from openucwa.adapters.passwords import Passwords
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.app.origins import LOOPBACK
from openucwa.cli.options import with_settings
from openucwa.cli.portrait import portrait
from openucwa.cli.serve import announce, is_loopback, serve_forever, test_mode_flag
from openucwa.domain.contacts import ContactList, Limits
from openucwa.domain.people import DistributionGroup, Person, identifier_of
from openucwa.settings import Settings
from openucwa.wiring import Server

DOMAIN = "contoso.test"
PEOPLE = (
    ("lenea", "Lene Aaling", "Head of Support", "Support"),
    ("saradavis", "Sara Davis", "Support Engineer", "Support"),
    ("tonismith", "Toni Smith", "Developer", "Engineering"),
    ("marek", "Marek Šťastný", "Developer", "Engineering"),
    ("aiko", "Aiko Tanaka", "Front Desk", "Office"),
)
MANAGER = "lenea"
"""Everybody's manager, and the administrator."""
GROUPS = {
    "support": ("Support", ["lenea", "saradavis"]),
    "everybody": ("Everybody at Contoso", ["support", "tonismith", "marek", "aiko"]),
}
"""Distribution groups: what they are called, and who is in them, people and other groups."""
FRIENDS = {
    "lenea": ("Engineering", ["tonismith", "marek"], ["aiko"]),
    "saradavis": ("Around me", ["aiko", "lenea"], ["marek"]),
}
"""For two people a group of their own, who is in it, and other contacts."""

_TEXT = """\
OpenUCWA demonstration. Stop it with Ctrl-C; without --data everything is forgotten then.

  address                      password
{people}

{admin} is the administrator: she may use {url}/admin, too.

Get a token:
  curl -s -d grant_type=password -d username={user} -d password={password} \\
    {url}/WebTicket/oauthtoken

Then go on as README.md shows. Metrics: {url}/metrics  Description: {url}/openapi.json
"""


@click.command()
@test_mode_flag
@with_settings("server.host", "server.port", "server.tls_cert", "server.tls_key")
def demo(*, settings: Settings, test_mode: bool) -> None:
    """Run a server with people in it, from a fresh data folder.

    Their passwords can be guessed only on the loopback address; elsewhere they are random.
    Pages that your own machine serves may use it (docs/web-apps.md).
    """
    guessable = is_loopback(settings.server.host)
    passwords = {
        _address(user): f"{user}-demo" if guessable else secrets.token_urlsafe(9)
        for user, *_ in PEOPLE
    }

    async def prepare(server: Server) -> None:
        hasher = Passwords()
        hashes = {address: await hasher.hash(password) for address, password in passwords.items()}
        hasher.close()
        with contextlib.suppress(KeyError):  # a folder of an earlier demonstration has them
            await settle(server, hashes)

    def listening(url: str) -> None:
        rows = "\n".join(f"  {address:<28} {password}" for address, password in passwords.items())
        user, password = next(iter(passwords.items()))
        text = _TEXT.format(
            people=rows, user=user, password=password, url=url, admin=_address(MANAGER)
        )
        click.echo(text)
        announce(url, test_mode=test_mode)

    with contextlib.ExitStack() as stack:
        data = settings.server.data
        if "server.data" not in settings.origins:
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="openucwa-demo-"))
        where = msgspec.structs.replace(settings.server, data=data, domains=(DOMAIN,))
        web = msgspec.structs.replace(
            settings.web, allowed_origins=(*settings.web.allowed_origins, *LOOPBACK)
        )
        settings = msgspec.structs.replace(settings, server=where, web=web)
        serve_forever(settings, listening, prepare, test_mode=test_mode)


async def settle(server: Server, hashes: Mapping[str, str]) -> None:
    """Let everybody be there, with pictures, groups and contacts."""
    cards = [_card(*person) for person in PEOPLE]
    await server.store.add([(card, hashes[card.address]) for card in cards])
    await server.store.set_admin(_address(MANAGER), admin=True)
    for number, card in enumerate(cards):
        picture = await server.pictures.prepare(portrait(number))
        await server.photos.keep(card.address, picture)
    groups = {
        DistributionGroup(_address(user), name): [*map(_address, members)]
        for user, (name, members) in GROUPS.items()
    }
    await SqlGroups(server.database).keep(groups)
    contacts = SqlContacts(server.database)
    for user, friends in FRIENDS.items():
        await contacts.change(_address(user), partial(_befriended, *friends))


def _befriended(
    name: str, inside: Iterable[str], others: Iterable[str], own: ContactList
) -> ContactList:
    """Return a contact list with a group and some others."""
    group = identifier_of(f"{own.owner}/{name}")
    own = own.create(group, name, Limits())
    for where, users in ((group, inside), ("", others)):
        for user in users:
            own = own.add(_address(user), where, Limits())
    return own


def _address(user: str) -> str:
    return f"{user}@{DOMAIN}"


def _card(user: str, name: str, title: str, department: str) -> Person:
    address = _address(user)
    card = Person(address, f"sip:{address}", name, title, department, "Contoso", emails=(address,))
    return card if user == MANAGER else replace(card, manager=_address(MANAGER))
