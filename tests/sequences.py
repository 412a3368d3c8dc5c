"""Tables of what somebody is told, package by package, and what most of their lines show."""

from __future__ import annotations

from talking import table


def tables(text):
    """Return the packages of a table."""
    return [table(part) for part in text.strip().split("\n\n")]


async def told(who):
    """Return the packages that wait for somebody, as tables; what they show is the truth."""
    packages = [[str(event) for event in package] for package in await who.packages()]
    await who.agree()
    return packages


MODALITIES = "messaging phoneAudio audioVideo applicationSharing dataCollaboration"
TALK = f"{MODALITIES} localParticipant addParticipant participants"
CONFERENCE = f"{TALK} attendees leaders onlineMeeting"
LEADING = f"{CONFERENCE} lobby disableAudienceMessaging"
SENDING = "conversation stopMessaging sendMessage setIsTyping typingParticipants"
IN_LOCAL = "participantMessaging added in localParticipant"
