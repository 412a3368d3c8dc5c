"""The server as a process: how it starts, what it is told by flags, and how it ends."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess

import pytest

from process import QUICK, Network
from world import APPLICATIONS, DOMAIN

LENE, TONI = f"lenea@{DOMAIN}", f"tonismith@{DOMAIN}"


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost, signed by itself, and its key."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert]
    words += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(words, check=True, capture_output=True)
    return cert, key


async def test_tls_and_the_public_url(servers, certificate):
    """Behind a proxy, discovery and challenge name the proxy (CLIENT-RULES 1.2)."""
    cert, key = certificate
    running = servers.start(
        "--tls-cert", str(cert), "--tls-key", str(key),
        config='[server]\npublic_url = "https://pool.contoso.test"', people=False,
    )  # fmt: skip
    assert running.url.startswith("https://127.0.0.1:")
    network = Network(running.url, verify=ssl.create_default_context(cafile=cert))

    root = await network.ask("GET", "/")
    user = await network.ask("GET", "/Autodiscover/AutodiscoverService.svc/root/oauth/user")

    await network.close()
    assert root.href("user").startswith("https://pool.contoso.test/Autodiscover/")
    assert root.header("X-MS-Server-Fqdn") == "pool.contoso.test"
    assert (
        'href="https://pool.contoso.test/WebTicket/oauthtoken"' in (user.all("WWW-Authenticate")[1])
    )


async def test_sigterm_answers_parked_polls_and_ends_with_0(servers):
    running = servers.start()
    network = Network(running.url)
    client = await network.client(LENE)
    poll = await client.poll()
    await network.advance(0.2)

    running.process.send_signal(signal.SIGTERM)
    reply = await poll.task

    assert (200, []) == (reply.status, reply.tree["sender"])
    assert running.process.wait(10) == 0
    await network.close()


async def test_a_token_is_worth_nothing_at_another_server(servers, network):
    """Servers with data folders of their own have keys of their own."""
    other = Network(servers.start(people=False).url)
    header = {"Authorization": f"Bearer {await network.token(LENE)}"}

    statuses = [
        (await one.ask("POST", APPLICATIONS, "{}", header)).status for one in (network, other)
    ]

    assert statuses == [400, 401]
    await other.close()


async def test_what_was_answered_outlives_a_server_that_was_killed(servers):
    """Token, application, presence, subscription and the events that nobody fetched."""
    killed = servers.start(config=QUICK)
    before = Network(killed.url)
    toni = await before.available(TONI, inactiveTimeout="PT1H")
    lene = await before.client(LENE)
    assert (await lene.watch(TONI)).status == 201
    assert (await toni.post("me/presence", {"availability": "Busy"})).status == 204
    await before.close()
    killed.process.kill()
    killed.process.wait()

    after = Network(servers.start("--data", str(killed.data), config=QUICK, people=False).url)
    toni.world = lene.world = after
    package = await (await lene.poll()).task
    seen = await lene.get(lene.person(TONI, "presence"))

    assert ("people", "updated", "contactPresence", "contact") in package.events()
    assert seen.property("availability") == "Busy"
    assert (await toni.report()).status == 204
    await after.close()


def test_two_servers_do_not_share_a_folder(servers, openucwa):
    running = servers.start(people=False)
    done = openucwa("serve", "--port", "0", "--data", str(running.data))

    assert (1, 1) == (done.returncode, done.stderr.count("\n"))
    assert "another server runs with the data folder" in done.stderr


def test_a_port_in_use_ends_with_1_and_a_line_that_says_so(openucwa, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = openucwa("serve", "--port", str(port), "--data", str(tmp_path / "data"))

    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith(f"Error: cannot listen on 127.0.0.1 port {port}: Address already")
    assert done.stderr.endswith("port 0 takes a free one.\n")


def test_a_certificate_that_cannot_be_used_ends_with_1(openucwa, tmp_path):
    flags = ("--tls-cert", str(tmp_path / "no.pem"), "--tls-key", str(tmp_path / "no.key"))
    done = openucwa("serve", "--port", "0", "--data", str(tmp_path / "data"), *flags)

    assert (1, 1) == (done.returncode, done.stderr.count("\n"))
    assert "cannot use the TLS certificate and key" in done.stderr
