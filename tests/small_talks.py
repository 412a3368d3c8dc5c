"""Conversations without a server, for the tests of their rules; people go by their names."""

from __future__ import annotations

from openucwa.domain import conferences, inviting, messaging
from openucwa.domain.conversations import Conversation
from openucwa.domain.inviting import RING, Reach
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.news import WITHDRAWN
from openucwa.domain.parties import Invitation, Kind, Meeting, Party, Seat
from openucwa.domain.seen import Importance, MessageText

NOW = 1_000_000.0
PLAIN, HTML = MessageFormat.PLAIN, MessageFormat.HTML
MEETING = Meeting("M", "lene@contoso.test", "Lene")


def address(name):
    return f"{name}@contoso.test"


def seat(name, application="1"):
    return Seat(address(name), application)


def party(name, application="1", **more):
    where = address(name)
    return Party(where, name.title(), f"sip:{where}", application, **more)


def a_talk(identifier="c"):
    return Conversation(identifier, "thread", "Lunch", Importance.NORMAL, NOW)


def an_invitation(name, kind=Kind.MESSAGING, by="lene", **more):
    """Return an invitation of somebody who has not been asked yet, called after her."""
    to = party(name, "")
    return Invitation(
        f"to {name}", kind, seat(by), "op", to.uri, NOW + RING, **{"party": to, **more}
    )


def ringing(*applications, said=None, where=None, **more):
    """Lene has invited Sara, which rings in those applications; return it, and what was told."""
    talk = a_talk()
    where = where or Reach(applications or ("1",))
    text = None if said is None else MessageText(said)
    invitation = an_invitation("sara", **more)
    news = inviting.begin(talk, party("lene"), invitation, where, said=text, now=NOW)
    return talk, news


def accept(talk, name, application="1", formats=(PLAIN,), now=NOW):
    invitation = talk.invitations[f"to {name}"]
    return inviting.accept(talk, invitation, seat(name, application), formats, now)


def two(**formats):
    """Lene and Sara talk."""
    talk, _ = ringing()
    talk.parties[address("lene")].formats = formats.get("lene", (PLAIN,))
    accept(talk, "sara", formats=formats.get("sara", (PLAIN,)))
    return talk


def add(talk, name, *applications, by="lene", where=None, now=NOW):
    """Invite one more."""
    invitation = an_invitation(name, Kind.PARTICIPANT, by)
    where = where or Reach(applications or ("1",))
    return inviting.add_participant(talk, seat(by), invitation, where, meeting=MEETING, now=now)


def add_messaging(talk, name, said=None, now=NOW):
    """Connect somebody's messaging to the conference."""
    invitation = an_invitation("nobody", by=name, party=None)
    invitation.id = f"messaging of {name}"
    text = None if said is None else MessageText(said)
    return conferences.add_messaging(talk, invitation, (PLAIN,), text, now)


def several(*names):
    """Lene and Sara talk, and so do others whom Lene has added."""
    talk = two()
    for name in names:
        add(talk, name)
        accept(talk, name)
        add_messaging(talk, name)
    return talk


def say(talk, name, text="Hello", operation="", now=NOW):
    """Say something; return the message, and what is told."""
    sender = messaging.talking(talk, seat(name))
    message = messaging.add(talk, sender.seat, MessageText(text), operation, now)
    return message, messaging.say(talk, message, conferences.listeners(talk, sender), now)


def arrive(talk, message, name):
    return messaging.arrived(talk, message.number, address(name))


def lines(news, name=None, application="1"):
    """Return news, or those for one application, as ``rel type``, with status and reason."""
    at = None if name is None else seat(name, application)
    return [
        " ".join(
            [one.rel, one.type]
            + ([f"in {one.inside}"] if one.inside else [])
            + ([] if one.succeeded is None else ["Success" if one.succeeded else "Failure"])
            + ([] if one.reason is None else [one.reason])
        )
        for one in news
        if at is None or at in one.to
    ]


def withdrawn(news):
    """Return from whom messages are taken back."""
    return [one.address for item in news if item.type == WITHDRAWN for one in item.to]
