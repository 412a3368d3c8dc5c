"""Web apps of other origins in a real browser: through the XFrame page, and directly."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from docs.blocks import ROOT, blocks
from openucwa.testing import UcwaPerson, UcwaServer
from process import Folder

PAGES = Path(__file__).parent / "pages"
TRANSPORTS = ["XFrame", "Cors"]
REASON = "Service does not allow a cross domain request from this origin."


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """The port of a server of web pages that has nothing to do with ours."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=PAGES))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Web:
    """A server, and pages in a browser that use it."""

    server: UcwaServer
    browser: Browser
    site: int

    def open(self, address: str = "") -> Page:
        page = self.browser.new_page()
        page.set_default_timeout(15_000)
        page.goto(address or f"http://127.0.0.1:{self.site}/index.html")
        return page

    def sign_in(self, page: Page, transport: str, person: UcwaPerson) -> None:
        who = [transport, self.server.url, person.address, person.password]
        page.evaluate("who => start(...who)", who)

    def at_work(self, transport: str, person: UcwaPerson) -> Page:
        """Return a page on which somebody has signed in and is available."""
        page = self.open()
        self.sign_in(page, transport, person)
        page.evaluate("app.makeMeAvailable()")
        return page


@pytest.fixture(scope="module")
def running(tmp_path_factory, site):
    folder = Folder(tmp_path_factory.mktemp("web"), Path())
    config = f"""
        [server]
        domains = ["contoso.test"]
        [web]
        allowed_origins = ["http://127.0.0.1:{site}"]
        [events]
        medium = "100ms"
        low = "100ms"
    """
    yield UcwaServer(folder.start("--test-mode", config=config, people=False).url)
    folder.stop()


@pytest.fixture
def web(running, browser, site):
    """A server with nobody in it, which pages of one origin may use."""
    running.reset()
    return Web(running, browser, site)


@pytest.fixture
def lene(web):
    return web.server.person("lene")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_somebody_watches_a_colleague_go_and_come_back(web, lene, transport):
    web.server.freeze()
    sara = web.server.person("sara")
    hers, page = web.at_work("Cors", sara), web.at_work(transport, lene)
    page.evaluate("app.reportMyActivity()")
    page.evaluate("uri => app.watch(uri)", sara.uri)

    def seen(meanwhile) -> str:
        """Return what Lene sees of Sara after something happened while her page waited."""
        page.evaluate("() => { window.news = app.news(); }")
        meanwhile()
        return page.evaluate("window.news")

    assert "Online" == seen(lambda: web.server.advance("1s"))
    assert "IdleOnline" == seen(lambda: web.server.advance("5m"))
    assert "Away" == seen(lambda: web.server.advance("5m"))

    def comes_back() -> None:
        hers.evaluate("app.reportMyActivity()")
        web.server.advance("1s")

    assert "Online" == seen(comes_back)
    log = page.evaluate("app.log")
    assert "post 204 success" in log, "the words of old libraries for every kind of success"
    assert 1 == sum("401 error" in line for line in log)
    assert {"200", "201", "204", "401"} == {line.split()[1] for line in log}


@pytest.mark.parametrize(
    ("transport", "shown"), [("XFrame", REASON), ("Cors", "Failed to fetch")]
)  # fmt: skip
def test_a_page_of_another_origin_is_refused_and_shows_why(web, lene, transport, shown):
    """The same page as before, under another name. CORS does not tell pages why."""
    page = web.open(f"http://localhost:{web.site}/index.html")
    web.sign_in(page, transport, lene)

    assert shown == page.inner_text("#refusal")


def test_a_page_without_an_origin_is_refused_and_shows_why(web, lene):
    """Local files are among them; they cannot be named as the target of a message."""
    page = web.open((PAGES / "index.html").as_uri())
    web.sign_in(page, "XFrame", lene)

    assert REASON == page.inner_text("#refusal")


def test_the_example_of_the_documentation_works(web, lene):
    [code] = [text for kind, text in blocks(ROOT / "docs" / "web-apps.md") if kind == "js"]
    code = code.replace("http://127.0.0.1:8080", web.server.url)
    code = code.replace("lenea@contoso.test", lene.address).replace("lenea-demo", lene.password)
    presence = 'ask("GET", application._embedded.me._links.presence.href)'

    shown = web.open().evaluate(f"async () => {{ {code}; return await {presence}; }}")
    assert "Online" == shown["availability"]


# ---------------------------------------------------------------------- single messages


@pytest.fixture(scope="module")
def say(running, browser, site):
    """Send one message to the XFrame page and return what it answers."""
    page = Web(running, browser, site).open()
    url = f"{running.url}/xframe"
    page.evaluate("url => { window.transport = new XFrame(); return transport.through(url); }", url)

    def send(path, **message):
        message["url"] = path if ":" in path else running.url + path
        return page.evaluate("message => transport.say(message)", message)

    return send


def test_headers_are_spelt_as_libraries_look_them_up(say):
    answer = say("/ucwa/oauth/v1/applications")
    names = {line.partition(":")[0] for line in answer["headers"].split("\r\n")}

    assert (401, "error") == (answer["status"], answer["statusText"])
    assert {"Content-Type", "WWW-Authenticate", "X-Ms-diagnostics", "X-MS-Server-Fqdn"} <= names
    assert 'MsRtcOAuth href="' in answer["headers"]


def test_data_may_be_an_object(say, lene):
    """As jQuery took it; the token endpoint reads forms."""
    form = {"grant_type": "password", "username": lene.address, "password": lene.password}

    assert 200 == say("/WebTicket/oauthtoken", type="post", data=form)["status"]


FORM = "multipart/form-data; boundary=b"


@pytest.mark.parametrize("said", [{"contentType": FORM}, {"headers": {"content-type": FORM}}])
def test_the_type_of_data_may_be_said_in_two_ways(say, said):
    part = 'Content-Disposition: form-data; name="grant_type"\r\n\r\npassword'
    answer = say("/WebTicket/oauthtoken", type="post", data=f"--b\r\n{part}\r\n--b--\r\n", **said)

    assert "username and password are required" in answer["responseText"], "it was read"


@pytest.mark.parametrize(
    "message",
    [
        {"accepts": "application/xml"},
        {"headers": {"Accept": "application/xml", "X-Ms-RequiresMinResourceVersion": 2}},
        {"headers": {"Accept": "application/xml", "X-Ms-Origin": "https://evil.test"}},
    ],
    ids=["accepts", "a number", "a lie"],
)
def test_headers_are_sent_on_but_for_lies_about_the_origin(say, message):
    answer = say("/", **message)

    assert (200, "success") == (answer["status"], answer["statusText"])
    assert answer["responseText"].startswith("<?xml")


@pytest.mark.parametrize(
    "url",
    ["https://evil.test/", "//evil.test", "javascript:alert(1)", "http://[", "http://a@b", "data:"],
)  # fmt: skip
def test_the_page_asks_its_own_server_only(say, url):
    answer = say(url if ":" in url else f"http:{url}")

    assert (403, "error") == (answer["status"], answer["statusText"])
    assert 'X-Ms-diagnostics: 28019;source="' in answer["headers"]


@pytest.mark.parametrize(
    "message", [{"type": "TRACE"}, {"type": "a b"}, {"headers": {"a b": "c"}}]
)  # fmt: skip
def test_what_cannot_be_sent_is_answered_all_the_same(say, message):
    answer = say("/", **message)

    assert (0, "error", "") == (answer["status"], answer["statusText"], answer["headers"])


def test_a_lost_connection_is_an_answer_too(web, say):
    web.server.fail("root", drop=True, count=5)
    answer = say("/")

    assert (0, "error", "") == (answer["status"], answer["statusText"], answer["headers"])
