"""How each refusal looks on the wire: HTTP status, code, subcode and advice (R5.1, R5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Error:
    """One row of the table; ``message`` tells the client what to do next."""

    status: int
    code: str
    subcode: str | None
    message: str


# Keyed by the refusal's name. A subcode is the name itself wherever UCWA has one.
ERRORS = {
    "AlreadyExists": Error(
        409, "Conflict", "AlreadyExists", "This already exists. Use the existing one."
    ),
    "AnonymousNotAllowed": Error(
        403, "Forbidden", "AnonymousNotAllowed", "Sign in as a user: guests may not do this."
    ),
    "APIVersionNotSupported": Error(
        404, "NotFound", "APIVersionNotSupported", "Ask for an older revision of this resource."
    ),
    "ApplicationNotFound": Error(
        404, "NotFound", "ApplicationNotFound", "Create a new application and start again from it."
    ),
    "BadRequest": Error(400, "BadRequest", None, "Correct the request before sending it again."),
    "CallbackChannelError": Error(
        500,
        "ServiceFailure",
        "CallbackChannelError",
        "The callback for events cannot be reached. Try again later.",
    ),
    "CannotRedirect": Error(
        410, "Gone", "CannotRedirect", "This pool is closing and has no backup. Try again later."
    ),
    "Conflict": Error(
        409, "Conflict", None, "Get the resource again: its state does not allow this now."
    ),
    "ConversationNotFound": Error(
        404, "NotFound", "ConversationNotFound", "This conversation is over, or not yours."
    ),
    "DeserializationFailure": Error(
        400, "BadRequest", "DeserializationFailure", "Send a body that matches its Content-Type."
    ),
    "DestinationNotFound": Error(
        404, "NotFound", "DestinationNotFound", "The person or meeting doesn't exist."
    ),
    "EntityTooLarge": Error(413, "EntityTooLarge", None, "Send a smaller body."),
    "Forbidden": Error(403, "Forbidden", None, "You are not allowed to do this."),
    "InactiveApplicationExpired": Error(
        410,
        "Gone",
        "InactiveApplicationExpired",
        "The application was idle for too long. Create a new one.",
    ),
    "InvalidExchangeServerVersion": Error(
        500,
        "ServiceFailure",
        "InvalidExchangeServerVersion",
        "The mailbox server does not offer this. Go on without it.",
    ),
    "LimitExceeded": Error(
        403, "Forbidden", "LimitExceeded", "A limit is reached. Give something up first."
    ),
    "ListLimitExceeded": Error(
        409, "Conflict", "LimitExceeded", "The contact list is full. Remove somebody first."
    ),
    "MakeMeAvailableRequired": Error(
        409, "Conflict", "MakeMeAvailableRequired", "Call makeMeAvailable first."
    ),
    "MethodNotAllowed": Error(
        405, "MethodNotAllowed", None, "Use one of the methods listed in Allow."
    ),
    "MigrationInProgress": Error(
        500,
        "ServiceFailure",
        "MigrationInProgress",
        "Contact lists are being moved and cannot be changed now. Try again later.",
    ),
    "Moved": Error(
        403, "Forbidden", None, "Another pool serves you now. Start again from discovery."
    ),
    "NoDelegatesConfigured": Error(
        403, "Forbidden", "NoDelegatesConfigured", "There are no delegates to send calls to."
    ),
    "NoTeamMembersConfigured": Error(
        403, "Forbidden", "NoTeamMembersConfigured", "There is no team to send calls to."
    ),
    "NormalizationFailed": Error(
        400,
        "BadRequest",
        "NormalizationFailed",
        "Write the number with its country code, as in +4512345678.",
    ),
    "NotFound": Error(404, "NotFound", None, "There is nothing here. Follow the links again."),
    "OperationNotSupported": Error(
        403, "Forbidden", "OperationNotSupported", "This group cannot be changed or listed so."
    ),
    "ParameterValidationFailure": Error(
        400,
        "BadRequest",
        "ParameterValidationFailure",
        "Correct the parameters listed and send the request again.",
    ),
    "PGetReplaced": Error(
        409, "Conflict", "PGetReplaced", "A newer request for events has taken this one's place."
    ),
    "PreconditionFailed": Error(
        412,
        "PreconditionFailed",
        None,
        "Get the resource again: it has changed since you read it.",
    ),
    "PreconditionRequired": Error(
        428,
        "PreconditionRequired",
        None,
        "Send If-Match with the ETag that you read.",
    ),
    "ProvisioningDataUnavailable": Error(
        500,
        "ServiceFailure",
        "ProvisioningDataUnavailable",
        "The user's settings cannot be read now. Try again later.",
    ),
    "ServiceFailure": Error(
        500, "ServiceFailure", None, "Something went wrong in the server. Try again later."
    ),
    "ServiceUnavailable": Error(
        503, "ServiceUnavailable", None, "Try again after the time given in Retry-After."
    ),
    "ThreadIdAlreadyExists": Error(
        409,
        "Conflict",
        "ThreadIdAlreadyExists",
        "You are in a conversation with this thread. Go on in it, or leave it first.",
    ),
    "Timeout": Error(504, "Timeout", None, "The answer did not come in time. Try again."),
    "TooManyApplications": Error(
        410, "Gone", "TooManyApplications", "Delete an application that you no longer use."
    ),
    "TooManyContacts": Error(
        403, "Forbidden", "TooManyContacts", "This group has more members than can be shown."
    ),
    "TooManyConversations": Error(
        409, "Conflict", "TooManyConversations", "Leave a conversation that you no longer need."
    ),
    "TooManyGroups": Error(
        409, "Conflict", "TooManyGroups", "Delete a group before you add another."
    ),
    "TooManyLobbyParticipants": Error(
        403, "Forbidden", "TooManyLobbyParticipants", "Too many people wait already. Try later."
    ),
    "TooManyOnlineMeetings": Error(
        409, "Conflict", "TooManyOnlineMeetings", "Delete a meeting before you add another."
    ),
    "TooManyParticipants": Error(
        403, "Forbidden", "TooManyParticipants", "No more people can be in this conversation."
    ),
    "TooManyRequests": Error(
        429, "TooManyRequests", None, "Wait for the time given in Retry-After, then go on."
    ),
    "UnsupportedMediaType": Error(
        415, "UnsupportedMediaType", None, "Send application/json or application/xml."
    ),
    "UserAgentNotAllowed": Error(
        410, "Gone", "UserAgentNotAllowed", "This kind of application is not allowed here."
    ),
}


OUTCOMES = {
    "Canceled": ("LocalFailure", "Canceled", "You took the invitation back."),
    "CanceledByCaller": ("RemoteFailure", "Canceled", "The invitation was taken back."),
    "ConnectedElsewhere": (
        "RemoteFailure",
        "ConnectedElsewhere",
        "The invitation was accepted in another application.",
    ),
    "Declined": ("RemoteFailure", "Declined", "The invitation was declined."),
    "Denied": ("Forbidden", "Denied", "A leader of the meeting did not let you in."),
    "DoNotDisturb": (
        "RemoteFailure",
        "DoNotDisturb",
        "The person does not want to be disturbed now.",
    ),
    "Ejected": ("Informational", "Ejected", "A leader has removed you."),
    "Ended": ("Informational", "Ended", "The meeting is over for everybody."),
    "Missed": ("LocalFailure", "Missed", "The invitation was not answered."),
    "Removed": ("Informational", "Removed", "The other person has left."),
    "TemporarilyUnavailable": (
        "RemoteFailure",
        "TemporarilyUnavailable",
        "The person cannot be reached now. Try again later.",
    ),
    "Timeout": ("RemoteFailure", "Timeout", "Nobody answered."),
    "Unreachable": ("RemoteFailure", "Unreachable", "The message could not be delivered."),
}
"""Code, subcode and text of why an operation failed or something ended, as events tell (R5.7)."""


def outcome(name: str) -> dict[str, Any]:
    """Return the ``reason`` of an event."""
    code, subcode, message = OUTCOMES[name]
    return {"code": code, "subcode": subcode, "message": message}


def reason(
    name: str, detail: str = "", parameters: Sequence[tuple[str, str]] = ()
) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the ``reason`` body of a refusal.

    ``detail`` replaces the general advice; ``parameters`` pairs each bad parameter with what
    is wrong with it.
    """
    error = ERRORS[name]
    tree: dict[str, Any] = {"code": error.code}
    if error.subcode is not None:
        tree["subcode"] = error.subcode
    tree["message"] = detail or error.message
    if parameters:
        tree["parameters"] = [{"name": name, "reason": reason} for name, reason in parameters]
    return error.status, tree
