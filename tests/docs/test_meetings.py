"""docs/meetings.md: its example is taken, and its limits and tables are so."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import fields

from docs.blocks import ROOT, blocks
from openucwa.app.calendars import RECHECK
from openucwa.domain.arranging import LONGEST_MEETING
from openucwa.domain.meetings import (
    DAY,
    EXTENSION_DATA,
    EXTENSIONS,
    HOUR,
    KEPT,
    LIFETIME,
    SUBJECT,
    AccessLevel,
    Meeting,
    admission,
)
from openucwa.resources.meetings import MeetingInput

PAGE = ROOT / "docs" / "meetings.md"
TEXT = PAGE.read_text(encoding="utf-8")
WHO = {
    "the organizer": "lenea@example.com",
    "leaders": "sarad@example.com",
    "attendees": "pat@fabrikam.example",
    "people with an account here": "other@example.com",
    "guests": "1f@anonymous.invalid",
}


async def test_the_example_arranges_a_meeting(world):
    [said] = [json.loads(text) for language, text in blocks(PAGE) if language == "json"]
    client = await world.client(await world.person("lenea"))
    reply = await client.post("onlineMeetings/myOnlineMeetings", said)
    file = await client.get(reply.href("invitationFile"))

    assert (200, 200) == (reply.status, file.status)
    assert said["attendees"] == reply.property("attendees")


def test_limits_are_as_it_says():
    assert (8 * HOUR, 14 * DAY, 7 * DAY, 250, 50, 16_384, 10.0) == (
        LIFETIME,
        KEPT,
        LONGEST_MEETING,
        SUBJECT,
        EXTENSIONS,
        EXTENSION_DATA,
        RECHECK,
    )


def test_every_property_that_may_be_said_is_in_the_table():
    table = TEXT.partition("| property | default")[2].partition("\n\n")[0]
    names = set(re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.split("\n")[2:])))

    assert {field.encode_name for field in fields(MeetingInput)} == names | {
        "attendanceAnnouncementsStatus"
    }


@pytest.mark.parametrize("level", AccessLevel)
def test_who_enters_is_as_the_table_says(level):
    [row] = [line for line in TEXT.splitlines() if re.match(rf"\| (\w+, )?{level}\b.*\|$", line)]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    meeting = Meeting(
        "A",
        WHO["the organizer"],
        access=level,
        leaders=(WHO["leaders"],),
        attendees=(WHO["attendees"],),
    )
    named = set(WHO) if cells[1] == "everybody" else set(cells[1].split(", "))
    if level is AccessLevel.SAME_ENTERPRISE:
        named |= {"the organizer", "leaders", "attendees"}

    assert {WHO[one] for one in named} == {
        address for address in WHO.values() if not admission(meeting, address).waits
    }
