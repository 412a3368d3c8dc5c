"""What only real sockets show: bytes on the wire, many connections, bad manners."""

from __future__ import annotations

import asyncio
import re

import pytest

from world import DOMAIN

LENE = f"lenea@{DOMAIN}"


def head(answer: bytes) -> list[str]:
    """Return the status line and the header lines of a raw answer."""
    return answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def test_header_names_have_their_canonical_case_on_the_wire(company):
    """Clients compare them by case (CLIENT-RULES R4); the challenge's lines are R1.31's."""
    answer = company.raw(
        "GET /Autodiscover/AutodiscoverService.svc/root/oauth/user HTTP/1.1\r\n"
        "Host: lyncdiscover.contoso.test\r\nConnection: close\r\n\r\n"
    )

    status, *lines = head(answer)
    names = [line.partition(":")[0] for line in lines]
    assert status == "HTTP/1.1 401 Unauthorized"
    assert {"Cache-Control", "Content-Length", "Content-Type", "X-MS-Server-Fqdn"} <= {*names}
    bearer = 'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"'
    ours = 'MsRtcOAuth href="http://lyncdiscover.contoso.test/WebTicket/oauthtoken"'
    assert [
        f"WWW-Authenticate: {bearer}",
        f'WWW-Authenticate: {ours},grant_type="urn:microsoft.rtc:anonmeeting,password"',
    ] == [line for line in lines if line.startswith("WWW-Authenticate")]


def test_head_is_get_without_a_body(company):
    answers = [
        company.raw(f"{verb} / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
        for verb in ("GET", "HEAD")
    ]

    got, asked = [
        [line for line in head(answer) if not line.startswith(("X-MS-Correlation-Id", "Date"))]
        for answer in answers
    ]
    assert sorted(line.lower() for line in got) == sorted(line.lower() for line in asked)
    assert answers[1].endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "target",
    [
        "http://lyncdiscover.contoso.test/",
        "https://pool:8443/AUTODISCOVER/autodiscoverservice.svc/root?sipuri=sip:a@b.test",
        "//Autodiscover//AutodiscoverService.svc/root/",
        "/autodiscover/autodiscoverservice.svc/root??a=b?c=d&amp;e",
        "/?sipuri=sip:a@b.test#top",
    ],
)
def test_request_targets_however_they_are_written(company, target):
    """Absolute, doubled slashes and question marks (15.8, CLIENT-RULES R8); any Host will do."""
    request = f"GET {target} HTTP/1.1\r\nHost: contoso.test\r\nConnection: close\r\n\r\n"
    answer = company.raw(request)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"user":{"href":"http://contoso.test/Autodiscover' in answer


def test_who_expects_100_continue_gets_it(company):
    body = f"grant_type=password&username={LENE}&password=wrong"
    answer = company.raw(
        "POST /WebTicket/oauthtoken HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    )

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 ")
    assert b"invalid_grant" in answer


def test_requests_sent_without_waiting_are_answered_in_order(company):
    request = "GET {} HTTP/1.1\r\nHost: a.test\r\n{}\r\n"
    answer = company.raw(
        request.format("/", "")
        + request.format("/nowhere", "")
        + request.format("/xframe", "Connection: close\r\n")
    )

    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"401", b"200"]


@pytest.mark.parametrize("garbage", ["\x00\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", "{}\n\n"])
def test_garbage_is_refused_and_harms_nobody(company, garbage):
    assert company.raw(garbage).startswith(b"HTTP/1.1 400 ")
    assert company.raw("GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


async def test_hundreds_of_polls_wait_while_other_requests_go_on(network):
    """Each of 200 instances of an application has its own channel (R2.25)."""
    client = await network.client(LENE, endpointId="crowd")
    waiting = []
    for number in range(200):
        created = await client.create(endpointId="crowd", instanceId=f"tab{number}")
        assert created.status == 201
        waiting.append(await client.poll())
    await asyncio.sleep(0.3)
    assert (await client.post("me/makeMeAvailable", {})).status == 204

    replies = await asyncio.gather(*(poll.task for poll in waiting))

    first = [reply.events()[0] for reply in replies]
    assert first == [("me", "updated", "me")] * 200
    assert (await client.delete(client.created.href("self"))).status == 204
    assert (await client.delete()).status == 204
