"""The console's files, and who is shown them at the root."""

from __future__ import annotations

import gzip
import re

import pytest

from openucwa.adapters.console import PLACE, console, wants_page
from openucwa.app.exchange import Request
from openucwa.domain.meetings import join_url_of

SESSION_BYTES = 120_000
GUEST_BYTES = 90_000
MEETINGS = re.compile(r"/(meetings/\w+\.js|style/meetings\.css|guest\.js|engine/guest\.js)$")
"""What is loaded when somebody looks at meetings, or comes as a guest."""
LINK = join_url_of("lenea@contoso.test", "ABCD1234", "")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def asked(method="GET", path="/", **headers):
    sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Request(method, path, headers=sent)


def shown(path="/", domains=("contoso.test",), accept=BROWSER):
    """Return what a path shows to a browser, and the files."""
    front, files = console(frozenset(domains))
    return front(asked(path=path, accept=accept)), files


@pytest.mark.parametrize("path", ["/", LINK])
async def test_pages_name_files_that_are_there(path):
    front, files = shown(path)
    page = (await front(asked())).body.decode()

    named = re.findall(rf'"({PLACE}/[^"]*)"', page)
    assert named
    assert set(named) <= files.keys()


@pytest.mark.parametrize("path", ["/", LINK])
async def test_browsers_keep_files_and_ask_for_pages_again(path):
    front, files = shown(path)

    assert b"no-cache" == dict((await front(asked())).headers)[b"Cache-Control"]
    for file in files.values():
        assert b"immutable" in dict((await file(asked())).headers)[b"Cache-Control"]


@pytest.mark.parametrize("path", ["/", LINK])
async def test_nothing_but_our_own_files_may_run(path):
    front, files = shown(path)
    for file in (front, *files.values()):
        policy = dict((await file(asked())).headers)[b"Content-Security-Policy"].decode()

        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    assert not re.search(
        rb"<script(?![^>]* src=)|<style| style=| on\w+=", (await front(asked())).body
    )


async def test_names_are_found_though_paths_are_compared_in_lower_case():
    assert all(path == path.lower() for path in shown()[1])


async def test_a_file_is_compressed_for_whoever_reads_that():
    front, _ = shown()
    plain, short = await front(asked()), await front(asked(accept_encoding="gzip, br"))

    assert b"gzip" == dict(short.headers)[b"Content-Encoding"]
    assert plain.body == gzip.decompress(short.body)
    assert b"Content-Encoding" not in dict(plain.headers)


async def test_everything_that_a_session_loads_is_small():
    front, files = shown()
    loaded = [
        file
        for name, file in files.items()
        if re.search(r"\.(js|css|svg)$|/en\.ftl$", name) and not MEETINGS.search(name)
    ]

    assert await weight(front, *loaded) < SESSION_BYTES


async def test_what_a_guest_loads_is_small():
    page, files = shown(LINK)
    named = re.findall(rf'"({PLACE}/[^"]*)"', (await page(asked())).body.decode())
    also = [name for name in files if re.search(r"/(engine/\w+\.js|words/en\.ftl)$", name)]

    assert await weight(page, *(files[name] for name in {*named, *also})) < GUEST_BYTES


async def weight(*files):
    """How many bytes are sent to a browser."""
    return sum([len((await file(asked(accept_encoding="gzip"))).body) for file in files])


async def test_comments_are_not_sent():
    _, files = shown()
    for name, file in files.items():
        body = (await file(asked())).body
        if name.endswith((".js", ".css")):
            assert not re.search(rb"^ *(//|/\*)", body, re.MULTILINE), name
            assert body.strip(), name


async def test_a_file_that_the_browser_has_is_not_sent_again():
    front, _ = shown()
    tag = dict((await front(asked())).headers)[b"ETag"].decode()

    assert (304, b"") == ((again := await front(asked(if_none_match=tag))).status, again.body)


async def test_files_are_for_reading():
    front, _ = shown()

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


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/xml"])
@pytest.mark.parametrize("path", ["/", LINK])
async def test_apps_are_shown_no_page(path, accept):
    assert shown(path, accept=accept)[0] is None


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (LINK, True),
        (f"{LINK}/", True),
        ("/l%C3%A9na.o'neil+x/ABCD1234", True),
        ("/lenea/ABCD123", False),
        ("/lenea/ABCD12345", False),
        ("/admin/policies", False),
        ("/lenea/ABCD1234/more", False),
        ("//ABCD1234", False),
        ("/ABCD1234", False),
    ],
)
async def test_r10_5_people_are_shown_a_page_where_meetings_are_joined(path, there):
    assert (shown(path)[0] is not None) == there


@pytest.mark.parametrize(
    ("domains", "said"),
    [
        (["contoso.test"], 'data-domain="contoso.test"'),
        (["contoso.test", "fabrikam.test"], 'data-domain=""'),
        ([], 'data-domain=""'),
        (["a&b.test"], 'data-domain="a&amp;b.test"'),
    ],
)
async def test_the_page_of_a_meeting_says_the_domain_if_there_is_only_one(domains, said):
    page = (await shown(LINK, domains)[0](asked())).body.decode()

    assert said in page
