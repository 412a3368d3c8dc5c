"""The page for web apps of other origins (BEHAVIOUR 1.5) and who may use it (R1.22)."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from world import HOST, XML

PATHS = [
    "/xframe",
    "/XFrame",
    "/Autodiscover/XFrame/XFrame.html",
    "/autodiscover/xframe/xframe.html",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["text/html", XML, ""])
async def test_the_page_is_html_whatever_is_asked_for(world, path, accept):
    """R1.30, R15.4: 200 at both places."""
    reply = await world.ask("GET", path, headers={"Accept": accept})

    assert (200, "text/html; charset=utf-8") == (reply.status, reply.header("Content-Type"))


async def test_the_page_may_be_framed_by_anybody(world):
    """R1.30: a page that may not use the server is told so through it."""
    reply = await world.ask("GET", "/xframe")

    assert reply.header("X-Frame-Options") is None
    assert "frame-ancestors" not in reply.header("Content-Security-Policy")


async def test_the_page_runs_its_own_script_only(world):
    reply = await world.ask("GET", "/xframe")
    [script] = re.findall(rb"<script>(.*?)</script>", reply.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    policy = reply.header("Content-Security-Policy").split("; ")

    assert f"script-src 'unsafe-inline' 'sha256-{digest}'" in policy
    assert {"default-src 'none'", "connect-src 'self'"} <= set(policy)


async def test_other_pages_may_not_be_framed(world):
    """The challenge is the only other HTML."""
    reply = await world.ask("GET", "/ucwa/oauth/v1/applications")

    assert ("text/html", "DENY") == (reply.header("Content-Type"), reply.header("X-Frame-Options"))


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://intranet.example.com", 200),
        ("HTTPS://Intranet.Example.COM:443", 200),
        ("https://deep.apps.example.com", 200),
        (f"https://{HOST}", 200),
        ("http://intranet.example.com", 403),
        ("https://intranet.example.com:8443", 403),
        ("https://intranet.example.com.evil.test", 403),
        ("https://evil.test", 403),
        ("https://apps.example.com@evil.test", 403),
        ("null", 403),
        ("", 403),
        ("https://[", 403),
    ],
)
async def test_an_origin_has_to_be_on_the_list(world_with, origin, status):
    """R1.22: scheme, host and port count, case does not."""
    allowed = ["https://intranet.example.com", "https://*.apps.example.com"]
    world = await world_with(web={"allowed_origins": allowed})
    reply = await world.ask("GET", "/", headers={"X-Ms-Origin": origin})

    assert status == reply.status


async def test_a_refused_origin_is_told_why_in_a_header_that_the_library_shows(world):
    """R1.20, R15.10"""
    reply = await world.ask("GET", "/", headers={"X-Ms-Origin": "https://evil.test"})

    assert (403, "Forbidden", None) == reply.reason
    reason = "Service does not allow a cross domain request from this origin."
    assert f'28019;source="{HOST}";reason="{reason}"' == reply.header("X-Ms-diagnostics")


async def test_without_the_header_it_is_a_native_client(world):
    """R1.22"""
    assert 200 == (await world.ask("GET", "/", headers={"Origin": "https://evil.test"})).status
