"""Meetings in a real browser: arranged on the board, and joined by colleagues and by a guest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from browser.board import Office, Viewer
from browser.conftest import QUICK
from openucwa.testing import UcwaServer
from process import Folder


def fill(viewer: Viewer, **fields: str) -> None:
    """Fill in the form that is open."""
    for label, text in fields.items():
        viewer.page.get_by_label(label, exact=True).fill(text)


def press(viewer: Viewer, name: str, place: Locator | None = None) -> None:
    (place or viewer.page).get_by_role("button", name=name, exact=True).click()


def schedule(viewer: Viewer, subject: str, access: str = "SameEnterprise", **fields: str) -> str:
    """Arrange a meeting on the board; return its link."""
    viewer.go("Meetings")
    press(viewer, "Schedule a meeting")
    fill(viewer, Subject=subject, **fields)
    viewer.page.get_by_label("Who enters without waiting").select_option(access)
    viewer.page.locator(".meeting-form").get_by_role("button", name="Schedule a meeting").click()
    expect(viewer.page.get_by_role("article", name=subject)).to_be_visible()
    return viewer.page.get_by_label("Link", exact=True).input_value()


def come(viewer: Viewer, link: str) -> None:
    """Join somebody's meeting by its link."""
    viewer.go("Meetings")
    press(viewer, "Join by a link")
    viewer.page.get_by_role("dialog").get_by_role("textbox").fill(link)
    press(viewer, "Next", viewer.page.get_by_role("dialog"))
    press(viewer, "Join")
    expect(roster(viewer)).to_be_visible()


def knock(viewer: Viewer) -> None:
    """Say one's name at the door of a meeting."""
    fill(viewer, **{"Your name": viewer.person.name})
    press(viewer, "Join")


def roster(viewer: Viewer) -> Locator:
    return viewer.page.get_by_role("complementary", name="In this meeting")


def line(viewer: Viewer, name: str) -> Locator:
    """Somebody in the roster."""
    return roster(viewer).get_by_role("listitem").filter(has_text=name)


def lobby(viewer: Viewer) -> Locator:
    return viewer.page.get_by_role("region", name="Waiting to be let in")


def decide(viewer: Viewer, name: str, choice: str) -> None:
    """Do something to somebody in the roster."""
    press(viewer, f"What to do with {name}", roster(viewer))
    viewer.page.get_by_role("menuitem", name=choice, exact=True).click()


def of_the_meeting(viewer: Viewer, choice: str) -> None:
    press(viewer, "What to do with the meeting")
    viewer.page.get_by_role("menuitem", name=choice, exact=True).click()


@pytest.fixture
def folder(tmp_path):
    """Where a test starts a server of its own, which ends with it."""
    made = Folder(tmp_path, Path())
    yield made
    made.stop()


@pytest.fixture
def meeting(office, lene, sara):
    """Lene's meeting, which she and Sara have joined; and its link."""
    hers, other = office.viewer(lene), office.viewer(sara)
    link = schedule(hers, "Plans for spring")
    press(hers, "Join")
    expect(roster(hers)).to_contain_text("Lene Aaling (you)")
    come(other, link)
    expect(roster(hers)).to_contain_text("Sara Davis")
    return hers, other, link


def test_a_meeting_from_its_arrangement_to_its_end(office, meeting):
    hers, other, link = meeting
    expect(line(other, "Lene Aaling")).to_contain_text("Organizer")

    guest = office.guest(link)
    expect(guest.page.get_by_role("main")).to_contain_text(hers.person.address)
    expect(guest.page.get_by_text("Plans for spring")).to_have_count(0)
    knock(guest)
    expect(guest.page.get_by_role("heading", name="The organizer will let you in")).to_be_visible()
    expect(lobby(hers)).to_contain_text("Gunnar Gast")
    expect(other.page.get_by_text("Gunnar Gast")).to_have_count(0)

    press(hers, "Let Gunnar Gast in")
    expect(roster(guest)).to_contain_text("Sara Davis")
    expect(line(other, "Gunnar Gast")).to_contain_text("Guest")
    expect(guest.page.get_by_role("heading", name="Plans for spring", level=2)).to_be_visible()
    for viewer in (hers, other, guest):
        viewer.write(f"Good morning from {viewer.person.name}")
    for viewer in (hers, other, guest):
        for one in (hers, other, guest):
            expect(viewer.said).to_contain_text(f"Good morning from {one.person.name}")

    decide(hers, "Gunnar Gast", "Remove from the meeting")
    expect(guest.page.get_by_role("alert")).to_contain_text("A leader has removed you")
    expect(roster(other)).not_to_contain_text("Gunnar Gast")

    of_the_meeting(hers, "End for everybody")
    press(hers, "End for everybody", hers.page.get_by_role("dialog"))
    expect(other.page.get_by_role("region", name="Plans for spring")).to_contain_text("meeting")
    expect(roster(other)).to_be_hidden()
    expect(roster(hers)).to_be_hidden()
    hers.go("Meetings")
    expect(hers.page.get_by_text("You have arranged no meetings")).to_be_visible()


def test_who_waits_is_turned_away_and_may_knock_again(office, meeting):
    hers, _, link = meeting
    guest = office.guest(link)
    knock(guest)
    press(hers, "Turn Gunnar Gast away")
    expect(guest.page.get_by_role("alert")).to_contain_text("You were not let in")
    press(guest, "Join")
    press(hers, "Let Gunnar Gast in")
    expect(roster(guest)).to_contain_text("Gunnar Gast (you)")


def test_all_who_wait_are_let_in_at_once_and_a_leader_elsewhere_hears_of_them(office, meeting):
    hers, _, link = meeting
    hers.go("People")
    guests = [office.guest(link, name) for name in ("Ada", "Ben", "Carl")]
    for guest in guests:
        knock(guest)
        toast = hers.page.locator(".toast").filter(has_text=guest.person.name)
        expect(toast).to_contain_text("Waits to be let in")
    hers.page.locator(".toast").filter(has_text="Ada").get_by_role("button", name="Open").click()
    press(hers, "Let all in")
    for guest in guests:
        expect(roster(guest)).to_contain_text("Carl")


def test_a_guest_stays_who_she_is_for_longer_than_a_token_lasts(browser, folder):
    config = QUICK + 'anonymous_lifetime = "8s"\n'
    running = folder.start("--test-mode", config=config, people=False)
    office = Office(UcwaServer(running.url), browser)
    hers = office.viewer(office.server.person("lene", "Lene Aaling"))
    guest = office.guest(schedule(hers, "Plans for spring", "Everyone"))
    press(hers, "Join")
    knock(guest)
    for _ in range(4):
        with guest.page.expect_response("**/oauthtoken"):
            expect(roster(guest)).to_contain_text("Gunnar Gast (you)")
    guest.write("Still here")
    expect(hers.said).to_contain_text("Still here")
    expect(roster(hers).get_by_role("listitem")).to_have_count(2)
    assert [] == office.close()


def test_what_was_read_before_a_guest_came_does_not_end_what_she_came_to(office, meeting):
    """A slow answer says which conversations there were when it was asked for: none."""
    _, _, link = meeting
    guest, kept = office.guest(link), []

    def keep(route):  # a method of a list is nothing that Playwright can look into
        kept.append(route)

    guest.page.route("**/communication/conversations?*", keep)
    knock(guest)
    waiting = guest.page.get_by_role("heading", name="The organizer will let you in")
    expect(waiting).to_be_visible()
    asked = kept[0].request.url
    with guest.page.expect_response(asked):
        kept[0].fulfill(json={"_links": {"self": {"href": asked}}, "rel": "conversations"})
    guest.page.evaluate("() => new Promise((done) => setTimeout(done))")

    expect(waiting).to_be_visible()
    expect(guest.page.get_by_text("The meeting has ended.")).to_have_count(0)


def test_a_guest_stays_who_she_is_over_a_reload(office, meeting):
    hers, _, link = meeting
    guest = office.guest(link)
    knock(guest)
    wait = guest.page.get_by_role("heading", name="The organizer will let you in")
    expect(wait).to_be_visible()
    guest.page.reload()
    expect(wait).to_be_visible()
    press(hers, "Let Gunnar Gast in")
    guest.write("Before")
    expect(hers.said).to_contain_text("Before")

    guest.page.reload()
    expect(roster(guest)).to_contain_text("Gunnar Gast (you)")
    guest.write("After")
    expect(hers.said).to_contain_text("After")
    expect(lobby(hers)).to_be_hidden()


def test_a_guest_leaves(office, meeting):
    hers, _, link = meeting
    guest = office.guest(link)
    knock(guest)
    press(hers, "Let Gunnar Gast in")
    expect(roster(hers)).to_contain_text("Gunnar Gast")
    press(guest, "Leave the meeting")
    expect(guest.page.get_by_role("alert")).to_contain_text("You have left")
    expect(roster(hers)).not_to_contain_text("Gunnar Gast")
    guest.page.reload()
    expect(guest.page.get_by_role("button", name="Join")).to_be_visible()


def test_a_link_to_no_meeting_says_so_once_somebody_has_knocked(office, lene):
    guest = office.guest(f"/{lene.address.split('@')[0]}/NOMEET00")
    knock(guest)
    expect(guest.page.get_by_role("alert")).to_contain_text("There is no such meeting")


def test_where_guests_are_not_let_in_they_are_told_so(browser, folder):
    config = QUICK + "[meetings]\nguests = false\n"
    running = folder.start("--test-mode", config=config, people=False)
    office = Office(UcwaServer(running.url), browser)
    hers = office.viewer(office.server.person("lene", "Lene Aaling"))
    guest = office.guest(schedule(hers, "Plans for spring", "Everyone"))
    knock(guest)
    expect(guest.page.get_by_role("alert")).to_contain_text("Guests are not let in here")
    assert [] == office.close()


def test_who_has_an_account_joins_as_herself(office, lene, sara):
    hers = office.viewer(lene)
    link = schedule(hers, "Plans for spring")
    press(hers, "Join")
    other = office.guest(link)
    other.person = sara
    other.page.get_by_role("link", name="Sign in").click()
    other.sign_in()
    press(other, "Join")
    expect(roster(hers)).to_contain_text("Sara Davis")
    expect(roster(other)).to_contain_text("Sara Davis (you)")


def test_leaders_share_their_role_and_quieten_the_others(office, meeting):
    hers, other, _ = meeting
    of_the_meeting(hers, "Let only leaders write")
    expect(other.page.get_by_text("Only leaders may write now.")).to_be_visible()
    decide(hers, "Sara Davis", "Make a leader")
    other.write("As a leader")
    expect(hers.said).to_contain_text("As a leader")
    decide(hers, "Sara Davis", "Make an attendee")
    expect(other.page.get_by_text("Only leaders may write now.")).to_be_visible()
    of_the_meeting(hers, "Let everybody write")
    other.write("As everybody")
    expect(hers.said).to_contain_text("As everybody")


def test_who_is_in_a_meeting_can_be_talked_to_beside_it(office, meeting):
    hers, other, _ = meeting
    decide(hers, "Sara Davis", "Message")
    hers.write("Between us")
    other.page.locator(".toast").get_by_role("button", name="Open").click()
    expect(other.said).to_contain_text("Between us")
    press(other, "Accept")
    other.page.locator(".talks").get_by_role("link", name="Plans for spring").click()
    expect(roster(other)).to_be_visible()
    expect(other.said).not_to_contain_text("Between us")


def test_a_meeting_begins_now_and_colleagues_are_called_into_it(office, lene, sara):
    hers, other = office.viewer(lene), office.viewer(sara)
    hers.add(sara)
    hers.go("Meetings")
    press(hers, "Meet now")
    expect(hers.page.get_by_role("heading", name="Meeting of Lene Aaling", level=2)).to_be_visible()
    press(hers, "Invite somebody")
    hers.page.get_by_role("dialog").get_by_role("button", name="Sara Davis").click()
    toast = other.page.locator(".toast").filter(has_text="Lene Aaling")
    expect(toast).to_contain_text("Invites you to a meeting")
    toast.get_by_role("button", name="Open").click()
    press(other, "Decline")
    expect(roster(hers)).not_to_contain_text("Sara Davis")

    press(hers, "Invite somebody")
    hers.page.get_by_role("dialog").get_by_role("button", name="Sara Davis").click()
    other.go("Chats")
    other.page.locator(".talks").get_by_role("link", name="Meeting of Lene Aaling").click()
    expect(other.page.get_by_text("Lene Aaling invites you to a meeting.")).to_be_visible()
    press(other, "Accept")
    expect(roster(hers)).to_contain_text("Sara Davis")
    other.write("Here I am")
    expect(hers.said).to_contain_text("Here I am")
    other.page.reload()
    expect(roster(other)).to_contain_text("Lene Aaling")
    press(other, "Leave the meeting")
    expect(roster(hers)).not_to_contain_text("Sara Davis")


def test_a_chat_of_two_becomes_a_meeting_of_three(office, lene, sara):
    toni = office.server.person("toni", "Toni Smith")
    hers, other, third = (office.viewer(one) for one in (lene, sara, toni))
    for person in (sara, toni):
        hers.add(person)
    hers.begin(sara)
    hers.write("Shall we ask Toni?")
    other.go("Chats")
    other.page.locator(".talks").get_by_text("Lene Aaling").click()
    press(other, "Accept")
    other.write("Yes")
    expect(hers.said).to_contain_text("Yes")
    press(hers, "Invite somebody")
    hers.page.get_by_role("dialog").get_by_role("button", name="Toni Smith").click()
    third.go("Chats")
    third.page.locator(".talks").get_by_role("link").click()
    press(third, "Accept")
    for viewer in (hers, other):
        expect(roster(viewer)).to_contain_text("Toni Smith")
    third.write("Of course")
    for viewer in (hers, other):
        expect(viewer.said).to_contain_text("Of course")
    expect(other.said).to_contain_text("Shall we ask Toni?")


def test_what_was_arranged_is_changed_saved_and_deleted(office, lene, sara):
    hers = office.viewer(lene)
    schedule(hers, "Plans", "Invited", Description="What grows where", Invited="sara@fabrikam.test")
    hers.page.get_by_role("link", name="Change").click()
    press(hers, "Invite somebody from the directory")
    dialog = hers.page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("Sara Davis")
    dialog.get_by_role("button", name="Sara Davis").click()
    fill(hers, Subject="Plans for spring", Begins="2030-03-01T10:00", Ends="2030-03-01T11:30")
    press(hers, "Save")
    card = hers.page.get_by_role("article", name="Plans for spring")
    expect(card).to_contain_text(re.compile("Friday, March 1, 2030, 10:00 AM . 11:30 AM"))
    expect(card).to_contain_text("What grows where")
    expect(card).to_contain_text("sara@fabrikam.test")
    expect(card).to_contain_text("Sara Davis")

    with hers.page.expect_download() as saved:
        press(hers, "File for calendars")
    assert "SUMMARY:Plans for spring" in saved.value.path().read_text("utf-8")
    hers.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(hers, "Copy the link")
    link = hers.page.get_by_label("Link", exact=True).input_value()
    expect(hers.page.locator(".toast")).to_contain_text(link)
    assert link == hers.page.evaluate("navigator.clipboard.readText()")

    press(hers, "Delete")
    press(hers, "Delete", hers.page.get_by_role("dialog"))
    expect(hers.page.get_by_text("You have arranged no meetings")).to_be_visible()


def test_what_is_refused_says_why_at_its_field(office, lene):
    hers = office.viewer(lene)
    hers.go("Meetings")
    press(hers, "Schedule a meeting")
    fill(hers, Subject="Plans", Invited="nobody")
    hers.page.locator(".meeting-form").get_by_role("button", name="Schedule a meeting").click()
    expect(hers.page.get_by_label("Invited", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(hers.page.get_by_text(re.compile("is no SIP address"))).to_be_visible()
    expect(hers.page.get_by_label("Subject", exact=True)).to_have_value("Plans")
