"""What meetings may be like, and how to dial in (R10.10)."""

from __future__ import annotations

import pytest

from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
NUMBERS = ["Denmark|+45 70 12 34 56|da-DK en-GB", "Norway|+47 21 00 00 00"]


@both
@pytest.mark.parametrize(
    ("path", "alias", "shown"),
    [
        (
            "defaultValues",
            "onlineMeetingDefaultValues",
            {
                "accessLevel": "SameEnterprise",
                "automaticLeaderAssignment": "Disabled",
                "defaultOnlineMeetingRel": "myOnlineMeetings",
                "entryExitAnnouncement": "Disabled",
                "lobbyBypassForPhoneUsers": "Disabled",
                "participantsWarningThreshold": 100,
            },
        ),
        (
            "eligibleValues",
            "onlineMeetingEligibleValues",
            {
                "accessLevels": ["None", "SameEnterprise", "Locked", "Invited", "Everyone"],
                "automaticLeaderAssignments": ["Disabled", "SameEnterprise", "Everyone"],
                "eligibleOnlineMeetingRels": ["myOnlineMeetings"],
                "entryExitAnnouncements": ["Unsupported", "Disabled"],
                "lobbyBypassForPhoneUsersSettings": ["Disabled"],
            },
        ),
        (
            "policies",
            "onlineMeetingPolicies",
            {
                "entryExitAnnouncement": "Disabled",
                "externalUserMeetingRecording": "Disabled",
                "meetingRecording": "Disabled",
                "meetingSize": 250,
                "phoneUserAdmission": "Disabled",
                "voipAudio": "Disabled",
            },
        ),
        (
            "customInvitation",
            "onlineMeetingInvitationCustomization",
            {"invitationFooterText": None, "invitationLogoUrl": None},
        ),
        (
            "phoneDialInInformation",
            "PhoneDialInInformation",
            {"conferenceId": None, "isAudioConferenceProviderEnabled": False},
        ),
    ],
)
async def test_values_as_they_are_unless_settings_say_otherwise(world, accept, path, alias, shown):
    """And the path that the reference has leads to the same (R1.13)."""
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get(f"onlineMeetings/{path}")
    texts = (
        shown
        if accept == JSON
        else {
            name: value if value is None or isinstance(value, list) else str(value)
            for name, value in shown.items()
        }
    )

    assert texts == {name: reply.property(name) for name in shown}
    assert reply.body == (await client.get(f"onlineMeetings/{alias}")).body


async def test_settings_say_what_is_allowed_and_what_is_usual(world_with):
    """What is usual is allowed."""
    world = await world_with(
        meetings={
            "access": "Invited",
            "access_allowed": ["SameEnterprise"],
            "leaders": "Everyone",
            "leaders_allowed": ["Disabled"],
            "warning": 7,
        }
    )
    client = await world.client(await world.person("lenea"))
    default = await client.get("onlineMeetings/defaultValues")
    eligible = await client.get("onlineMeetings/eligibleValues")

    assert ("Invited", "Everyone", 7) == tuple(
        default.property(name)
        for name in ("accessLevel", "automaticLeaderAssignment", "participantsWarningThreshold")
    )
    assert (["SameEnterprise", "Invited"], ["Disabled", "Everyone"]) == (
        eligible.property("accessLevels"),
        eligible.property("automaticLeaderAssignments"),
    )
    here = "onlineMeetings/myOnlineMeetings"
    assert "Invited" == (await client.post(here)).property("accessLevel")
    assert ["accessLevel"] == (await client.post(here, {"accessLevel": "Everyone"})).bad


async def test_invitations_show_what_settings_say(world_with):
    world = await world_with(
        meetings={
            "enterprise_help": "https://help.test/staff",
            "invitation_help": "https://help.test/",
            "invitation_legal": "https://help.test/legal",
            "invitation_logo": "https://help.test/logo.png",
            "invitation_footer": "Bring cake.",
        }
    )
    client = await world.client(await world.person("lenea"))
    tree = (await client.get("onlineMeetings/customInvitation")).tree

    assert {
        "enterpriseHelpUrl": "https://help.test/staff",
        "invitationFooterText": "Bring cake.",
        "invitationHelpUrl": "https://help.test/",
        "invitationLegalUrl": "https://help.test/legal",
        "invitationLogoUrl": "https://help.test/logo.png",
    } == {name: value for name, value in tree.items() if name not in {"_links", "rel"}}


@both
async def test_people_dial_in_where_there_are_numbers(world_with, accept):
    world = await world_with(
        meetings={"dial_in": NUMBERS, "dial_in_page": "https://help.test/numbers"}
    )
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get("onlineMeetings/phoneDialInInformation")
    second = await client.get("onlineMeetings/phoneDialInInformation/2")
    made = await client.post("onlineMeetings/myOnlineMeetings", {"phoneUserAdmission": "Enabled"})

    assert ("Denmark", "https://help.test/numbers", None) == tuple(
        reply.property(name) for name in ("defaultRegion", "externalDirectoryUri", "conferenceId")
    )
    assert ("Norway", "+47 21 00 00 00", []) == tuple(
        second.property(name) for name in ("name", "number", "languages")
    )
    assert 404 == (await client.get("onlineMeetings/phoneDialInInformation/3")).status
    assert str(int(made.property("onlineMeetingId"), 36)) == made.property("conferenceId")
    if accept == JSON:
        regions = reply.tree["_embedded"]["dialInRegion"]
        assert [["da-DK", "en-GB"], []] == [region["languages"] for region in regions]
    else:
        assert 2 == len(reply.xml.findall(f"{NAMESPACE}resource[@rel='dialInRegion']"))


async def test_who_has_a_permanent_meeting_has_its_conference_id(world_with):
    world = await world_with(meetings={"dial_in": NUMBERS, "assigned": True})
    client = await world.client(await world.person("lenea"))
    own = await client.get((await client.get("onlineMeetings")).href("myAssignedOnlineMeeting"))
    shown = await client.get("onlineMeetings/phoneDialInInformation")

    assert own.property("conferenceId") == shown.property("conferenceId")
