"""Meetings without a server, for the tests of their rules."""

from __future__ import annotations

from openucwa.domain import joining
from openucwa.domain.identity import GUESTS
from openucwa.domain.meetings import Meeting
from openucwa.domain.parties import Invitation, Kind, Party, Seat
from openucwa.domain.parties import Meeting as Venue
from small_talks import NOW, a_talk

LOBBY = 1800.0
HOST, LEADER, ATTENDEE, COLLEAGUE = (f"{one}@contoso.test" for one in ("host", "lead", "at", "co"))
GUEST, STRANGER = f"g1@{GUESTS}", f"g2@{GUESTS}"
EVERYONE = (HOST, LEADER, ATTENDEE, COLLEAGUE, GUEST, STRANGER)


def a_meeting(**more):
    arranged = Meeting("M1", HOST, "Plans", leaders=(LEADER,), attendees=(ATTENDEE,), **more)
    talk = a_talk("4f000000")
    talk.meeting = Venue("M1", HOST, "Host", arranged)
    return talk


def enter(talk, address, now=NOW, operation="1"):
    """Have somebody join."""
    party = Party(address, address[:2], f"sip:{address}", "1")
    identifier = f"of {address} {now} {operation}"
    invitation = Invitation(identifier, Kind.JOIN, Seat(address, "1"), "op", "", now + LOBBY)
    return joining.join(talk, party, invitation, joining.entry(talk, address), now)
