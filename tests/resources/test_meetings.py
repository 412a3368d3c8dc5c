"""Online meetings that people arrange (BEHAVIOUR 10; CLIENT-RULES R32, R34)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from icalendar import Calendar

from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.domain.meetings import HOUR
from world import JSON, NAMESPACE, START, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
HERE = "onlineMeetings/myOnlineMeetings"
GONE = (404, "NotFound", None)
INVALID = (400, "BadRequest", "ParameterValidationFailure")
VALUES = {
    "onlineMeetingDefaultValues",
    "onlineMeetingEligibleValues",
    "onlineMeetingInvitationCustomization",
    "onlineMeetingPolicies",
    "phoneDialInInformation",
}
LENE = "lenea@contoso.test"


def moment(seconds, accept=JSON):
    """Return a time as it is shown."""
    if accept == JSON:
        return f"/Date({int(seconds * 1000)})/"
    return {0.0: "2026-09-21T14:13:20.000Z", 8 * HOUR: "2026-09-21T22:13:20.000Z"}[seconds - START]


def stored(world):
    """Return what keeps meetings."""
    return world.server.dispatcher.services.meetings


async def arrange(client, **more):
    """Arrange a meeting, return the answer."""
    reply = await client.post(HERE, more)
    assert reply.status == 200, reply.body
    return reply


async def change(client, reply, **more):
    """Change a meeting as it was when it was read."""
    href = reply.header("Location") or reply.tree["_links"]["self"]["href"]
    headers = {"If-Match": reply.header("ETag")}
    return await client.put(href, {reply.guid: "please pass this in a PUT request"} | more, headers)


@both
async def test_the_dashboard_links_what_there_is(world, accept):
    """R10.1; nobody has a permanent meeting unless a setting says so."""
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get("onlineMeetings")

    assert (200, {"myOnlineMeetings", *VALUES}) == (reply.status, reply.links())


@both
async def test_a_meeting_of_which_nothing_is_said_has_the_defaults(world, accept):
    """R10.2, R10.4, 16.4, 16.38"""
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.post(HERE)
    identifier = reply.property("onlineMeetingId")
    uri = f"sip:{LENE};gruu;opaque=app:conf:focus:id:{identifier}"

    assert 200 == reply.status
    assert re.fullmatch("[A-Z0-9]{8}", identifier)
    assert f"{client.path}/{HERE}/{identifier}" == reply.header("Location")
    assert {
        "accessLevel": "SameEnterprise",
        "attendees": [],
        "automaticLeaderAssignment": "Disabled",
        "conferenceId": None,
        "description": "" if accept == JSON else None,
        "endTime": None,
        "entryExitAnnouncement": "Disabled",
        "expirationTime": moment(START + 8 * HOUR, accept),
        "joinUrl": f"https://meet.contoso.test/lenea/{identifier}",
        "leaders": [],
        "lobbyBypassForPhoneUsers": "Disabled",
        "onlineMeetingRel": "myOnlineMeetings",
        "onlineMeetingUri": uri,
        "organizerUri": f"sip:{LENE}",
        "phoneUserAdmission": "Disabled",
        "startTime": None,
        "subject": "" if accept == JSON else None,
    } == {
        name: reply.property(name)
        for name in (
            *("accessLevel", "attendees", "automaticLeaderAssignment", "conferenceId"),
            *("description", "endTime", "entryExitAnnouncement", "expirationTime", "joinUrl"),
            *("leaders", "lobbyBypassForPhoneUsers", "onlineMeetingRel", "onlineMeetingUri"),
            *("organizerUri", "phoneUserAdmission", "startTime", "subject"),
        )
    }
    assert {"onlineMeetingExtensions"} == reply.links()
    again = await client.get(f"{HERE}/{identifier.lower()}")
    assert (200, reply.body) == (again.status, again.body)


def host_and_path(url):
    """Make the meeting's URI of where people join, as the library does (R10.5)."""
    host, user, identifier = url.removeprefix("https://").split("/")
    return f"sip:{user}@{host.partition('.')[2]};gruu;opaque=app:conf:focus:id:{identifier}"


@pytest.mark.parametrize(
    ("public_url", "join_url", "base"),
    [
        ("", "", "https://meet.contoso.test"),
        ("https://ucwa.contoso.test", "", "https://ucwa.contoso.test"),
        ("https://ucwa.contoso.test:8443", "", "https://meet.contoso.test"),
        ("https://ucwa.elsewhere.test", "", "https://meet.contoso.test"),
        ("http://ucwa.contoso.test", "", "https://meet.contoso.test"),
        ("", "https://join.{domain}", "https://join.contoso.test"),
    ],
)
async def test_clients_find_the_meeting_by_where_people_join(
    world_with, public_url, join_url, base
):
    """R10.5"""
    world = await world_with(
        server={"public_url": public_url, "domains": ["contoso.test"]},
        meetings={"join_url": join_url},
    )
    shown = await arrange(await world.client(await world.person("lenea")))
    url = shown.property("joinUrl")

    assert url.startswith(f"{base}/lenea/")
    assert shown.property("onlineMeetingUri") == host_and_path(url)


@both
async def test_everything_that_is_said_is_kept(world, accept):
    """R10.2; the attendees may be anybody, and nobody is named twice (R10.6)."""
    client = await world.client(await world.person("lenea"), accept)
    said = {
        "accessLevel": "invited",
        "attendees": ["sip:Pat@Fabrikam.test", "jo@contoso.test", "sip:jo@contoso.test", LENE],
        "automaticLeaderAssignment": "Everyone",
        "description": "Æ\n🎵 <b>",
        "entryExitAnnouncement": "Unsupported",
        "expirationTime": "2026-09-21T22:13:20Z",
        "leaders": ["sip:sarad@contoso.test"],
        "subject": "x" * 250,
        "something": "else",
    }
    await arrange(client, **said)
    found = (await client.get(HERE, {"Accept": JSON})).tree["_embedded"]["myOnlineMeeting"]

    assert said | {
        "accessLevel": "Invited",
        "attendees": ["sip:pat@fabrikam.test", "sip:jo@contoso.test"],
        "expirationTime": moment(START + 8 * HOUR),
        "something": None,
    } == {name: found[0].get(name) for name in said}


async def test_the_samples_of_the_task_pages_are_understood(world):
    """R10.2: an older name; the newer one wins."""
    client = await world.client(await world.person("lenea"))
    old = {"attendanceAnnouncementsStatus": "Unsupported", "leaders": [], "description": "musical"}

    assert "Unsupported" == (await arrange(client, **old)).property("entryExitAnnouncement")
    both_names = old | {"entryExitAnnouncement": "Disabled"}
    assert "Disabled" == (await arrange(client, **both_names)).property("entryExitAnnouncement")


@both
@pytest.mark.parametrize(
    ("said", "bad"),
    [
        ({"accessLevel": "Nobody"}, ["accessLevel"]),
        ({"entryExitAnnouncement": "Enabled"}, ["entryExitAnnouncement"]),
        ({"phoneUserAdmission": "Enabled"}, ["phoneUserAdmission"]),
        ({"lobbyBypassForPhoneUsers": "Enabled"}, ["lobbyBypassForPhoneUsers"]),
        ({"attendees": ["sip:jo@contoso.test", "nobody"]}, ["attendees"]),
        ({"leaders": ["tel:+4570123456"]}, ["leaders"]),
        ({"attendees": ["a@b.test"] * 1001}, ["attendees"]),
        ({"attendees": ["a@" + "b" * 500]}, ["attendees"]),
        ({"subject": "x" * 251}, ["subject"]),
        ({"description": "x" * 10_001}, ["description"]),
        ({"expirationTime": "tomorrow"}, ["expirationTime"]),
        ({"expirationTime": "2024-01-01T00:00:00Z"}, ["expirationTime"]),
        ({"expirationTime": "2037-01-01T00:00:00Z"}, ["expirationTime"]),
        ({"expirationTime": "/Date(99999999999999999)/"}, ["expirationTime"]),
        ({"startTime": "2026-12-01T10:00:00Z"}, ["endTime"]),
        (
            {"startTime": "2026-12-01T10:00:00Z", "endTime": "2026-12-01T09:00:00Z"},
            ["endTime"],
        ),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(world, accept, said, bad):
    """R4.4, R10.6; and nothing is stored."""
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.post(HERE, said)

    assert (INVALID, bad) == (reply.reason, reply.bad)
    assert [] == await stored(world).of(LENE)


@pytest.mark.parametrize(
    "said",
    [{"attendees": [1]}, {"attendees": {"a": "b"}}, {"subject": 7}, {"leaders": [None]}],
)
async def test_values_of_other_types_are_refused(world, said):
    client = await world.client(await world.person("lenea"))

    assert INVALID == (await client.post(HERE, said)).reason


@both
async def test_a_change_takes_what_was_read_and_answers_what_is(world, accept):
    """R10.7, R34: the whole is sent back, with links and nulls and dates as clients write them."""
    client = await world.client(await world.person("lenea"), accept)
    made = await arrange(client, subject="Plans", attendees=["sip:jo@contoso.test"])
    changed = await change(
        client, made, subject="New", attendees=[], expirationTime="2026-09-22T00:00:00Z"
    )

    assert (200, "New", []) == (
        changed.status,
        changed.property("subject"),
        changed.property("attendees"),
    )
    assert made.header("ETag") != changed.header("ETag")
    assert made.property("onlineMeetingId") == changed.property("onlineMeetingId")
    again = await client.get(made.header("Location"))
    assert (changed.body, changed.header("ETag")) == (again.body, again.header("ETag"))
    not_modified = {"If-None-Match": again.header("ETag")}
    assert 304 == (await client.get(made.header("Location"), not_modified)).status


async def test_all_of_what_was_read_can_be_sent_back(world):
    """R4.18, R4.22, R34: what was not changed stays, links and all that is not ours are ignored."""
    client = await world.client(await world.person("lenea"))
    made = await arrange(client, subject="Plans", accessLevel="Everyone")
    whole = made.tree | {"subject": "New", "conferenceId": None, "legacyOnlineMeetingUri": None}
    changed = await client.put(
        made.header("Location"), whole, {"If-Match": made.header("ETag").strip('"')}
    )
    left = made.tree.keys() - {"subject", "etag"}

    assert (200, "New") == (changed.status, changed.property("subject"))
    assert [] == [name for name in left if made.tree[name] != changed.tree[name]]


async def test_what_is_left_out_of_a_change_stays(world):
    """R4.27, 16.13: a sample sends but a part."""
    client = await world.client(await world.person("lenea"))
    made = await arrange(client, subject="Plans", leaders=["sip:sarad@contoso.test"])
    changed = await change(client, made, description="More")

    assert ("Plans", ["sip:sarad@contoso.test"]) == (
        changed.property("subject"),
        changed.property("leaders"),
    )


@both
async def test_a_change_needs_the_etag_and_the_guid(world, accept):
    """R4.28, R4.30"""
    client = await world.client(await world.person("lenea"), accept)
    made = await arrange(client, subject="Plans")
    href, guid = made.header("Location"), {made.guid: "x"}
    first = {"If-Match": made.header("ETag")}

    assert 428 == (await client.put(href, guid)).status
    assert 412 == (await client.put(href, guid, {"If-Match": '"1"'})).status
    assert 400 == (await client.put(href, {"subject": "New"}, first)).status
    assert 200 == (await client.put(href, guid | {"subject": "New"}, first)).status
    assert 412 == (await client.put(href, guid | {"subject": "Old"}, first)).status
    assert "New" == (await client.get(href)).property("subject")


async def test_of_two_changes_at_once_one_is_refused(world):
    """R10.7: the client reads it again."""
    client = await world.client(await world.person("lenea"))
    made = await arrange(client)
    replies = await asyncio.gather(
        *(change(client, made, subject=f"Number {number}") for number in range(5))
    )

    assert [200, 412, 412, 412, 412] == sorted(reply.status for reply in replies)


async def test_a_change_that_is_refused_changes_nothing(world):
    client = await world.client(await world.person("lenea"))
    made = await arrange(client, subject="Plans")
    refused = await change(client, made, subject="New", endTime="2026-12-01T10:00:00Z")

    assert INVALID == refused.reason
    assert "Plans" == (await client.get(made.header("Location"))).property("subject")


@both
async def test_what_is_deleted_is_gone(world, accept):
    client = await world.client(await world.person("lenea"), accept)
    made = await arrange(client)
    href = made.header("Location")

    assert 412 == (await client.delete(href, {"If-Match": '"1"'})).status
    assert (204, b"") == ((gone := await client.delete(href)).status, gone.body)
    assert [GONE] * 2 == [(await client.get(href)).reason, (await client.delete(href)).reason]


@both
async def test_meetings_are_their_organizers(world, accept):
    """Those of others do not exist, not even for who leads them."""
    client = await world.client(await world.person("lenea"), accept)
    sara = await world.client(await world.person("sarad"), accept)
    made = await arrange(client, leaders=["sip:sarad@contoso.test"])
    href = f"{sara.path}/{HERE}/{made.property('onlineMeetingId')}"

    assert GONE == (await sara.get(href)).reason
    assert GONE == (await sara.put(href, {made.guid: ""}, {"If-Match": "*"})).reason
    assert GONE == (await sara.delete(href)).reason
    assert GONE == (await sara.get(f"{href}/extensions")).reason
    assert GONE == (await sara.post(f"{href}/extensions", {"id": "x"})).reason
    assert 200 == (await client.get(made.header("Location"))).status


async def test_nobody_arranges_more_than_allowed(world_with):
    world = await world_with(meetings={"per_user": 2})
    client = await world.client(await world.person("lenea"))
    first = await arrange(client)
    await arrange(client)

    assert (409, "Conflict", "TooManyOnlineMeetings") == (await client.post(HERE)).reason
    await client.delete(first.header("Location"))
    await arrange(client)


@both
async def test_guests_have_no_meetings(world, accept):
    guest = await world.guest(accept)

    assert VALUES == (await guest.get("onlineMeetings")).links()
    assert 403 == (await guest.get(HERE)).status
    assert 403 == (await guest.post(HERE)).status


# --- permanent ones


@both
async def test_everybody_has_a_permanent_meeting_if_a_setting_says_so(world_with, accept):
    """R10.8: one, at the same place as others."""
    world = await world_with(meetings={"assigned": True})
    client = await world.client(await world.person("lenea"), accept)
    dashboard = await client.get("onlineMeetings")
    href = dashboard.href("myAssignedOnlineMeeting")
    reply = await client.get(href)
    eligible = await client.get("onlineMeetings/eligibleValues")

    assert re.fullmatch(f"{client.path}/{HERE}/[A-Z0-9]{{8}}", href)
    assert (200, "myAssignedOnlineMeeting", None) == (
        reply.status,
        reply.property("onlineMeetingRel"),
        reply.property("expirationTime"),
    )
    assert href == eligible.href("myAssignedOnlineMeeting")
    assert ["myOnlineMeetings", "myAssignedOnlineMeeting"] == eligible.property(
        "eligibleOnlineMeetingRels"
    )
    assert 1 == len(await stored(world).of(LENE))


async def test_a_permanent_meeting_never_expires_and_can_be_replaced(world_with):
    world = await world_with(meetings={"assigned": True})
    client = await world.client(await world.person("lenea"))
    href = (await client.get("onlineMeetings")).href("myAssignedOnlineMeeting")
    changed = await change(
        client, await client.get(href), subject="Mine", expirationTime="2026-09-22T00:00:00Z"
    )

    assert (200, "Mine", None) == (
        changed.status,
        changed.property("subject"),
        changed.property("expirationTime"),
    )
    assert (204, GONE) == ((await client.delete(href)).status, (await client.get(href)).reason)
    embedded = (await client.get(HERE)).tree["_embedded"]
    (other,) = embedded["myAssignedOnlineMeeting"]
    assert [] == embedded["myOnlineMeeting"]
    assert href != other["_links"]["self"]["href"]


@pytest.mark.one_process
async def test_a_policy_says_who_has_a_permanent_meeting(world):
    lene, sara = await world.person("lenea"), await world.person("sarad")
    await SqlPolicies(world.server.database).set(LENE, "assignedMeeting", "Enabled")
    await world.advance(11)
    hers, saras = await world.client(lene), await world.client(sara)
    found = [(await one.get("onlineMeetings")).links() for one in (hers, saras)]

    assert [True, False] == ["myAssignedOnlineMeeting" in links for links in found]


# --- calendars


async def test_a_meeting_with_a_time_is_a_file_for_calendars(world):
    client = await world.client(await world.person("lenea", "Lene Åling"))
    made = await arrange(
        client,
        subject="Plans; and, more",
        description="Line\nline",
        startTime="2026-12-01T10:00:00Z",
        endTime="/Date(1796122800000)/",
        leaders=["sip:sarad@contoso.test"],
        attendees=["sip:pat@fabrikam.test"],
    )
    changed = await change(client, made, description="Other")
    reply = await client.get(changed.href("invitationFile"))
    (event,) = Calendar.from_ical(reply.body).walk("VEVENT")
    identifier = made.property("onlineMeetingId")

    assert (200, True) == (
        reply.status,
        (reply.header("Content-Type") or "").startswith("text/calendar; charset=utf-8"),
    )
    assert ("Plans; and, more", f"{identifier}@contoso.test", 1) == (
        event["SUMMARY"],
        event["UID"],
        event["SEQUENCE"],
    )
    assert f"Other\n\n{made.property('joinUrl')}" == event["DESCRIPTION"]
    assert ["2026-12-01T10:00:00+00:00", "2026-12-01T11:00:00+00:00"] == [
        event[name].dt.isoformat() for name in ("DTSTART", "DTEND")
    ]
    assert ("Lene Åling", "mailto:lenea@contoso.test") == (
        event["ORGANIZER"].params["CN"],
        event["ORGANIZER"],
    )
    assert [
        ("mailto:sarad@contoso.test", "CHAIR"),
        ("mailto:pat@fabrikam.test", "REQ-PARTICIPANT"),
    ] == [(str(one), one.params["ROLE"]) for one in event["ATTENDEE"]]


async def test_without_a_time_there_is_no_file(world):
    client = await world.client(await world.person("lenea"))
    made = await arrange(client)

    assert GONE == (await client.get(f"{made.header('Location')}/invitation.ics")).reason


async def test_what_a_calendar_shows_cannot_add_lines(world):
    client = await world.client(await world.person("lenea"))
    times = {"startTime": "2026-12-01T10:00:00Z", "endTime": "2026-12-01T11:00:00Z"}
    made = await arrange(client, subject="A\r\nATTENDEE:mailto:x@evil.test\r\n", **times)
    (event,) = Calendar.from_ical((await client.get(made.href("invitationFile"))).body).walk(
        "VEVENT"
    )

    assert "ATTENDEE" not in event


# --- what outlives what


@pytest.mark.one_process
async def test_meetings_are_kept_for_two_weeks_after_their_end(world):
    """16.38: clients join tomorrow what says that it expired tonight."""
    client = await world.client(await world.person("lenea"))
    made = await arrange(client)
    identifier = made.property("onlineMeetingId")
    kept = await stored(world).meeting(identifier)
    await stored(world).change(identifier, lambda known: replace(known, used=START - 14 * 86_400))

    assert [] == await stored(world).expired(START, 10)
    assert [identifier] == await stored(world).expired(START + 8 * HOUR, 10)
    assert START + 14 * 86_400 == kept.goes


@both
async def test_the_collection_is_of_arrays(world, accept):
    """R32, R4.6"""
    client = await world.client(await world.person("lenea"), accept)
    empty = await client.get(HERE)
    await arrange(client)
    one = await client.get(HERE)

    if accept == JSON:
        assert [] == empty.tree["_embedded"]["myOnlineMeeting"]
        assert 1 == len(one.tree["_embedded"]["myOnlineMeeting"])
    else:
        assert 1 == len(one.xml.findall(f"{NAMESPACE}resource[@rel='myOnlineMeeting']"))
