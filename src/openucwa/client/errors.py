"""What can go wrong, as exceptions. All of them are ``UcwaError``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the server refused something, or why something failed or ended.

    ``code`` and ``subcode`` are words of UCWA such as ``RemoteFailure`` and ``Declined``;
    ``text`` is for people. Any of them may be empty.
    """

    code: str = ""
    subcode: str = ""
    text: str = ""

    def __str__(self) -> str:
        return self.text or self.subcode or self.code or "No reason was given."


class UcwaError(Exception):
    """Base of everything that this library raises."""


class Unreachable(UcwaError):
    """The server did not answer, did not speak UCWA, or was out of order for too long."""


class Refused(UcwaError):
    """The server said no to a request."""

    def __init__(self, status: int, reason: Reason) -> None:
        super().__init__(str(reason))
        self.status = status
        self.reason = reason


class SignInFailed(Refused):
    """The server does not let this user in with this password."""


class ApplicationGone(Refused):
    """The application has ended, and all of its conversations with it."""


class Failed(UcwaError):
    """What the server took on did not work out; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotReached(Failed):
    """Nobody accepted the invitation to a conversation."""


class NotDelivered(Failed):
    """A message did not arrive, or nobody knows whether it did."""


class Ended(Failed):
    """The conversation is over."""
