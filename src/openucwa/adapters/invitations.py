"""A meeting as an iCalendar file (RFC 5545), for calendars and mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openucwa.domain.meetings import Meeting

if TYPE_CHECKING:
    from icalendar import vCalAddress

PRODUCT = "-//OpenUCWA//Meetings//EN"


def invitation(meeting: Meeting, organizer_name: str, join_url: str, now: float) -> bytes:
    """Return the file of a meeting that has a time; ``now`` is in seconds since 1970.

    Its UID stays the same and its SEQUENCE grows with each change, so that calendars
    replace what they have.
    """
    from icalendar import Calendar, Event, vText  # noqa: PLC0415  slow, and most never need it

    event = Event()
    event.add("uid", f"{meeting.id}@{meeting.organizer.partition('@')[2]}")
    event.add("sequence", meeting.version - 1)
    event.add("dtstamp", _moment(now))
    event.add("dtstart", _moment(meeting.starts or 0.0))
    event.add("dtend", _moment(meeting.ends or 0.0))
    event.add("summary", meeting.subject)
    event.add("description", f"{meeting.description}\n\n{join_url}".strip())
    event.add("location", join_url)
    event.add("url", join_url)
    event.add("organizer", _address(meeting.organizer, organizer_name))
    for leads, addresses in ((True, meeting.leaders), (False, meeting.attendees)):
        for address in addresses:
            attendee = _address(address, address)
            attendee.params["ROLE"] = vText("CHAIR" if leads else "REQ-PARTICIPANT")
            event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(address: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress, vText  # noqa: PLC0415  slow, and most never need it

    shown = vCalAddress(f"mailto:{address}")
    shown.params["CN"] = vText(name)
    return shown


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds), UTC)
