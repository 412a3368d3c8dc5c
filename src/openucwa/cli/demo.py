"""``openucwa demo``: a server with a handful of people, to try things out."""

from __future__ import annotations

import contextlib
import secrets
import tempfile

import click
import msgspec

from openucwa.adapters.passwords import Passwords
from openucwa.app.origins import LOOPBACK
from openucwa.cli.options import with_settings
from openucwa.cli.portrait import portrait
from openucwa.cli.serve import announce, is_loopback, serve_forever, test_mode_flag
from openucwa.domain.people import Person
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

_TEXT = """\
OpenUCWA demonstration. Stop it with Ctrl-C; without --data everything is forgotten then.

  address                      password
{people}

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
        f"{user}@{DOMAIN}": f"{user}-demo" if guessable else secrets.token_urlsafe(9)
        for user, *_ in PEOPLE
    }

    async def prepare(server: Server) -> None:
        hasher = Passwords()
        people = []
        for user, name, title, department in PEOPLE:
            address = f"{user}@{DOMAIN}"
            card = Person(
                address, f"sip:{address}", name, title, department, "Contoso", emails=(address,)
            )
            people.append((card, await hasher.hash(passwords[address])))
        hasher.close()
        with contextlib.suppress(KeyError):  # a folder of an earlier demonstration has them
            await server.store.add(people)
            for number, (person, _) in enumerate(people):
                picture = await server.pictures.prepare(portrait(number))
                await server.photos.keep(person.address, picture)

    def listening(url: str) -> None:
        rows = "\n".join(f"  {address:<28} {password}" for address, password in passwords.items())
        user, password = next(iter(passwords.items()))
        click.echo(_TEXT.format(people=rows, user=user, password=password, url=url))
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
