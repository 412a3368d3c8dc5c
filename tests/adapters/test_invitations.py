"""A meeting as an iCalendar file: what calendars need, and nothing that is not so."""

from __future__ import annotations

from icalendar import Calendar

from openucwa.adapters.invitations import invitation
from openucwa.domain.meetings import Meeting

MEETING = Meeting("ABCD1234", "lenea@contoso.test", "Plans", starts=1e9, ends=1e9 + 90, version=3)


def test_a_calendar_reads_it():
    file = invitation(MEETING, "Lene", "https://meet.contoso.test/lenea/ABCD1234", 1e9 - 60.4)
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")

    assert ("2.0", "PUBLISH") == (calendar["VERSION"], calendar["METHOD"])
    assert ("ABCD1234@contoso.test", 2) == (event["UID"], event["SEQUENCE"])
    assert [
        "2001-09-09T01:45:40+00:00",
        "2001-09-09T01:46:40+00:00",
        "2001-09-09T01:48:10+00:00",
    ] == [event[name].dt.isoformat() for name in ("DTSTAMP", "DTSTART", "DTEND")]
    assert "https://meet.contoso.test/lenea/ABCD1234" == event["URL"] == event["DESCRIPTION"]
    assert "ATTENDEE" not in event
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_names_cannot_say_anything_else():
    file = invitation(MEETING, 'Lene"\r\nATTENDEE:mailto:x@evil.test', "https://x.test", 1e9)
    (event,) = Calendar.from_ical(file).walk("VEVENT")

    assert "ATTENDEE" not in event
