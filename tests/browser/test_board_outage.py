"""The board while the server is away: honest meanwhile, and whole again afterwards."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from browser.board import Office
from openucwa.testing import UcwaPerson, UcwaServer
from process import QUICK, Folder
from world import DOMAIN, PASSWORD

LENE = UcwaPerson(f"lenea@{DOMAIN}", "Lenea", PASSWORD)
SARA = UcwaPerson(f"saradavis@{DOMAIN}", "Saradavis", PASSWORD)
CALM = QUICK.replace("2s", "10m")


@pytest.fixture
def folder(tmp_path, people) -> Folder:
    made = Folder(tmp_path, people)
    yield made
    made.stop()


def test_nobody_is_known_while_the_server_is_away_and_nothing_is_lost(folder, browser):
    running = folder.start(config=CALM)
    office = Office(UcwaServer(running.url), browser)
    hers, other = office.viewer(LENE), office.viewer(SARA)
    hers.add(SARA)
    expect(hers.tile(SARA)).to_contain_text("Available")
    hers.begin(SARA)
    hers.write("Before")
    other.go("Chats")
    other.page.locator(".talks").get_by_text("Lenea").click()
    other.page.get_by_role("button", name="Accept").click()
    other.write("Yes")
    expect(hers.said).to_contain_text("Yes")
    other.go("People")
    other.choose("Busy")
    hers.go("People")
    expect(hers.tile(SARA)).to_contain_text("Busy")

    running.process.kill()
    running.process.wait()
    running.process.stdout.close()
    folder.started.remove(running)
    for viewer in (hers, other):
        expect(viewer.page.get_by_text("The server is not answering")).to_be_visible()
        expect(viewer.status).to_contain_text("reconnecting")
    expect(hers.tile(SARA)).to_contain_text("Unknown")

    port = str(urlsplit(running.url).port)
    folder.start("--data", str(running.data), "--port", port, config=CALM, people=False)
    for viewer in (hers, other):
        expect(viewer.page.get_by_text("The server is not answering")).to_be_hidden()
    expect(hers.tile(SARA)).to_contain_text("Busy")
    hers.go("Chats")
    hers.page.locator(".talks").get_by_text("Saradavis").click()
    expect(hers.said).to_contain_text("Before")
    hers.write("After")
    other.go("Chats")
    other.page.locator(".talks").get_by_text("Lenea").click()
    expect(other.said).to_contain_text("After")
    assert [] == office.close()
