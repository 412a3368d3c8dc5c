"""Why an operation is refused, in the domain's own words.

Nothing here knows HTTP: ``wire.errors`` turns each name into status, code and subcode.
"""

from __future__ import annotations

import enum


class Refusal(enum.StrEnum):
    """The reasons for which a request may be refused (BEHAVIOUR 5, R5.3).

    Where UCWA has a subcode for the reason, the member's name is that subcode; only
    LIST_LIMIT_EXCEEDED shares one, as a conflict (R8.9).
    """

    ALREADY_EXISTS = "AlreadyExists"
    ANONYMOUS_NOT_ALLOWED = "AnonymousNotAllowed"
    API_VERSION_NOT_SUPPORTED = "APIVersionNotSupported"
    APPLICATION_NOT_FOUND = "ApplicationNotFound"
    BAD_REQUEST = "BadRequest"
    CALLBACK_CHANNEL_ERROR = "CallbackChannelError"
    CANNOT_REDIRECT = "CannotRedirect"
    CONFLICT = "Conflict"
    CONVERSATION_NOT_FOUND = "ConversationNotFound"
    DESERIALIZATION_FAILURE = "DeserializationFailure"
    DESTINATION_NOT_FOUND = "DestinationNotFound"
    ENTITY_TOO_LARGE = "EntityTooLarge"
    FORBIDDEN = "Forbidden"
    INACTIVE_APPLICATION_EXPIRED = "InactiveApplicationExpired"
    INVALID_EXCHANGE_SERVER_VERSION = "InvalidExchangeServerVersion"
    LIMIT_EXCEEDED = "LimitExceeded"
    MAKE_ME_AVAILABLE_REQUIRED = "MakeMeAvailableRequired"
    LIST_LIMIT_EXCEEDED = "ListLimitExceeded"
    METHOD_NOT_ALLOWED = "MethodNotAllowed"
    MIGRATION_IN_PROGRESS = "MigrationInProgress"
    MOVED = "Moved"
    NO_DELEGATES_CONFIGURED = "NoDelegatesConfigured"
    NO_TEAM_MEMBERS_CONFIGURED = "NoTeamMembersConfigured"
    NORMALIZATION_FAILED = "NormalizationFailed"
    NOT_FOUND = "NotFound"
    OPERATION_NOT_SUPPORTED = "OperationNotSupported"
    PARAMETER_VALIDATION_FAILURE = "ParameterValidationFailure"
    PGET_REPLACED = "PGetReplaced"
    PRECONDITION_FAILED = "PreconditionFailed"
    PRECONDITION_REQUIRED = "PreconditionRequired"
    PROVISIONING_DATA_UNAVAILABLE = "ProvisioningDataUnavailable"
    SERVICE_FAILURE = "ServiceFailure"
    SERVICE_UNAVAILABLE = "ServiceUnavailable"
    THREAD_ID_ALREADY_EXISTS = "ThreadIdAlreadyExists"
    TIMEOUT = "Timeout"
    TOO_MANY_APPLICATIONS = "TooManyApplications"
    TOO_MANY_CONTACTS = "TooManyContacts"
    TOO_MANY_CONVERSATIONS = "TooManyConversations"
    TOO_MANY_GROUPS = "TooManyGroups"
    TOO_MANY_LOBBY_PARTICIPANTS = "TooManyLobbyParticipants"
    TOO_MANY_ONLINE_MEETINGS = "TooManyOnlineMeetings"
    TOO_MANY_PARTICIPANTS = "TooManyParticipants"
    TOO_MANY_REQUESTS = "TooManyRequests"
    UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaType"
    USER_AGENT_NOT_ALLOWED = "UserAgentNotAllowed"


class Refused(Exception):
    """An operation that may not happen now.

    ``parameters`` names each bad parameter with what is wrong with it (only for
    ``PARAMETER_VALIDATION_FAILURE``); ``detail`` is text for people.
    """

    def __init__(
        self,
        refusal: Refusal,
        detail: str = "",
        parameters: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(refusal, detail)
        self.refusal = refusal
        self.detail = detail
        self.parameters = parameters

    def __str__(self) -> str:
        return self.detail or self.refusal


def bad_parameter(name: str, reason: str) -> Refused:
    """Refuse one parameter's value with a sentence that says what is allowed."""
    return Refused(Refusal.PARAMETER_VALIDATION_FAILURE, parameters=((name, reason),))
