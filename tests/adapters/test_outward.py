"""The way to servers of others, with a real receiver."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from openucwa.adapters.outward import AT_ONCE, CannotTrust, Outward, Unreachable
from openucwa.domain.destinations import Destinations
from receiver import CLOSE, HANG

LOOPBACK = ["127.0.0.0/8"]


@pytest.fixture
async def outward(receivers_certificate):
    made = Outward(Destinations(LOOPBACK), 1.0, str(receivers_certificate[0]))
    yield made
    await made.close()


async def test_a_message_arrives_as_it_was_given(outward, receiver):
    status = await outward.post(receiver.url, {"X-Kind": "test"}, b'{"a":1}')

    [post] = receiver.posts
    assert (204, b'{"a":1}', "test") == (status, post.body, post.headers["x-kind"])
    assert post.headers["user-agent"].startswith("OpenUCWA/")
    assert "cookie" not in post.headers


@pytest.mark.parametrize("status", [302, 307, 404, 500])
async def test_no_answer_is_followed(outward, receiver, status):
    receiver.answers = lambda _: status

    assert status == await outward.post(receiver.url, {}, b"")
    assert 1 == len(receiver.posts)


async def test_who_hangs_or_hangs_up_is_unreachable(outward, receiver):
    receiver.answers = lambda _: CLOSE
    with pytest.raises(Unreachable):
        await outward.post(receiver.url, {}, b"")
    receiver.answers = lambda _: HANG
    with pytest.raises(Unreachable, match="no answer within 1 s"):
        await outward.post(receiver.url, {}, b"")


async def test_an_answer_that_does_not_end_is_not_read_to_its_end():
    """Neither much at once nor a little for ever holds anybody up for longer than allowed."""

    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 10_000)
            await writer.drain()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    outward = Outward(Destinations(LOOPBACK, insecure=True), 5.0)
    status = await asyncio.wait_for(outward.post(f"http://127.0.0.1:{port}/", {}, b""), 3)
    await outward.close()
    server.close()

    assert 200 == status


async def test_nobody_is_trusted_whose_certificate_nobody_signed(receiver):
    outward = Outward(Destinations(LOOPBACK), 2.0)
    with pytest.raises(Unreachable, match="certificate verify failed"):
        await outward.post(receiver.url, {}, b"")
    await outward.close()

    assert [] == receiver.posts


async def test_the_name_in_the_certificate_is_checked_although_an_address_is_connected_to(
    receiver, receivers_certificate, monkeypatch
):
    names_lead_to(monkeypatch, "127.0.0.1")
    outward = Outward(Destinations([*LOOPBACK, "*.test"]), 2.0, str(receivers_certificate[0]))
    port = receiver.server_address[1]

    assert 204 == await outward.post(f"https://receiver.test:{port}/", {}, b"")
    with pytest.raises(Unreachable, match=r"certificate is not valid for 'other\.test'"):
        await outward.post(f"https://other.test:{port}/", {}, b"")
    await outward.close()

    assert [f"receiver.test:{port}"] == [post.headers["host"] for post in receiver.posts]


async def test_a_name_that_leads_inside_is_not_connected_to(
    receiver, receivers_certificate, monkeypatch
):
    """However often it is asked for: what is checked is what is connected to."""
    asked = names_lead_to(monkeypatch, "127.0.0.1")
    outward = Outward(Destinations(["receiver.test"]), 2.0, str(receivers_certificate[0]))
    with pytest.raises(Unreachable, match=r"receiver\.test is at 127\.0\.0\.1, which webhooks"):
        await outward.post(f"https://receiver.test:{receiver.server_address[1]}/", {}, b"")
    await outward.close()

    assert ["receiver.test"] == asked
    assert [] == receiver.posts


async def test_a_name_is_looked_up_once_for_each_connection(
    receiver, receivers_certificate, monkeypatch
):
    """A name that leads elsewhere the second time (DNS rebinding) finds nobody who asks."""
    asked = names_lead_to(monkeypatch, "127.0.0.1")
    outward = Outward(Destinations(["127.0.0.1"]), 2.0, str(receivers_certificate[0]))
    for _ in range(2):
        await outward.post(f"https://receiver.test:{receiver.server_address[1]}/", {}, b"")
    await outward.close()

    assert ["receiver.test"] == asked, "the connection was kept"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/", "begins with https://"),
        ("https://10.0.0.1/", "webhooks.allowed"),
        ("https://nobody.invalid/", "nobody.invalid has no address"),
    ],
)
async def test_where_nothing_is_sent(outward, url, why):
    with pytest.raises(Unreachable, match=why):
        await outward.post(url, {}, b"")


async def test_who_waits_for_a_turn_is_not_unreachable(receiver, receivers_certificate):
    """Many at once to a receiver that takes its time: each has all of the timeout."""

    def slowly(_):
        time.sleep(0.7)
        return 204

    receiver.answers = slowly
    outward = Outward(Destinations(LOOPBACK), 2.0, str(receivers_certificate[0]))
    posts = [outward.post(receiver.url, {}, b"") for _ in range(3 * AT_ONCE)]

    assert [204] * len(posts) == await asyncio.gather(*posts)
    await outward.close()


async def test_who_does_not_listen_is_unreachable(outward):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with pytest.raises(Unreachable):
        await outward.post(f"https://127.0.0.1:{port}/", {}, b"")


def test_certificates_that_cannot_be_read_are_said_in_words(tmp_path):
    with pytest.raises(CannotTrust, match=r"cannot use webhooks\.ca, .*missing\.pem"):
        Outward(Destinations(), ca=str(tmp_path / "missing.pem"))


def names_lead_to(monkeypatch, address):
    """Have every name resolve to an address; return the list of those that were asked for."""
    asked, real = [], socket.getaddrinfo

    def resolve(host, *rest, **options):
        if isinstance(host, str) and host.endswith(".test"):
            asked.append(host)
            host = address
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked
