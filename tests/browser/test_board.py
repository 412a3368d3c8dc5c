"""The presence board in a real browser, with two people in front of it."""

from __future__ import annotations

import re

import httpx2
from playwright.sync_api import expect

# -------------------------------------------------------------------- sign-in


def test_a_wrong_password_says_so_and_the_right_one_opens_the_board(office, lene):
    viewer = office.visitor(lene)
    viewer.sign_in("wrong")
    expect(viewer.page.get_by_role("alert")).to_contain_text("Name or password is wrong.")

    viewer.sign_in()
    expect(viewer.status).to_contain_text("Available")
    expect(viewer.page.get_by_text("You have nobody on your list yet")).to_be_visible()


def test_whoever_reloads_is_still_signed_in_and_who_signs_out_is_not(office, lene):
    viewer = office.viewer(lene)
    viewer.page.reload()
    expect(viewer.status).to_contain_text("Available")

    viewer.page.get_by_role("button", name="Sign out").click()
    expect(viewer.page.get_by_role("heading", name="Sign in")).to_be_visible()
    viewer.page.reload()
    expect(viewer.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_token_that_ends_asks_for_the_password_and_everything_goes_on(office, lene, sara):
    viewer, other = office.viewer(lene), office.viewer(sara)
    viewer.add(sara)
    office.server.advance("121m")
    dialog = viewer.page.get_by_role("dialog", name="Please sign in again")
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_contain_text("Name or password is wrong.")
    dialog.get_by_label("Password").fill(lene.password)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()

    other.page.get_by_role("dialog").get_by_label("Password").fill(sara.password)
    other.page.keyboard.press("Enter")
    other.choose("Busy")
    expect(viewer.tile(sara)).to_contain_text("Busy")


# ------------------------------------------------------------------- presence


def test_what_a_colleague_says_of_herself_is_on_the_board_at_once(office, lene, sara):
    viewer, other = office.viewer(lene), office.viewer(sara)
    viewer.add(sara)
    expect(viewer.tile(sara)).to_contain_text("Available")

    other.choose("Do not disturb")
    expect(viewer.tile(sara)).to_contain_text("Do not disturb")
    other.page.get_by_role("button", name="Note:").click()
    other.page.keyboard.type("Writing the report")
    other.page.keyboard.press("Enter")
    expect(viewer.tile(sara)).to_contain_text("Writing the report")
    other.page.get_by_role("button", name="Place:").click()
    other.page.keyboard.type("Oslo")
    other.page.keyboard.press("Enter")
    expect(viewer.tile(sara)).to_contain_text("Oslo")


def test_a_colleague_who_does_nothing_fades_and_comes_back_with_the_mouse(office, lene, sara):
    viewer = office.viewer(lene)
    other = office.viewer(sara, alone=True)
    viewer.add(sara)
    expect(viewer.tile(sara)).to_contain_text("Available")

    office.advance("5m")
    expect(viewer.tile(sara)).to_contain_text("Inactive")
    office.advance("5m")
    expect(viewer.tile(sara)).to_contain_text("Away")
    other.page.mouse.move(200, 200)
    other.page.mouse.move(300, 300)
    expect(viewer.tile(sara)).to_contain_text("Available")


def test_who_goes_on_working_is_reported_and_does_not_fade(office, lene, sara):
    viewer = office.viewer(lene)
    other = office.viewer(sara, alone=True)
    viewer.add(sara)
    for step in range(4):
        office.advance("90s")
        other.page.mouse.move(100 + step, 100)
    office.advance("2m")

    expect(viewer.tile(sara)).to_contain_text("Available")


def test_a_locked_screen_is_idle_at_once(office, lene, sara):
    viewer, other = office.viewer(lene), office.viewer(sara)
    viewer.add(sara)
    expect(viewer.tile(sara)).to_contain_text("Available")
    session = other.page.context.new_cdp_session(other.page)
    where = session.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    given = {"origin": office.server.url, "permissions": ["idleDetection"]}
    session.send("Browser.grantPermissions", {**given, "browserContextId": where})
    other.page.reload()
    expect(other.status).to_contain_text("Available")
    session.send("Emulation.setIdleOverride", {"isUserActive": True, "isScreenUnlocked": False})

    expect(viewer.tile(sara)).to_contain_text("Inactive")


def test_busy_for_an_hour_ends_by_itself_and_restores_what_was_before(office, lene):
    viewer = office.viewer(lene, alone=True)
    viewer.choose("Be right back")
    expect(viewer.status).to_contain_text("Be right back")
    viewer.choose("Busy for 1 hour")
    expect(viewer.status).to_contain_text("Busy")
    expect(viewer.page.get_by_role("region", name="You")).to_contain_text("Until")

    office.server.advance("61m")
    expect(viewer.status).to_contain_text("Be right back")
    viewer.choose("Show what I am doing")
    expect(viewer.page.get_by_role("region", name="You")).not_to_contain_text("Until")


# --------------------------------------------------------------------- groups


def test_people_are_put_into_groups_by_menu_and_by_dragging(office, lene, sara):
    viewer = office.viewer(lene)
    viewer.add(sara)
    for name in ("Friends", "Project"):
        viewer.page.get_by_role("button", name="New group").click()
        viewer.page.get_by_role("dialog").get_by_role("textbox").fill(name)
        viewer.page.keyboard.press("Enter")
        expect(viewer.group(name)).to_be_visible()

    viewer.tile(sara).hover()
    viewer.tile(sara).get_by_role("button", name="What to do with").click()
    viewer.page.get_by_role("menuitem", name="Move to Friends").click()
    expect(viewer.group("Friends")).to_contain_text("Sara Davis")
    expect(viewer.group("Other contacts")).not_to_contain_text("Sara Davis")

    viewer.tile(sara).drag_to(viewer.group("Project"))
    expect(viewer.group("Project")).to_contain_text("Sara Davis")
    expect(viewer.group("Friends")).not_to_contain_text("Sara Davis")


def test_a_group_of_the_directory_is_found_and_put_on_the_list(office, lene, sara):
    boss = office.server.person("boss", "Bo Boss", admin=True)
    card = {"address": "everybody@contoso.test", "name": "Everybody", "members": [sara.address]}
    headers = {"Authorization": f"Bearer {office.server.sign_in(boss)}"}
    url = f"{office.server.url}/admin/groups"
    assert 201 == httpx2.post(url, json=card, headers=headers).status_code
    viewer = office.viewer(lene)
    viewer.page.get_by_role("searchbox").fill("Every")
    viewer.page.get_by_role("button", name="Add Everybody").click()
    viewer.page.get_by_role("searchbox").fill("")
    expect(viewer.group("Everybody")).to_contain_text("Sara Davis")

    viewer.page.get_by_role("button", name="What to do with Everybody").click()
    viewer.page.get_by_role("menuitem", name="Remove from my list").click()
    expect(viewer.group("Everybody")).to_be_hidden()


# -------------------------------------------------------------- conversations


def test_two_people_talk(office, lene, sara):
    hers, other = office.viewer(lene), office.viewer(sara)
    hers.add(sara)
    hers.begin(sara)
    hers.write("Do you have a minute?")
    expect(hers.page.get_by_text("Waiting for an answer")).to_be_visible()
    expect(
        other.page.get_by_role("status").filter(has_text="Do you have a minute?")
    ).to_be_visible()
    expect(other.page).to_have_title(re.compile("1"))

    other.go("Chats")
    other.page.locator(".talks").get_by_text("Lene Aaling").click()
    other.page.get_by_role("button", name="Accept").click()
    expect(other.said).to_contain_text("Do you have a minute?")
    other.write("Yes, <b>now</b>. See https://example.com/a?b=1")
    expect(hers.said).to_contain_text("Yes, <b>now</b>.")
    link = hers.said.get_by_role("link", name="https://example.com/a?b=1")
    assert "noopener" in link.get_attribute("rel")

    other.page.get_by_role("textbox", name="Message to").press_sequentially("I am")
    expect(hers.page.locator(".typing")).to_contain_text("Sara Davis is typing")

    hers.go("People")
    other.write("Are you there?")
    expect(hers.page.get_by_role("link", name=re.compile("Chats.*unread"))).to_be_visible()
    hers.go("Chats")
    hers.page.locator(".talks").get_by_text("Sara Davis").click()
    expect(hers.said).to_contain_text("Are you there?")

    other.page.get_by_role("button", name="Leave the chat").click()
    expect(hers.page.get_by_role("button", name="Chat again")).to_be_visible()
    hers.go("History")
    hers.page.get_by_role("searchbox").fill("minute")
    hers.page.locator(".talks").get_by_text("Sara Davis").first.click()
    expect(hers.page.get_by_text("Do you have a minute?").last).to_be_visible()


def test_whom_nobody_reaches_finds_what_was_said_in_the_history(office, lene, sara):
    hers = office.viewer(lene)
    hers.add(sara)
    hers.begin(sara)
    hers.write("Call me")
    expect(hers.page.get_by_role("button", name="Chat again")).to_be_visible()

    other = office.viewer(sara)
    missed = other.page.get_by_role("link", name=re.compile("History.*unread"))
    expect(missed).to_be_visible()
    other.go("History")
    other.page.locator(".talks").get_by_text("Lene Aaling").click()
    expect(other.page.get_by_text("Call me").last).to_be_visible()
    expect(missed).to_be_hidden()


def test_the_desktop_is_told_of_what_comes_while_somebody_looks_elsewhere(office, lene, sara):
    hers, other = office.viewer(lene), office.visitor(sara)
    other.page.add_init_script(
        """document.hasFocus = () => false;
        window.Notification = class {
          static permission = "granted";
          static requestPermission = async () => "granted";
          constructor(title, { body }) { (window.told ??= []).push(`${title}: ${body}`); }
        };"""
    )
    other.page.reload()
    other.sign_in()
    other.page.get_by_role("button", name="Settings").click()
    other.page.get_by_role("checkbox", name="Notifications on the desktop").check()
    other.page.keyboard.press("Escape")
    hers.add(sara)
    hers.begin(sara)
    hers.write("Lunch?")

    expect(other.page.get_by_role("link", name=re.compile("Chats.*unread"))).to_be_visible()
    assert ["Lene Aaling: Lunch?"] == other.page.evaluate("window.told")


def test_a_reload_loses_no_conversation(office, lene, sara):
    hers, other = office.viewer(lene), office.viewer(sara)
    hers.add(sara)
    hers.begin(sara)
    hers.write("Before the reload")
    other.go("Chats")
    other.page.locator(".talks").get_by_text("Lene Aaling").click()
    other.page.get_by_role("button", name="Accept").click()
    other.write("Yes")
    expect(hers.said).to_contain_text("Yes")

    hers.page.reload()
    hers.go("Chats")
    hers.page.locator(".talks").get_by_text("Sara Davis").click()
    expect(hers.said).to_contain_text("Before the reload")
    other.write("After the reload")
    expect(hers.said).to_contain_text("After the reload")


# ----------------------------------------------------------------------- tabs


def test_two_tabs_are_one(office, lene, sara):
    first = office.viewer(lene)
    second = office.another_tab(first)
    expect(second.status).to_contain_text("Available")
    first.choose("Busy")
    expect(second.status).to_contain_text("Busy")
    second.add(sara)
    expect(first.tile(sara)).to_be_visible()

    second.page.get_by_role("button", name="Sign out").click()
    expect(first.page.get_by_role("heading", name="Sign in")).to_be_visible()


# -------------------------------------------------------------- other origins


def test_no_other_page_may_frame_the_board(office, lene):
    viewer = office.visitor(lene)
    answer = viewer.page.request.get(f"{office.server.url}/", headers={"Accept": "text/html"})

    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_nothing_is_loaded_from_another_host(office, lene, sara):
    viewer = office.visitor(lene)
    asked = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    viewer.page.reload()
    viewer.sign_in()
    viewer.add(sara)

    assert [] == [url for url in asked if not url.startswith((office.server.url, "data:", "blob:"))]
