"""What nodes say to each other comes back as it was."""

from __future__ import annotations

import msgspec
import pytest

from openucwa.adapters.pool import frames
from openucwa.app import letters
from openucwa.domain.administration import Figures, Finding, Question, Sample, Session
from openucwa.domain.channel import Event, Ref
from openucwa.domain.parties import Seat
from openucwa.domain.seen import MissedSeen
from openucwa.domain.users import NOTHING_SHOWN, Change, Talk, User

SEAT = Seat("lene@contoso.test", "1")
EVENT = Event(Ref("me", "me"), Ref("presence", "me/presence"), "updated", once=True)
REQUEST = frames.Pass("POST", "/ucwa", "a=1", {b"accept": b"*/*"}, b"\xff", "https", True)
CHANGE = Change(NOTHING_SHOWN, NOTHING_SHOWN, {}, {})
LETTERS = [
    letters.Told(EVENT, 1.5, [SEAT]),
    letters.Withdrawn("a/b", [SEAT]),
    letters.Reached("c", 3, "lene@contoso.test"),
    letters.Left("c", SEAT),
    letters.Placed("lene@contoso.test", "c", Talk("thread", ("1", "2"))),
    letters.Placed("lene@contoso.test", "c", None),
    letters.Missed("lene@contoso.test", MissedSeen(1, 2)),
    letters.Delegated("lene@contoso.test", "sara@contoso.test"),
]
SESSION = Session(
    "lene@contoso.test", "1", "app/1", "en-US", "Web", 1.5, 2.5, None, "Away", "off-work",
    True, False, 1, "n0",
)  # fmt: skip
SAMPLE = Sample(7, 1, 2, 3, 0.5, 1.5, 2.5, 3.5, (1, 2))
QUESTIONS = [
    REQUEST,
    frames.Carry(REQUEST, User("lene@contoso.test"), "1", ""),
    frames.Post(1, 2, list(enumerate(LETTERS))),
    frames.Look(["lene@contoso.test"], "a"),
    frames.News({"lene@contoso.test": (CHANGE, 1.5)}),
    frames.Flush(),
    frames.Stale("phones", ["lene@contoso.test"]),
    frames.Survey(Question("sessions", 5, ("lene@contoso.test", "1"))),
]
REPLIES = [
    frames.Answered(200, [(b"ETag", b"x")], b"body", private=True, active=True),
    frames.Received(7),
    frames.Looked([User("lene@contoso.test")]),
    frames.Unwatched(["lene@contoso.test"]),
    frames.Surveyed(Finding([SESSION], Figures(1.5, 2), [SAMPLE])),
    frames.Done(),
    frames.Moved(7),
    frames.Failed(),
]


def name(frame) -> str:
    return type(frame).__name__


@pytest.mark.parametrize("given", QUESTIONS, ids=name)
def test_questions(given):
    assert given == frames.question(frames.write(given))


@pytest.mark.parametrize("given", REPLIES, ids=name)
def test_replies(given):
    assert given == frames.reply(frames.write(given))


@pytest.mark.parametrize("body", [b"", b"\x91\xa3New", frames.write(frames.Done()) + b"x"])
def test_what_another_version_says_is_refused(body):
    with pytest.raises(msgspec.DecodeError):
        frames.question(body)
    with pytest.raises(msgspec.DecodeError):
        frames.reply(body)
