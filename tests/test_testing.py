"""The pytest plugin: what an app's tests get of ``ucwa_server``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, timedelta
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from openucwa.testing import _start

APPLICATION = b'{"culture": "en-US", "endpointId": "e1", "userAgent": "test/1"}'
OPENER = build_opener(ProxyHandler({}))


def ask(server, path, token, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(server.url + path, body, headers)
    with OPENER.open(request, timeout=10) as answer:
        return json.loads(answer.read() or b"{}")


def available(server, person):
    """Make a person available; return the path of her application and her token."""
    token = server.sign_in(person)
    made = ask(server, "/ucwa/oauth/v1/applications", token, APPLICATION)
    path = made["_links"]["self"]["href"].partition("?")[0]
    ask(server, f"{path}/me/makeMeAvailable", token, b"{}")
    return path, token


def test_people_are_new_each_time(ucwa_server):
    lene, other = ucwa_server.person("lene"), ucwa_server.person("Lene", "Lene Aaling")

    assert ("Lene", "Lene Aaling") == (lene.name, other.name)
    assert lene.address != other.address
    assert lene.uri == f"sip:{lene.address}"
    assert ucwa_server.sign_in(lene).startswith("cwt=")
    assert ucwa_server.sign_in(other.address).startswith("cwt=")


def test_the_server_starts_quickly(tmp_path):
    began = time.monotonic()
    process, url = _start(tmp_path)
    took = time.monotonic() - began
    process.terminate()
    process.communicate(timeout=10)

    assert url.startswith("http://127.0.0.1:")
    assert took < 10  # on a machine with nothing else to do it is less than 1.5 s


def test_time_is_moved(ucwa_server):
    path, token = available(ucwa_server, ucwa_server.person("lene"))
    before = ucwa_server.now()
    ucwa_server.advance("6m")

    assert timedelta(minutes=6) <= ucwa_server.now() - before < timedelta(minutes=7)
    assert ask(ucwa_server, f"{path}/me/presence", token)["availability"] == "IdleOnline"


def test_time_is_stopped_and_let_go(ucwa_server):
    ucwa_server.freeze()
    first = ucwa_server.now()
    assert first == ucwa_server.now()
    assert first.tzinfo is UTC

    ucwa_server.thaw()

    assert first < ucwa_server.now()


def test_calls_fail_as_asked(ucwa_server):
    lene = ucwa_server.person("lene")
    path, token = available(ucwa_server, lene)
    ucwa_server.fail("reportMyActivity", "CallbackChannelError", user=lene)
    assert [1] == [fault["count"] for fault in ucwa_server.faults()]

    with pytest.raises(OSError, match="500"):
        ask(ucwa_server, f"{path}/me/reportMyActivity", token, b"{}")
    ask(ucwa_server, f"{path}/me/reportMyActivity", token, b"{}")

    assert ucwa_server.faults() == []


def test_calls_are_lost_as_asked(ucwa_server):
    path, token = available(ucwa_server, ucwa_server.person("lene"))
    ucwa_server.fail(drop=True)

    with pytest.raises(OSError, match="without response"):
        ask(ucwa_server, f"{path}/me", token)


def test_calls_are_late_as_asked(ucwa_server):
    path, token = available(ucwa_server, ucwa_server.person("lene"))
    ucwa_server.fail("me", delay="300ms")
    began = time.monotonic()

    ask(ucwa_server, f"{path}/me", token)

    assert time.monotonic() - began >= 0.29


def test_mistakes_are_told(ucwa_server):
    with pytest.raises(ValueError, match="did you mean reportMyActivity"):
        ucwa_server.fail("reportActivity", "Conflict")


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_finds_it_new(ucwa_server, attempt):
    assert ucwa_server.faults() == []
    assert ucwa_server.now() < ucwa_server.now()  # the clock runs, from wherever a test left it
    assert ucwa_server._ask("GET", "people")["people"] == []

    available(ucwa_server, ucwa_server.person("lene"))
    ucwa_server.freeze()
    ucwa_server.fail(error="Timeout", count=99)


def test_the_package_does_not_need_pytest():
    code = "import sys; sys.modules['pytest'] = None; import openucwa.wiring, openucwa.cli.main"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
