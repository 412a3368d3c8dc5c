"""How the board looks: nobody is kept out, on any screen, in light and in dark.

With ``--pictures`` what browsers show is kept in ``docs/images``.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect

from browser.board import Office, Viewer
from browser.conftest import QUICK
from openucwa.testing import UcwaPerson, UcwaServer
from process import Folder

COLLEAGUES = (
    ("Sara Davis", "Busy", "Writing the report", "Oslo"),
    ("Toni Smith", "DoNotDisturb", "Release day", ""),
    ("Marek Šťastný", "Online", "", "Brno"),
    ("Aiko Tanaka", "Away", "Lunch", "Front desk"),
    ("Nora Hansen", "BeRightBack", "", ""),
    ("Ben Okafor", "", "", ""),
)
SCREENS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "color_scheme": "light",
        "locale": "de-DE",
        "has_touch": True,
    },
}


def be(server: UcwaServer, person: UcwaPerson, availability: str, note: str, place: str) -> None:
    """Let somebody's own app show what it says."""
    headers = {"Authorization": f"Bearer {server.sign_in(person)}"}
    with httpx2.Client(base_url=server.url, headers=headers) as http:
        about = {"culture": "en-US", "endpointId": "desk", "userAgent": "desk phone"}
        app = http.post("/ucwa/oauth/v1/applications", json=about).json()
        me = app["_links"]["self"]["href"] + "/me"
        given = {"supportedModalities": ["Messaging"], "signInAs": availability}
        assert 204 == http.post(f"{me}/makeMeAvailable", json=given).status_code
        for rel, said in (("note", {"message": note}), ("location", {"location": place})):
            assert 204 == http.post(f"{me}/{rel}", json=said).status_code


@pytest.fixture(scope="module")
def furnished(tmp_path_factory, browser):
    """A server with colleagues who show all kinds of things, and Lene with a list of them."""
    folder = Folder(tmp_path_factory.mktemp("views"), Path())
    server = UcwaServer(folder.start("--test-mode", config=QUICK, people=False).url)
    office = Office(server, browser)
    lene = server.person("lene", "Lene Aaling")
    people = [server.person(name.split()[0], name) for name, *_ in COLLEAGUES]
    for person, (_, availability, note, place) in zip(people, COLLEAGUES, strict=True):
        if availability:
            be(server, person, availability, note, place)
    viewer = office.viewer(lene)
    for person in people:
        viewer.add(person)
    viewer.page.get_by_role("button", name="New group").click()
    viewer.page.get_by_role("dialog").get_by_role("textbox").fill("Project")
    viewer.page.keyboard.press("Enter")
    for person in people[:3]:
        viewer.tile(person).get_by_role("button", name="What to do with").click()
        viewer.page.get_by_role("menuitem", name="Move to Project").click()
        expect(viewer.group("Project")).to_contain_text(person.name)
    assert [] == office.close()
    yield server, lene, people
    folder.stop()


@pytest.fixture(params=SCREENS)
def screen(request, furnished, browser, tmp_path):
    """Lene before a screen, and how a picture of it is taken."""
    server, lene, people = furnished
    office = Office(server, browser)
    viewer = office.visitor(lene, **SCREENS[request.param])

    def look(name: str) -> None:
        """Find no flaw in what is shown, and keep a picture of it."""
        file = tmp_path / f"board-{name}-{request.param}.png"
        viewer.look(file, keep=request.config.getoption("pictures"))

    yield viewer, look, people
    assert [] == office.close()


def wide(viewer: Viewer) -> bool:
    return viewer.page.viewport_size["width"] > 760


def test_every_view_is_for_everybody(screen):
    viewer, look, people = screen
    page = viewer.page
    expect(page.locator("form")).to_be_visible()
    look("sign-in")

    page.locator("input").first.fill(viewer.person.address)
    page.locator("input[type=password]").fill(viewer.person.password)
    page.keyboard.press("Enter")
    expect(viewer.tile(people[0])).to_contain_text(re.compile("Busy|Beschäftigt"))
    expect(viewer.tile(people[2])).to_contain_text(re.compile("Available|Verfügbar"))
    look("people")

    viewer.tile(people[0]).get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="Sara Davis", level=2)).to_be_visible()
    look("person")

    if wide(viewer):
        viewer.status.click()
        expect(page.get_by_role("menu")).to_be_visible()
        look("availability")
        page.keyboard.press("Escape")

    page.evaluate("location.hash = '#/conversations'")
    expect(page.locator(".split-list")).to_be_visible()
    look("conversations")
    page.evaluate("location.hash = '#/history'")
    expect(page.locator(".split-list")).to_be_visible()
    look("history")

    if not wide(viewer):
        page.evaluate("location.hash = '#/me'")
    page.get_by_role("button", name=re.compile("Settings|Einstellungen")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("settings")
