"""The signed-in user: lurking, being available, active, a note and a place (BEHAVIOUR 2.2, 7)."""

from __future__ import annotations

import json

import pytest

from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
PLACES = ("presence", "note", "location")
ALWAYS = ("callForwardingSettings", "phones", "photo")


@pytest.fixture
async def lene(world):
    return await world.person("lenea", "Lene Aaling", title="Designer", office="23/2")


@both
async def test_me_is_the_directory_card(world, lene, accept):
    """R4.9, R8.2: what is not known is left out; the office is an officeLocation here."""
    reply = await (await world.client(lene, accept)).get("me")

    assert ["Lene Aaling", f"sip:{lene}", "Designer", "23/2", None] == [
        reply.property(name) for name in ("name", "uri", "title", "officeLocation", "department")
    ]


# --- lurker mode


@both
async def test_a_new_application_offers_to_make_its_user_available(world, lene, accept):
    """R2.11"""
    client = await world.client(lene, accept)

    assert {"makeMeAvailable", *ALWAYS} == (await client.get("me")).links()
    assert not (await client.get("communication")).property("supportedModalities")


@both
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_in_lurker_mode_nothing_of_it_works(world, lene, accept, place, method):
    """R2.11, R7.26, R35: a client reads this subcode as a call to make itself available."""
    client = await world.client(lene, accept)
    reply = await client.send(method, f"me/{place}")

    assert (409, "Conflict", "MakeMeAvailableRequired") == reply.reason


async def test_a_lurker_is_not_seen(world, lene):
    """R2.10"""
    client = await world.client(lene)
    reply = await client.get(client.person(lene, "presence"))

    assert ["Offline", "Unknown"] == [
        reply.property("availability"),
        reply.property("deviceType"),
    ]


# --- makeMeAvailable


@both
@pytest.mark.parametrize("path", ["me/makeMeAvailable", "communication/makeMeAvailable"])
async def test_making_oneself_available_swaps_the_links(world, lene, accept, path):
    """R2.11, R2.14: 204 and no body, which would overwrite what the library remembers."""
    client = await world.client(lene, accept)
    reply = await client.post(path, {"supportedModalities": ["Messaging"]})

    assert (204, b"", None) == (reply.status, reply.body, reply.header("Content-Type"))
    assert {*PLACES, "reportMyActivity", "reportMyInactivity", *ALWAYS} == (
        await client.get("me")
    ).links()
    assert ["Messaging"] == (await client.get("communication")).property("supportedModalities")


@both
@pytest.mark.parametrize("body", [b"", "{}", None])
async def test_nothing_has_to_be_said_to_be_available(world, lene, accept, body):
    """R2.13, R4.21, CLIENT-RULES R19"""
    client = await world.client(lene, accept)

    assert 204 == (await client.post("me/makeMeAvailable", body)).status


@both
async def test_what_was_asked_is_what_communication_shows(world, lene, accept):
    """R2.13, R16.6: names and values in any case; all modalities are taken."""
    body = {
        "SupportedModalities": ["messaging", "Audio", "VIDEO", "PhoneAudio", "PanoramicVideo"],
        "supportedMessageFormats": ["Html", "Plain"],
        "audioPreference": "phoneaudio",
        "phoneNumber": "tel:+14255550123",
        "voipFallbackToPhoneAudioTimeOut": "PT30S",
    }
    client = await world.client(lene, accept)
    assert 204 == (await client.post("me/makeMeAvailable", body)).status
    reply = await client.get("communication")

    assert {"Messaging", "Audio", "Video", "PhoneAudio", "PanoramicVideo"} == set(
        reply.property("supportedModalities")
    )
    assert {"Html", "Plain"} == set(reply.property("supportedMessageFormats"))
    assert "PhoneAudio" == reply.property("audioPreference")
    assert "tel:+14255550123" == reply.property("phoneNumber")


@both
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inactiveTimeout", "soon"),
        ("inactiveTimeout", 0),
        ("inactiveTimeout", -5),
        ("inactiveTimeout", "P2D"),
        ("signInAs", "Offline"),
        ("audioPreference", "Loud"),
        ("supportedModalities", ["Telepathy"]),
        ("supportedMessageFormats", ["Rtf"]),
        ("phoneNumber", "1" * 101),
    ],
)
async def test_wishes_that_cannot_be_met_are_named(world, lene, accept, name, value):
    """R4.4; and nothing has happened then."""
    client = await world.client(lene, accept)
    reply = await client.post("me/makeMeAvailable", {name: value})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert [name] == reply.bad
    assert {"makeMeAvailable", *ALWAYS} == (await client.get("me")).links()


@both
async def test_it_can_be_done_once(world, lene, accept):
    """R2.15"""
    client = await world.available(lene, accept)
    reply = await client.post("me/makeMeAvailable", {})

    assert (409, "Conflict", "AlreadyExists") == reply.reason


async def test_what_happened_is_told_in_one_package(world, lene):
    """R2.12: sender me first, then communication, which is embedded."""
    client = await world.available(lene, supportedModalities=["Messaging"])
    package = await client.package()
    embedded = package.tree["sender"][1]["events"][0]["_embedded"]["communication"]

    assert [
        ("me", "updated", "me"),
        ("me", "added", "presence"),
        ("me", "added", "note"),
        ("me", "added", "location"),
        ("communication", "updated", "communication"),
    ] == package.events()
    assert (await client.get("communication")).tree == embedded


@both
@pytest.mark.parametrize(
    ("wish", "shown"),
    [("Online", "Online"), ("busy", "Busy"), ("DoNotDisturb", "DoNotDisturb"), ("Away", "Away")],
)
async def test_one_can_sign_in_as_something_else(world, lene, accept, wish, shown):
    """R2.13, R7.2"""
    client = await world.available(lene, accept, signInAs=wish)

    assert shown == (await client.get("me/presence")).property("availability")


# --- note and location


@both
@pytest.mark.parametrize(("place", "name"), [("note", "message"), ("location", "location")])
async def test_a_note_and_a_location_are_set_and_cleared(world, lene, accept, place, name):
    """R7.24, R7.25: by body or query; empty or absent clears."""
    client = await world.available(lene, accept)
    path = f"me/{place}"

    async def after(url, body=None):
        assert 204 == (await client.post(url, body)).status
        return (await client.get(path)).property(name)

    assert (await client.get(path)).property(name) is None
    assert "bag æøå 😀 <&>" == await after(path, {name.title(): "bag æøå 😀 <&>"})
    assert await after(path) is None
    assert "by query" == await after(f"{path}?{name}=by+query")
    assert await after(path, {name: ""}) is None


@both
@pytest.mark.parametrize(
    ("place", "name", "longest"), [("note", "message", 4000), ("location", "location", 60)]
)
async def test_there_is_a_longest_one(world, lene, accept, place, name, longest):  # noqa: PLR0917
    """R7.25"""
    client = await world.available(lene, accept)

    assert 204 == (await client.post(f"me/{place}", {name: "x" * longest})).status
    reply = await client.post(f"me/{place}", {name: "x" * (longest + 1)})
    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert [name] == reply.bad


async def test_a_note_is_personal(world, lene):
    """R7.24"""
    client = await world.available(lene)
    await client.post("me/note", {"message": "gone fishing", "type": "OutOfOffice"})

    assert "Personal" == (await client.get("me/note")).property("type")


@pytest.mark.parametrize(("place", "name"), [("note", "message"), ("location", "location")])
async def test_setting_one_is_confirmed_to_all_available_applications(world, lene, place, name):
    """R7.19, R7.20, R7.24: also when nothing has changed; lurkers are not told."""
    one = await world.available(lene)
    other = await world.available(lene, endpointId="e2")
    lurker = await world.client(lene, endpointId="e3")
    for client in (one, other):
        await client.package()
    for _ in range(2):
        await one.post(f"me/{place}", {name: "Room 1"})

        assert [("me", "updated", place)] == (await one.package()).events()
        assert [("me", "updated", place)] == (await other.package()).events()
    await world.advance(20)
    assert (await lurker.poll()).reply is None


async def test_note_and_location_outlive_the_application(world, lene):
    """They belong to the user and not to the application."""
    client = await world.available(lene)
    await client.post("me/note", {"message": "here to stay"})
    await client.delete("")
    client = await world.available(lene)

    assert "here to stay" == (await client.get("me/note")).property("message")


# --- reportMyActivity

REPORTS = ["me/reportMyActivity", "reportMyActivity", "ME/REPORTMYACTIVITY"]
BOTH = ["me/reportMyActivity", "reportMyActivity", "me/reportMyInactivity"]


BODIES = [
    (None, {}),
    (b"", {"Content-Type": ""}),
    (b"{}", {"Content-Type": JSON}),
    (b'""', {"Content-Type": ""}),
    (b'{"unknown": [1, {"a": null}]}', {"Content-Type": JSON}),
    (b"", {"Content-Type": JSON, "If-Match": '"1"'}),
    (b"{rubbish \xff\x00", {"Content-Type": JSON}),
    (b"<input", {"Content-Type": XML}),
    (b"active", {"Content-Type": "text/plain"}),
]


@both
@pytest.mark.parametrize("path", [*REPORTS, BOTH[-1]])
async def test_a_report_is_204_without_a_body(world, lene, accept, path):
    """reportMyActivity: request body none, so none is read; R7.12: both paths, both formats."""
    client = await world.available(lene, accept)
    for body, headers in BODIES:
        reply = await client.post(path, body, headers)

        assert (204, b"", None) == (reply.status, reply.body, reply.header("Content-Type"))


@both
@pytest.mark.parametrize("path", BOTH)
async def test_a_report_is_a_post(world, lene, accept, path):
    """R4.24"""
    client = await world.available(lene, accept)
    for method in ("GET", "PUT", "DELETE"):
        reply = await client.send(method, path)

        assert (405, "MethodNotAllowed", None) == reply.reason
        assert "POST, OPTIONS" == reply.header("Allow")


@both
@pytest.mark.parametrize("path", BOTH)
async def test_a_lurker_cannot_report(world, lene, accept, path):
    """reportMyActivity: 409 MakeMeAvailableRequired"""
    reply = await (await world.client(lene, accept)).post(path)

    assert (409, "Conflict", "MakeMeAvailableRequired") == reply.reason


@both
@pytest.mark.parametrize("path", [*BOTH, "me/makeMeAvailable"])
async def test_a_guest_can_neither_report_nor_be_available(world, accept, path):
    """reportMyActivity: 403 AnonymousNotAllowed; R2.15, R2.26"""
    reply = await (await world.guest(accept)).post(path)

    assert (403, "Forbidden", "AnonymousNotAllowed") == reply.reason


@both
async def test_reporting_takes_the_scope_of_the_user(world, lene, accept):
    """reportMyActivity: User.ReadWrite; R13.2"""
    await world.available(lene)
    client = await world.limited(lene, "Contacts.ReadWrite", "Meetings.ReadWrite", accept=accept)

    for path in BOTH:
        assert (403, "Forbidden", None) == (await client.post(path)).reason


async def test_reports_every_four_minutes_keep_one_online(world, lene):
    """reportMyActivity: at least once every four minutes; R7.9"""
    client = await world.available(lene)
    for _ in range(12):
        await world.advance(240)
        assert "Online" == (await client.get("me/presence")).property("availability")
        await client.report()


@pytest.mark.one_process
async def test_reports_of_an_active_user_cause_no_event_and_no_writing(world, lene):
    """R7.13: no event unless what others see changed, and never a database write."""
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    for one in (client, watcher):
        await one.package()
    polls = [await client.poll(), await watcher.poll()]
    kept = world.server.store.keep
    written = []

    async def keep(address, changes):
        written.append(changes)
        await kept(address, changes)

    world.server.dispatcher.services.standings.keep = keep
    for _ in range(20):
        await world.advance(1)
        await client.report()
    armed = world.server.timers.next()
    await client.report()

    assert [None, None, []] == [*(poll.reply for poll in polls), written]
    assert armed == world.server.timers.next()


async def test_waking_up_is_told_once(world, lene):
    """R7.12, R7.19: to the user's applications and to those that watch."""
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    await world.advance(310)
    for one in (client, watcher):
        await one.package()
    for _ in range(3):
        await client.report()

    assert [("me", "updated", "presence")] == (await client.package()).events()
    assert [("people", "updated", "contactPresence", "contact")] == (
        await watcher.package()
    ).events()
    await world.advance(20)
    assert [] == [event for one in (client, watcher) for event in (await one.package(26)).events()]


# --- reportMyInactivity

GONE = "me/reportMyInactivity"


@both
async def test_who_is_gone_is_idle_at_once_away_later_and_back_with_a_report(world, lene, accept):
    """Whoever looks gets the state of that moment, and the true time of the last activity."""
    client = await world.available(lene, accept)
    shown = client.person(lene, "presence")
    active = (await client.get(shown)).property("lastActive")
    await world.advance(100)
    assert 204 == (await client.post(GONE)).status
    seen = []
    for seconds in (0, 299, 1, 1000):
        await world.advance(seconds)
        seen.append((await client.get(shown)).property("availability"))
        await client.post(GONE)
        assert active == (await client.get(shown)).property("lastActive")
    await client.report()

    assert ["IdleOnline", "IdleOnline", "Away", "Away"] == seen
    assert "Online" == (await client.get(shown)).property("availability")


async def test_going_is_told_once_and_so_is_each_step_afterwards(world, lene):
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    for one in (client, watcher):
        await one.package()
    for path, times in ((GONE, 1), (GONE, 0), ("me/reportMyActivity", 1), (GONE, 1)):
        await client.post(path)

        assert [("me", "updated", "presence")] * times == await client.news()
        assert [("people", "updated", "contactPresence", "contact")] * times == (
            await watcher.news()
        )


@pytest.mark.parametrize(
    ("path", "body"),
    [("me/presence", None), ("me/note", {"message": "x"}), ("me/location", {"location": "x"})],
)
async def test_what_people_do_brings_them_back(world, lene, path, body):
    client = await world.available(lene)
    await client.post(GONE)
    assert "IdleOnline" == (await client.get("me/presence")).property("availability")
    await client.post(path, body)

    assert "Online" == (await client.get("me/presence")).property("availability")


async def test_who_is_gone_here_may_be_at_work_elsewhere(world, lene):
    one, other = await world.available(lene), await world.available(lene, endpointId="e2")
    await one.post(GONE)
    assert "Online" == (await one.get("me/presence")).property("availability")
    await other.post(GONE)

    assert "IdleOnline" == (await one.get("me/presence")).property("availability")


async def test_who_is_gone_keeps_her_application(world, lene):
    """R2.18 c: it ends by the last activity, also one that may be idle for a day."""
    client = await world.available(lene, inactiveTimeout=24 * 60)
    await client.post(GONE)
    for _ in range(8):
        await (await client.poll()).leave()
        await world.advance(600)

    assert "Away" == (await client.get("me/presence")).property("availability")


@pytest.mark.one_process
async def test_reports_are_counted(world, lene):
    client = await world.available(lene)
    for _ in range(3):
        await client.report()

    assert 3 == world.server.meters.requests["reportMyActivity", "POST", 204]


async def test_the_json_and_the_xml_card_agree(world, lene):
    one, other = await world.client(lene), await world.client(lene, XML, endpointId="e2")
    card = json.loads((await one.get("me")).body)
    xml = await other.get("me")

    assert {} == {
        name: value
        for name, value in card.items()
        if not name.startswith("_") and name not in ("rel", "etag") and xml.property(name) != value
    }
