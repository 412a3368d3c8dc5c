"""A client library for UCWA: bots and apps in a few lines of asynchronous Python.

It is for any server that speaks UCWA, and knows nothing but the address of discovery: all else
it finds by following links. docs/client.md shows how to use it.
"""

from __future__ import annotations

from openucwa.client.client import Client
from openucwa.client.conversations import Conversation, Message, Typing
from openucwa.client.errors import (
    ApplicationGone,
    Ended,
    Failed,
    NotDelivered,
    NotReached,
    Reason,
    Refused,
    SignInFailed,
    UcwaError,
    Unreachable,
)
from openucwa.client.invitations import Invitation
from openucwa.client.meetings import Meeting
from openucwa.client.people import Person
from openucwa.client.roster import Move, Moved
from openucwa.client.watching import Presence

__all__ = [
    "ApplicationGone",
    "Client",
    "Conversation",
    "Ended",
    "Failed",
    "Invitation",
    "Meeting",
    "Message",
    "Move",
    "Moved",
    "NotDelivered",
    "NotReached",
    "Person",
    "Presence",
    "Reason",
    "Refused",
    "SignInFailed",
    "Typing",
    "UcwaError",
    "Unreachable",
]
