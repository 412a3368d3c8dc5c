"""The console's files, and who is shown them at the root."""

from __future__ import annotations

import gzip
import re

import pytest

from openucwa.adapters.console import PLACE, console, wants_page
from openucwa.app.exchange import Request

SESSION_BYTES = 120_000
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def asked(method="GET", **headers):
    sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Request(method, "/", headers=sent)


async def test_the_first_page_names_files_that_are_there():
    front, files = console()
    page = (await front(asked())).body.decode()

    named = re.findall(rf'"({PLACE}/[^"]*)"', page)
    assert named
    assert set(named) <= files.keys()


async def test_browsers_keep_files_and_ask_for_the_first_page_again():
    front, files = console()

    assert b"no-cache" == dict((await front(asked())).headers)[b"Cache-Control"]
    for file in files.values():
        assert b"immutable" in dict((await file(asked())).headers)[b"Cache-Control"]


async def test_nothing_but_our_own_files_may_run():
    front, files = console()
    for file in (front, *files.values()):
        policy = dict((await file(asked())).headers)[b"Content-Security-Policy"].decode()

        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    assert not re.search(
        rb"<script(?![^>]* src=)|<style| style=| on\w+=", (await front(asked())).body
    )


async def test_names_are_found_though_paths_are_compared_in_lower_case():
    assert all(path == path.lower() for path in console()[1])


async def test_a_file_is_compressed_for_whoever_reads_that():
    front, _ = console()
    plain, short = await front(asked()), await front(asked(accept_encoding="gzip, br"))

    assert b"gzip" == dict(short.headers)[b"Content-Encoding"]
    assert plain.body == gzip.decompress(short.body)
    assert b"Content-Encoding" not in dict(plain.headers)


async def test_everything_that_a_session_loads_is_small():
    front, files = console()
    loaded = [file for name, file in files.items() if re.search(r"\.(js|css|svg)$|/en\.ftl$", name)]
    sizes = [len((await file(asked(accept_encoding="gzip"))).body) for file in [front, *loaded]]

    assert sum(sizes) < SESSION_BYTES


async def test_comments_are_not_sent():
    _, files = console()
    for name, file in files.items():
        body = (await file(asked())).body
        if name.endswith((".js", ".css")):
            assert not re.search(rb"^ *(//|/\*)", body, re.MULTILINE), name
            assert body.strip(), name


async def test_a_file_that_the_browser_has_is_not_sent_again():
    front, _ = console()
    tag = dict((await front(asked())).headers)[b"ETag"].decode()

    assert (304, b"") == ((again := await front(asked(if_none_match=tag))).status, again.body)


async def test_files_are_for_reading():
    front, _ = console()

    assert 405 == (await front(asked("POST"))).status


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/html, application/json", False),
        ("application/vnd.microsoft.com.ucwa+json, text/html;q=0.1", False),
        ("application/json, text/javascript, */*; q=0.01", False),
    ],
)
def test_r1_4_apps_discover_at_the_root_and_people_are_shown_the_board(accept, page):
    headers = {} if accept is None else {"accept": accept}

    assert page == wants_page(asked(**headers))
