"""Administration in a real browser: an operator looks after people while the server runs."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from browser.board import PICTURES, Viewer
from browser.test_board_views import COLLEAGUES, SCREENS, be
from openucwa.testing import DOMAIN, UcwaPerson

SECTIONS = (
    "Overview",
    "People",
    "Groups",
    "Policies",
    "Sessions",
    "Pools",
    "Webhooks",
    "Audit log",
)
PICTURED = {"Overview", "Person", "Sessions"}
NORA = f"nora@{DOMAIN}"

HELD = 45_000
"""Milliseconds in which a request for events, held for 25 seconds, comes back in any case."""


@pytest.fixture
def boss(office):
    viewer = office.viewer(office.server.person("boss", "Bea Boss", admin=True))
    viewer.go("Admin")
    return viewer


def section(viewer: Viewer, name: str) -> None:
    """Look at a section by its name in the navigation of administration."""
    viewer.page.get_by_role("navigation", name="Admin").get_by_role("link", name=name).click()
    expect(viewer.page.get_by_role("heading", name=name, level=2)).to_be_visible()


def press(viewer: Viewer, name: str) -> None:
    """Press a button of the dialog that is open, or else of the page."""
    dialog = viewer.page.get_by_role("dialog")
    place = dialog if dialog.count() else viewer.page
    place.get_by_role("button", name=name, exact=True).click()


def row(viewer: Viewer, text: str):
    return viewer.page.get_by_role("row").filter(has_text=text)


def fill(viewer: Viewer, **fields: str) -> None:
    """Fill in the dialog that is open."""
    for label, text in fields.items():
        dialog = viewer.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=label, exact=True).fill(text)


def test_somebody_is_added_signs_in_is_disabled_and_deleted(office, boss):
    section(boss, "People")
    press(boss, "Add somebody")
    fill(boss, Address=boss.person.address, Name="Nora Hansen")
    press(boss, "Add")
    expect(boss.page.get_by_role("dialog")).to_contain_text("Somebody has this address")
    fill(boss, Address=NORA)
    press(boss, "Add")
    secret = boss.page.get_by_role("dialog", name="Password").get_by_role("textbox")
    expect(secret).to_have_value(re.compile(".{20}"))
    nora = UcwaPerson(NORA, "Nora Hansen", secret.input_value())
    press(boss, "I have noted it")
    expect(row(boss, NORA)).to_be_visible()
    hers = office.viewer(nora)

    card = boss.page.get_by_role("article", name="Nora Hansen")
    card.get_by_label("Manager").fill("nobody")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("'nobody' is not an address")
    expect(card.get_by_label("Manager")).to_have_attribute("aria-invalid", "true")
    card.get_by_label("Manager").fill(boss.person.address)
    card.get_by_label("Job title").fill("Trainee")
    card.get_by_role("button", name="Save").click()
    expect(row(boss, NORA)).to_contain_text("Trainee")

    press(boss, "Disable")
    expect(row(boss, NORA)).to_contain_text("Disabled")
    again = hers.page.get_by_role("dialog", name="Please sign in again")
    expect(again).to_be_visible(timeout=HELD)  # when her request for events comes back
    press(boss, "Enable")
    expect(row(boss, NORA)).not_to_contain_text("Disabled")

    press(boss, "Delete")
    expect(boss.page.get_by_role("dialog").get_by_role("button", name="Delete")).to_be_disabled()
    boss.page.get_by_role("dialog").get_by_role("textbox").fill(NORA)
    press(boss, "Delete")
    expect(row(boss, NORA)).to_be_hidden()


def test_a_session_is_ended_a_policy_changed_and_the_log_has_it(office, boss, sara):
    api = boss.page.request
    token = {"Authorization": f"Bearer {office.server.sign_in(sara)}"}
    about = {"culture": "en-US", "endpointId": "phone", "userAgent": "Old phone"}
    applications = f"{office.server.url}/ucwa/oauth/v1/applications"
    made = api.post(applications, headers=token, data=json.dumps(about)).json()
    session = office.server.url + made["_links"]["self"]["href"]
    assert 200 == api.get(session, headers=token).status

    section(boss, "Sessions")
    row(boss, "Old phone").get_by_role("button", name="End").click()
    press(boss, "End")
    expect(row(boss, "Old phone")).to_be_hidden()
    assert 404 == api.get(session, headers=token).status

    section(boss, "People")
    row(boss, sara.address).get_by_role("link").click()
    boss.page.get_by_role("article", name=sara.name).get_by_role("link", name="Policies").click()
    expect(boss.page.get_by_role("heading", name=f"Policies of {sara.name}")).to_be_visible()
    emoticons = row(boss, "emoticons")
    emoticons.get_by_role("combobox").select_option("Disabled")
    emoticons.get_by_role("button", name="Set").click()
    expect(emoticons).to_contain_text("Set here")
    days = row(boss, "retention")
    days.get_by_role("textbox").fill("soon")
    days.get_by_role("button", name="Set").click()
    expect(days.get_by_role("alert")).to_contain_text("is a number of days from 1 to")

    section(boss, "Audit log")
    expect(row(boss, "policy.set").first).to_contain_text("emoticons Disabled")
    expect(row(boss, "session.end").first).to_contain_text(sara.address)
    boss.page.get_by_label("Only of this address").fill(boss.person.address)
    boss.page.keyboard.press("Enter")
    expect(row(boss, "session.end").first).to_contain_text(boss.person.address)


def test_groups_and_webhooks_are_made_and_removed(office, boss, sara):
    section(boss, "Groups")
    press(boss, "New group")
    fill(boss, Address=f"team@{DOMAIN}", Name="The team", Members=sara.address)
    press(boss, "Create")
    card = boss.page.get_by_role("article", name="The team")
    expect(card).to_contain_text("Sara Davis")
    card.get_by_role("button", name="Remove Sara Davis").click()
    expect(row(boss, "team@")).to_contain_text("0 members")
    card.get_by_label("Address to add").fill(boss.person.address)
    card.get_by_role("button", name="Add").click()
    expect(row(boss, "team@")).to_contain_text("One member")
    press(boss, "Delete group")
    press(boss, "Delete")
    expect(row(boss, "team@")).to_be_hidden()

    section(boss, "Webhooks")
    press(boss, "Add a webhook")
    boss.page.get_by_role("dialog").get_by_label("Of everybody").check()
    fill(boss, URL="https://board.example.com/presence")
    press(boss, "Add")
    secret = boss.page.get_by_role("dialog").get_by_role("textbox", name="Secret")
    expect(secret).to_have_value(re.compile("^whsec_"))
    press(boss, "I have noted it")
    row(boss, "board.example.com").get_by_role("button", name="Remove").click()
    press(boss, "Remove")
    expect(row(boss, "board.example.com")).to_be_hidden()


def test_figures_are_plotted_and_told_in_words_and_in_a_table(office, boss, sara):
    boss.go("People")
    office.viewer(sara)
    for _ in range(4):
        office.server.advance("5s")
    boss.go("Admin")
    plot = boss.page.get_by_role("img", name="Signed in: 2 now")
    expect(plot).to_be_visible()
    line = plot.locator("path.line").first
    expect(line).to_have_attribute("d", re.compile(r"^M[\d.]+ [\d.]+L[\d.]+ [\d.]+"))

    boss.page.get_by_role("radio", name="Table").check(force=True)
    expect(boss.page.get_by_role("region", name="The last hour by minutes")).to_contain_text("2")


def test_whoever_is_no_administrator_sees_nothing_of_it(office, sara):
    viewer = office.viewer(sara)
    asked = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    viewer.page.goto(f"{office.server.url}/#/admin/people")
    viewer.page.reload()
    expect(viewer.page.get_by_text("You have nobody on your list yet")).to_be_visible()
    expect(viewer.page.get_by_role("link", name="Admin")).to_have_count(0)
    token = {"Authorization": f"Bearer {office.server.sign_in(sara)}"}

    assert 403 == viewer.page.request.get(f"{office.server.url}/admin", headers=token).status
    assert [] == [url for url in asked if re.search(r"/admin(/admin\.js|\.css)", url)]


@pytest.mark.parametrize("screen", ["light", "phone"])
def test_every_section_is_for_everybody(office, boss, request, tmp_path, screen):
    pictures = request.config.getoption("pictures")
    for name, availability, note, place in COLLEAGUES:
        person = office.server.person(name.split()[0], name)
        be(office.server, person, availability or "Online", note, place)
        for _ in range(8 if pictures else 1):
            office.server.advance("5s")
    section(boss, "People")
    boss.page.set_viewport_size(SCREENS[screen]["viewport"])
    boss.page.emulate_media(color_scheme="dark" if screen == "phone" else "light")
    flaws = {}

    def look(what: str) -> None:
        expect(boss.page.locator('.admin-list [aria-busy="true"]')).to_have_count(0)
        file = tmp_path / f"admin-{what.lower()}-{screen}.png"
        boss.page.screenshot(path=file, animations="disabled")
        if pictures and what in PICTURED:
            shutil.copy(file, PICTURES)
        flaws[what] = boss.flaws()
        width = boss.page.evaluate("document.documentElement.scrollWidth")
        assert width == boss.page.viewport_size["width"], what

    for name in SECTIONS:
        section(boss, name)
        look(name)
    section(boss, "People")
    row(boss, boss.person.address).get_by_role("link").click()
    expect(boss.page.get_by_role("article", name="Bea Boss")).to_be_visible()
    look("Person")
    press(boss, "New password")
    look("Dialog")

    assert {what: [] for what in flaws} == flaws
