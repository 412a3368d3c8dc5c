"""How meetings look, on the board and to guests: nobody is kept out, on any screen."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
from playwright.sync_api import expect

from browser.board import Office, Viewer
from browser.test_board_meetings import come, knock
from browser.test_board_views import SCREENS
from openucwa.testing import UcwaPerson

PICTURED = {"board-meetings-light", "board-meeting-light", "board-guest-phone"}


def arrange(office: Office, person: UcwaPerson, subject: str, starts: int) -> None:
    """Let somebody's own app arrange a meeting so many hours after now."""
    begin = office.server.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=starts)
    times = {"startTime": begin.isoformat(), "endTime": (begin + timedelta(hours=1)).isoformat()}
    headers = {"Authorization": f"Bearer {office.server.sign_in(person)}"}
    with httpx2.Client(base_url=office.server.url, headers=headers) as http:
        about = {"culture": "en-US", "endpointId": "desk", "userAgent": "desk phone"}
        app = http.post("/ucwa/oauth/v1/applications", json=about).json()
        place = app["_embedded"]["onlineMeetings"]["_links"]["myOnlineMeetings"]["href"]
        assert 200 == http.post(place, json={"subject": subject, **times}).status_code


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_of_meetings_is_for_everybody(office, lene, sara, *, request, tmp_path, screen):
    """On a phone it is German, so nothing is found by its words."""
    pictures = request.config.getoption("pictures")
    other, hers = office.viewer(sara), office.visitor(lene, **SCREENS[screen])
    page = hers.page

    def look(viewer: Viewer, name: str) -> None:
        full = f"board-{name}-{screen}"
        viewer.look(tmp_path / f"{full}.png", keep=pictures and full in PICTURED)
        width = viewer.page.evaluate("document.documentElement.scrollWidth")
        assert width == viewer.page.viewport_size["width"], name

    page.locator("input").first.fill(lene.address)
    page.locator("input[type=password]").fill(lene.password)
    page.keyboard.press("Enter")
    expect(page.locator(".ways")).to_be_visible()
    for subject, starts in (("Plans for spring", 0), ("Release", 26), ("Retrospective", -48)):
        arrange(office, lene, subject, starts)
    page.evaluate("location.hash = '#/meetings'")
    expect(page.locator(".talk")).to_have_count(3)
    look(hers, "meetings-list")
    page.evaluate("location.hash = '#/meetings/new'")
    expect(page.locator(".meeting-form")).to_be_visible()
    look(hers, "meetings-new")
    page.evaluate("location.hash = '#/meetings'")
    page.locator(".talk").first.click()
    expect(page.locator(".meeting-detail")).to_be_visible()
    look(hers, "meetings")
    link = page.locator(".meeting-detail input").input_value()
    page.locator(".meeting-detail .button.main").click()
    expect(page.locator(".meeting")).to_be_visible()

    guest, late = office.guest(link, **SCREENS[screen]), office.guest(link, "Nora Nagel")
    expect(guest.page.locator("form")).to_be_visible()
    look(guest, "guest")
    guest.page.locator("form input").fill("Gunnar Gast")
    guest.page.keyboard.press("Enter")
    expect(guest.page.locator(".waiting p")).not_to_be_empty()
    look(guest, "guest-lobby")
    page.locator(".admit").click()
    expect(guest.page.locator(".meeting")).to_be_visible()
    come(other, link)
    other.write("Good morning. Shall we begin with the garden?")
    guest.page.locator(".composer textarea").fill("Good morning, thank you for letting me in.")
    guest.page.keyboard.press("Enter")
    knock(late)
    expect(page.locator(".lobby")).to_contain_text("Nora Nagel")
    expect(page.locator(".said")).to_contain_text("thank you")
    look(hers, "meeting")
    if page.viewport_size["width"] <= 760:
        page.locator(".chat-head [aria-expanded]").first.click()
        look(hers, "meeting-roster")
        page.locator(".chat-head [aria-expanded]").first.click()
    expect(guest.page.locator(".said")).to_contain_text("Shall we begin")
    look(guest, "guest-meeting")
    page.locator(".chat-head [aria-haspopup=menu]").click()
    look(hers, "meeting-menu")
    page.keyboard.press("Escape")
    page.locator(".chat-head .icon-button").last.click()
    expect(page.locator(".chat-foot.asks")).to_be_visible()
    look(hers, "meeting-left")
