"""``openucwa watch`` beside a server, as people use it: at a terminal, and in a script."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess

import pytest
from click.testing import CliRunner

from openucwa.cli.main import main
from process import COMMAND, PEOPLE, QUICK, Network, environment
from world import DOMAIN, PASSWORD

LENE, SARA, TONI = (f"{user}@{DOMAIN}" for user in ("lenea", "saradavis", "tonismith"))


@pytest.fixture
def watch(company):
    """The board, printed once."""

    def run(*words, given=f"{PASSWORD}\n", url=company.url, data="none"):
        more = ("--url", url, "--data", str(data), "--password-stdin", "--once")
        environ = {"COLUMNS": "160"}
        return CliRunner().invoke(main, ["watch", *words, *more], input=given, env=environ)

    return run


async def test_the_board_is_printed_once(network, watch):
    toni = await network.available(TONI, endpointId="watched")
    await toni.post("me/presence", {"availability": "DoNotDisturb"})
    await toni.post("me/note", {"message": "At \x1b[31mthe fair"})
    await toni.post("me/location", {"location": "Room 7"})

    done = watch(LENE, TONI, SARA)

    assert (0, "") == (done.exit_code, done.stderr)
    rows = [re.split(r" *[│┃] *", line)[1:-1] for line in done.stdout.splitlines() if "│" in line]
    assert rows[0][:3] == ["Tonismith", "⊖ DoNotDisturb", "urgent-interruptions-only"]
    assert rows[0][4:] == ["At  [31mthe fair", "Room 7"]
    assert rows[1][:2] == ["Saradavis", "○ Offline"]
    assert (await toni.delete()).status == 204


class Terminal:
    """The command at a terminal of its own."""

    def __init__(self, *words):
        self._shown, end = os.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "watch", *words],
            stdin=end,
            stdout=end,
            stderr=end,
            env=environment(),
            start_new_session=True,
        )
        os.close(end)
        self._seen = ""

    async def shows(self, text):
        """Wait until a text appears that was not there before."""
        while text not in self._seen:
            read = asyncio.to_thread(os.read, self._shown, 65536)
            self._seen += (await asyncio.wait_for(read, 20)).decode(errors="replace")
        self._seen = self._seen.partition(text)[2]

    def type(self, text):
        os.write(self._shown, text.encode())

    def close(self):
        """Interrupt it as Ctrl-C does, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(10)
        os.close(self._shown)
        return code


@pytest.fixture
def terminal():
    opened = []

    def open_one(*words):
        opened.append(Terminal(*words))
        return opened[-1]

    yield open_one
    for one in opened:
        one.process.kill()
        one.process.wait()


async def test_the_board_follows_events_until_interrupted(network, company, terminal):
    toni = await network.available(TONI, endpointId="followed", inactiveTimeout="PT1H")
    await toni.post("me/presence")
    board = terminal(LENE, TONI, "--url", company.url)

    await board.shows(f"Password of {LENE}: ")
    board.type(f"{PASSWORD}\n")
    await board.shows("● Online")
    await toni.post("me/presence", {"availability": "Busy"})
    await board.shows("■ Busy")

    assert board.close() == 0
    assert (await toni.delete()).status == 204


async def test_the_board_goes_on_when_the_server_is_back(servers, terminal):
    """It signs in again, and finds the application that it had."""
    running = servers.start(config=QUICK)
    board = terminal(LENE, TONI, "--url", running.url)
    await board.shows("Password of")
    board.type(f"{PASSWORD}\n")
    await board.shows("○ Offline")
    running.process.kill()
    running.process.wait()
    await board.shows("connection is lost")

    port = running.url.rpartition(":")[2]
    again = servers.start("--data", str(running.data), "--port", port, config=QUICK)
    await board.shows("○ Offline")
    there = Network(again.url)
    await (await there.available(TONI)).post("me/location", {"location": "Back at home"})
    await board.shows("Back at home")

    assert board.close() == 0
    await there.close()


async def test_the_board_extends_its_subscription_when_told_that_it_ends(servers, terminal):
    """The warning comes a second after the lease of half an hour began, and once for each."""
    quick = '[subscriptions]\nwarning = "1799s"\n[events]\nmedium = "100ms"'
    running = servers.start(config=quick)
    board = terminal(LENE, TONI, "--url", running.url)
    await board.shows("Password of")
    board.type(f"{PASSWORD}\n")
    there = Network(running.url)
    wanted = b'{method="POST",rel="presenceSubscription",status="200"} 2.0'

    async with asyncio.timeout(20):
        while wanted not in (await there.ask("GET", "/metrics")).body:
            await there.advance(0.1)

    assert board.close() == 0
    await there.close()


@pytest.mark.parametrize(
    ("words", "options", "code", "said"),
    [
        ([LENE, SARA], {"given": "wrong\n"}, 1, "The user name or the password is wrong."),
        ([LENE, SARA], {"url": "http://127.0.0.1:1"}, 1, "http://127.0.0.1:1: [Errno 111]"),
        ([LENE, SARA], {"url": "pool.test"}, 1, "is not an address like https://"),
        ([LENE, f"nobody@{DOMAIN}"], {}, 1, "Nobody here has this address."),
        ([LENE, "nobody"], {}, 2, "write user@domain"),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(watch, words, options, code, said):
    done = watch(*words, **options)

    assert code == done.exit_code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_everybody_in_the_data_folder_is_watched_unless_told_otherwise(watch, company, tmp_path):
    done = watch(LENE, data=company.data)
    names = [re.split(r" *[│┃] *", line)[1] for line in done.stdout.splitlines() if "│" in line]
    everybody = sorted(user.title() for user in PEOPLE)
    assert everybody == [name for name in names if name != "New"]

    nobody = watch(LENE, data=tmp_path / "none")
    assert 2 == nobody.exit_code
    assert "say whom to watch" in nobody.stderr
    assert not (tmp_path / "none").exists()
