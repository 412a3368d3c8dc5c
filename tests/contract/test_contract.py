"""What is declared, compared with the public reference (contract.json).

Having less than the reference is fine (docs/coverage.md counts it); having more, or something
else, needs a row in ``DEVIATIONS``. Names and types of values are taken from the OpenAPI
document, so that it is compared, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

from openucwa.app.coverage import Row, rows
from openucwa.app.openapi import document
from openucwa.domain.forwarding import (
    ActivePeriod,
    CallForwardingState,
    ImmediateTarget,
    RingTarget,
    UnansweredTarget,
)
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    LobbyBypassForPhoneUsers,
    OnlineMeetingExtensionType,
    OnlineMeetingRel,
    PhoneUserAdmission,
)
from openucwa.domain.modalities import AudioPreference, MessageFormat, Modality
from openucwa.domain.people import Level
from openucwa.domain.presence import Availability, DeviceType, NoteType, Preferred
from openucwa.domain.seen import (
    AudienceMessaging,
    CallState,
    ConversationState,
    Delivery,
    Direction,
    Importance,
    InvitationState,
    Role,
)
from openucwa.hyper.catalogue import Catalogue
from openucwa.hyper.declare import Embed, Operation, Scope, Spec
from openucwa.resources import CHAPTERS
from openucwa.resources.communication import GenericPolicy
from openucwa.resources.conversations import ConversationModality
from openucwa.resources.listening import SubscriptionState
from openucwa.resources.logs import ConversationLogStatus, ConversationLogType
from openucwa.resources.network import ClientNetworkType
from openucwa.resources.people import ContactType, SourceNetwork
from openucwa.wire.errors import ERRORS

CONTRACT = json.loads((Path(__file__).parent / "contract.json").read_text("utf-8"))
CATALOGUE = Catalogue(CHAPTERS)
SCHEMAS = document(CATALOGUE, "0")["components"]["schemas"]
BUILT = [row for row in rows(CATALOGUE, CONTRACT) if row.built]

ENUMERATIONS = {
    "AccessLevel": AccessLevel,
    "ActivePeriod": ActivePeriod,
    "AudienceMessaging": AudienceMessaging,
    "AudioPreference": AudioPreference,
    "AutomaticLeaderAssignment": AutomaticLeaderAssignment,
    "Availability": Availability,
    "CallForwardingState": CallForwardingState,
    "CallState": CallState,
    "ClientNetworkType": ClientNetworkType,
    "ContactDeviceType": DeviceType,
    "ContactType": ContactType,
    "ConversationLogStatus": ConversationLogStatus,
    "ConversationLogType": ConversationLogType,
    "ConversationModalityType": ConversationModality,
    "ConversationState": ConversationState,
    "Direction": Direction,
    "EntryExitAnnouncement": EntryExitAnnouncement,
    "GenericPolicy": GenericPolicy,
    "ImmediateForwardSettingsTarget": ImmediateTarget,
    "Importance": Importance,
    "InvitationState": InvitationState,
    "LobbyBypassForPhoneUsers": LobbyBypassForPhoneUsers,
    "MessageFormat": MessageFormat,
    "ModalityType": Modality,
    "NoteType": NoteType,
    "OnlineMeetingExtensionType": OnlineMeetingExtensionType,
    "OnlineMeetingRel": OnlineMeetingRel,
    "PhoneUserAdmission": PhoneUserAdmission,
    "PreferredAvailability": Preferred,
    "PrivacyRelationshipLevel": Level,
    "Role": Role,
    "SimultaneousRingTarget": RingTarget,
    "SourceNetwork": SourceNetwork,
    "Status": Delivery,
    "SubscriptionState": SubscriptionState,
    "UnansweredCallHandlingTarget": UnansweredTarget,
}

OUR_CURSOR = "R3.1: only our own links carry it; clients never make it up"
CLAMPED = "R3.3: brought into range"
MINUTES = "R7.29, 16.9: brought into range"
IN_OUR_LINK = "R4.17: our own link carries it in its query"
REVISION_2 = "R8.13: as in revision 2"
SAME_AS_1 = "R12.3: the page is about GET and leaves out what POST takes in both revisions"
NO_NOVELS = "no limit is documented, and there has to be one"
NOT_MET = "a subset: the others cannot be known here"
GUESTS_INVITE_NOBODY = "R2.26: guests begin nothing and address nobody"
GUESTS = "R7.42: guests have no contacts"
ONE_GROUP = "R8.7: our own link to a group's contacts carries it"
ALL_FORMS = "R8.5: a page of links and embedded groups; all groups are embedded"
NEWEST = "R12.5: as in revision 2"
OFF = "R8.17, and the page's own words: None is the value while it is off"
ACCEPTED = "R2.29: nothing to show"
EITHER = "R13.3, 16.20: either scope gives all of conversations"
EITHER_SCOPE = "needs one of Conversations.Initiate, Conversations.Receive"
LISTED = "R9.24, R9.10: the page shows no GET, but its link leads there"
HAVE_NONE = "guests arrange no meetings"
NOT_FOR_GUESTS = "nothing is kept for guests"
ADDED = "docs/compatibility.md: what is added"
NO_MEDIA = "a subset: what is about teams and media cannot happen"

# (page or enumeration, difference) -> why it is meant
DEVIATIONS = {
    ("myGroupMemberships", "answers POST"): NEWEST,
    ("myGroupMemberships", "links to removeContactFromAllGroups"): "R8.9",
    (
        "myGroupMemberships",
        (
            "needs one of User.ReadWrite, Contacts.ReadWrite, Conversations.Initiate, "
            "Conversations.Receive, Meetings.ReadWrite"
        ),
    ): NEWEST,
    ("myGroups", "answers POST"): NEWEST,
    **{
        (page, f"embeds {kind}"): ALL_FORMS
        for page in ("myGroups", "myGroups2")
        for kind in (
            *("pinnedGroup", "defaultGroup", "delegatesGroup", "delegatorsGroup"),
            "myOrganizationGroup",
        )
    },
    ("removeContactFromAllGroups", "needs one of Contacts.ReadWrite"): NEWEST,
    ("SubscriptionState", "lacks Connecting, Disconnecting"): "R7.43: it is done at once",
    **{
        (page, f"{method} may be Forbidden"): HAVE_NONE
        for page, methods in (
            ("myAssignedOnlineMeeting", ("GET",)),
            ("myOnlineMeeting", ("GET", "PUT", "DELETE")),
            ("myOnlineMeetings", ("GET", "POST")),
        )
        for method in methods
    },
    **{
        (page, difference): ADDED
        for page in ("myAssignedOnlineMeeting", "myOnlineMeeting")
        for difference in ("links to invitationFile", "shows endTime", "shows startTime")
    },
    **{
        (page, f"{method} {difference}"): why
        for page, method in (("myOnlineMeeting", "PUT"), ("myOnlineMeetings", "POST"))
        for difference, why in (
            ("takes attendanceAnnouncementsStatus", "R10.2: an older name that samples send"),
            ("takes endTime", ADDED),
            ("takes startTime", ADDED),
            ("description is limited by {'max_length': 10000}", NO_NOVELS),
            ("subject is limited by {'max_length': 250}", "R10.2"),
        )
    },
    (
        "myOnlineMeetings",
        "POST answers 200, not 201",
    ): "16.4: as the task page and captures have it",
    ("addToContactList", "POST may be Forbidden"): GUESTS,
    ("contactPrivacyRelationship", "GET answers 200, not "): NEWEST,
    ("contactPrivacyRelationship", "answers PUT"): NEWEST,
    ("contactPrivacyRelationship", "links to resetContactPrivacyRelationship"): NEWEST,
    ("group2", "DELETE may be Forbidden"): GUESTS,
    ("group2", "PUT may be Forbidden"): GUESTS,
    ("group2", "PUT does not require name"): "R4.27: what is left out stays",
    ("group", "answers DELETE"): NEWEST,
    ("group", "answers PUT"): NEWEST,
    ("groupContacts", "GET takes groupId"): ONE_GROUP,
    ("myContacts", "GET takes groupId"): ONE_GROUP,
    ("myGroupMembership2", "DELETE may be Forbidden"): GUESTS,
    ("myGroupMembership", "answers DELETE"): NEWEST,
    ("myGroupMembership", "links to delegatesGroup"): NEWEST,
    ("myGroupMemberships2", "links to removeContactFromAllGroups"): "R8.9",
    ("removeContactFromAllGroups2", "POST may be Forbidden"): GUESTS,
    ("removeContactFromAllGroups", "POST may be Forbidden"): GUESTS,
    ("removeFromContactList", "POST may be Forbidden"): GUESTS,
    ("subscribeToGroupPresence", "POST may be Forbidden"): GUESTS,
    ("subscribeToGroupPresence", "POST duration is not limited by {'min': 10, 'max': 30}"): MINUTES,
    (
        "startOrRefreshSubscriptionToContactsAndGroups",
        "POST duration is not limited by {'min': 10, 'max': 60}",
    ): MINUTES,
    ("presenceSubscriptions", "POST does not require uris"): "R7.30: a group at the same place",
    ("presenceSubscriptions", "POST takes groupId"): "R7.30: a group at the same place",
    **{
        (page, EITHER_SCOPE): EITHER
        for page in (
            *("attendees", "conversation", "leaders", "lobby", "messagingInvitation"),
            "participants",
            "typingParticipants",
        )
    },
    **{
        (page, f"{method} may be Forbidden"): NOT_FOR_GUESTS
        for method, pages in (
            ("POST", ("continueMessaging", "markAsRead")),
            ("DELETE", ("conversationLog",)),
            (
                "GET",
                (
                    *("conversationLog", "conversationLogRecipient", "conversationLogs"),
                    *("conversationLogTranscript", "conversationLogTranscripts"),
                    *("messageTranscript", "missedItems", "nextConversationLogTranscripts"),
                ),
            ),
        )
        for page in pages
    },
    ("conversationLogs", "GET limit has another type"): "the page gives it none",
    ("conversationLogs", "GET limit is limited by {'min': 1, 'max': 1000}"): NO_NOVELS,
    ("conversationLogs", "GET takes query"): "docs/messages.md: to search one's own history",
    ("nextConversationLogTranscripts", "GET takes after"): IN_OUR_LINK,
    ("ConversationLogType", "lacks AppSharingLog, AudioLog, UnknownLog, VideoLog"): NO_MEDIA,
    ("addMessaging", "POST takes conversation"): IN_OUR_LINK,
    ("addParticipant", "POST may be Forbidden"): GUESTS_INVITE_NOBODY,
    ("addParticipant", "POST takes conversation"): IN_OUR_LINK,
    ("anonApplications", "POST may be Forbidden"): "it is for guests",
    ("joinOnlineMeeting", "POST takes anonymousDisplayName"): "16.37",
    ("joinOnlineMeeting", "POST onlineMeetingUri is limited by {'max_length': 1000}"): NO_NOVELS,
    ("joinOnlineMeeting", "POST threadId is limited by {'max_length': 250}"): "R9.2",
    ("joinOnlineMeeting", "needs one of Conversations.Initiate, Meetings.ReadWrite"): IN_OUR_LINK,
    ("startOnlineMeeting", "POST may be Forbidden"): GUESTS_INVITE_NOBODY,
    ("startOnlineMeeting", "POST threadId is limited by {'max_length': 250}"): "R9.2",
    ("addParticipant", "POST to is limited by {'max_length': 500}"): NO_NOVELS,
    ("decline", "POST reason is limited by {'max_length': 100}"): NO_NOVELS,
    ("decline", "POST reason may be anything"): "R9.7: all but Global mean the same",
    ("message", "answers POST"): "R9.23: bots answer there",
    ("participants", "answers GET"): LISTED,
    ("replayMessage", "POST takes message"): IN_OUR_LINK,
    ("sendMessage", "POST does not take operationId"): "R9.20, 16.21: optional, in the query",
    ("startMessaging", "POST does not require to"): IN_OUR_LINK,
    ("startMessaging", "POST takes conversation"): IN_OUR_LINK,
    ("startMessaging", "POST threadId is limited by {'max_length': 250}"): "R9.2",
    ("startMessaging", "POST to is limited by {'max_length': 500}"): NO_NOVELS,
    ("startMessaging2", "POST does not require operationId"): "16.21",
    ("startMessaging2", "POST takes conversation"): IN_OUR_LINK,
    ("startMessaging2", "POST to is limited by {'max_length': 500}"): NO_NOVELS,
    ("typingParticipants", "answers GET"): LISTED,
    ("typingParticipants", "links to participant"): LISTED,
    (
        "ConversationModalityType",
        "lacks ApplicationSharing, Audio, DataCollaboration, PanoramicVideo, Video",
    ): NO_MEDIA,
    ("CallState", "lacks Disconnecting, Transferring"): NO_MEDIA,
    ("ConversationState", "lacks Disconnecting"): NO_MEDIA,
    ("InvitationState", "lacks Alerting, TeamRing"): NO_MEDIA,
    ("AudienceMessaging", "lacks Unknown"): NOT_MET,
    ("Role", "lacks Unknown"): NOT_MET,
    ("CallForwardingState", "adds None"): OFF,
    ("ContactType", "lacks Bot, ReplayBot"): NOT_MET,
    ("ImmediateForwardSettingsTarget", "adds None"): OFF,
    ("SimultaneousRingTarget", "adds None"): OFF,
    ("SourceNetwork", "lacks PublicCloud"): NOT_MET,
    ("UnansweredCallHandlingTarget", "adds None"): OFF,
    ("addToPresenceSubscription", "POST takes presenceSubscriptionId"): IN_OUR_LINK,
    ("addToPresenceSubscription", "POST may be Forbidden"): "R7.37",
    ("applications", "POST takes type"): "R2.1",
    ("applications2", "POST takes culture"): SAME_AS_1,
    ("applications2", "POST takes endpointId"): SAME_AS_1,
    ("applications2", "POST takes instanceId"): SAME_AS_1,
    ("applications2", "POST takes type"): SAME_AS_1,
    ("applications2", "POST takes userAgent"): SAME_AS_1,
    ("callForwardingSettings", "PUT activeSetting may be None"): OFF,
    ("callForwardingSettings", "activeSetting may be None"): OFF,
    ("contactPhoto", "needs one of Contacts.ReadWrite, User.ReadWrite"): "R1.13: one's own, too",
    ("events", "GET takes ack"): OUR_CURSOR,
    ("events", "GET takes epoch"): OUR_CURSOR,
    ("events", "GET low is not limited by {'min': 5, 'max': 1800}"): CLAMPED,
    ("events", "GET medium is not limited by {'min': 5, 'max': 1800}"): CLAMPED,
    ("events", "GET timeout is not limited by {'min': 180, 'max': 1800}"): CLAMPED,
    ("immediateForwardSettings", "target may be None"): OFF,
    ("makeMeAvailable", "POST phoneNumber is limited by {'max_length': 100}"): NO_NOVELS,
    ("makeMeAvailable2", "POST phoneNumber is limited by {'max_length': 100}"): NO_NOVELS,
    ("makeMeAvailable2", "POST answers 204, not 201"): "16.33: a body would break a library",
    ("memberships", "GET takes presenceSubscriptionId"): IN_OUR_LINK,
    ("memberships", "POST takes presenceSubscriptionId"): IN_OUR_LINK,
    ("note", "POST message is limited by {'max_length': 4000}"): NO_NOVELS,
    ("me", "links to reportMyInactivity"): ADDED,
    ("presence", "POST takes duration"): ADDED,
    ("presence", "shows expirationTime"): ADDED,
    ("photo", "GET may be AnonymousNotAllowed"): "R2.26: guests have none",
    ("photo", "answers PUT"): "off unless a setting allows it: compatibility.md",
    ("presenceSubscription", "POST answers 200, not 201"): "R7.34, 16.3",
    ("presenceSubscription", "POST duration is not limited by {'min': 10, 'max': 30}"): MINUTES,
    ("presenceSubscriptionMemberships", "GET takes presenceSubscriptionId"): IN_OUR_LINK,
    ("presenceSubscriptionMemberships", "POST takes presenceSubscriptionId"): IN_OUR_LINK,
    ("presenceSubscriptions", "POST duration is not limited by {'min': 10, 'max': 30}"): MINUTES,
    ("reportMyNetwork", "POST answers 204, not 201"): ACCEPTED,
    ("reportMyNetwork", "POST shows None"): ACCEPTED,
    **{
        ("reportMyNetwork", f"POST {name} is limited by {{'max_length': 100}}"): NO_NOVELS
        for name in ("chassisID", "ip", "mac", "portID", "rssi", "subnetID", "wapBSSID")
    },
    ("search", "GET does not require query"): REVISION_2,
    ("search", "GET takes mail"): REVISION_2,
    ("simultaneousRingSettings", "PUT ringDelay is limited by {'min': 0, 'max': 55}"): "R8.17",
    ("simultaneousRingSettings", "PUT target may be None"): OFF,
    ("simultaneousRingSettings", "target may be None"): OFF,
    ("subscribedContacts", "embeds contact"): "R7.39",
    ("unansweredCallSettings", "PUT target may be None"): OFF,
    ("unansweredCallSettings", "target may be None"): OFF,
}


INSTEAD = {"contact", "conversation", "messaging", "participant"}
"""They show themselves for other rels too, whose pages say less."""


TOLD_MORE = {
    **{
        (rel, "completed", sender, None, "High"): "R3.23, R11.3: every operation completes"
        for rel, sender in (
            ("message", "conversation"),
            ("onlineMeetingInvitation", "communication"),
            ("participantInvitation", "communication"),
        )
    },
    ("group", "updated", "people", "myGroups", "High"): "R3.27, R7.45",
    ("distributionGroup", "updated", "people", "myGroups", "High"): "R3.27, R7.45",
    ("delegatesGroup", "deleted", "people", "myGroups", "High"): "R8.5: it is there while needed",
    ("myOrganizationGroup", "deleted", "people", "myGroups", "Low"): "16.40",
}
"""Events that are documented otherwise, and the rule that says how they are."""


def deviations(name: str) -> list[str]:
    return sorted(difference for page, difference in DEVIATIONS if page == name)


def value(name: str, schema: dict, row: dict) -> Iterator[str]:
    """Tell in which type a value differs from its row in the reference; Enum is a string."""
    many = schema.get("type") == "array"
    item = schema["items"] if many else schema
    item = SCHEMAS[item["$ref"].rpartition("/")[2]] if "$ref" in item else item
    kind = {"Int32": "integer", "Boolean": "boolean"}.get(row["type"], "string")
    if (kind, row["list"]) != (item.get("type", "string"), many):
        yield f"{name} has another type"
    if row["enum"]:
        unknown = {*item.get("enum", ["anything"])} - {*CONTRACT["enumerations"][row["enum"]]}
        yield from (f"{name} may be {member}" for member in unknown)


def limits(name: str, schema: dict, row: dict) -> Iterator[str]:
    """Tell in which limits a parameter differs."""
    words = {"maxLength": "max_length", "minimum": "min", "maximum": "max"}
    ours = {theirs: schema[our] for our, theirs in words.items() if our in schema}
    theirs = {limit: row[limit] for limit in ("max_length", "min", "max") if limit in row}
    if theirs and not ours:
        yield f"{name} is not limited by {theirs}"
    elif ours != theirs:
        yield f"{name} is limited by {ours}"


def properties(spec: Spec, page: dict) -> Iterator[str]:
    """Tell which properties are not documented like this."""
    known = {row["name"]: row for row in page["properties"]}
    shown = SCHEMAS.get(spec.cls.__name__, {}).get("properties", {})
    for info in spec.properties:
        name = info.encode_name
        if name not in known:
            yield f"shows {name}"
        elif known[name]["type"] != "ExternalResource":
            yield from value(name, shown[name], known[name])
        elif name not in shown["_links"]["properties"]:
            yield f"{name} is no link"


def links(spec: Spec, page: dict) -> Iterator[str]:
    """Tell which links are not documented like this: linked or embedded, to one or to many."""
    for link in spec.links:
        place, verb = ("embedded", "embeds") if isinstance(link, Embed) else ("links", "links to")
        row = next((row for row in page[place] if row["rel"] == link.rel), None)
        if row is None:
            yield f"{verb} {link.rel}"
        elif row["list"] not in (None, getattr(link, "many", False)):
            yield f"{verb} {'many' if getattr(link, 'many', False) else 'one'} {link.rel}"


def operation(spec: Spec, ours: Operation, theirs: dict) -> Iterator[str]:
    """Tell in which status, resource, refusals and parameters an operation differs."""
    if ours.status not in theirs["response_status"]:
        yield f"answers {ours.status}, not {', '.join(map(str, theirs['response_status']))}"
    outcome = get_type_hints(ours.call)["return"]
    rel = outcome.spec.rel if hasattr(outcome, "spec") else None
    own = (rel, spec.rel) if spec.answered_by else (rel,)
    if theirs["response_rel"] not in own and (rel or outcome is type(None)):
        yield f"shows {rel}"
    documented = {(row["status"], row["code"], row["subcode"]) for row in theirs["errors"]}
    for condition in spec.requires:
        error = ERRORS[condition.refusal]
        if (error.status, error.code, error.subcode) not in documented:
            yield f"may be {condition.refusal}"
    yield from parameters(ours, {row["name"]: row for row in (*theirs["query"], *theirs["body"])})


def parameters(ours: Operation, known: dict[str, dict]) -> Iterator[str]:
    """Tell which parameters are not documented like this; what is required must be there."""
    schema = SCHEMAS[ours.given.__name__] if ours.given else {"properties": {}, "required": []}
    for name, kind in schema["properties"].items():
        if name not in known:
            yield f"takes {name}"
            continue
        if known[name]["required"] != (name in schema["required"]):
            yield f"{'does not require' if known[name]['required'] else 'requires'} {name}"
        yield from value(name, kind, known[name])
        yield from limits(name, kind, known[name])
    for name, row in known.items():
        if row["required"] and name not in schema["properties"]:
            yield f"does not take {name}"


def differences(row: Row, page: dict) -> Iterator[str]:
    """Tell all differences; of a page served by another rel only the operations count."""
    spec = CATALOGUE[row.through]
    known = {one["method"]: one for one in page["operations"]}
    for method in spec.operations.keys() & known.keys():
        for difference in operation(spec, spec.operations[method], known[method]):
            yield f"{method} {difference}"
    if spec.rel == page["rel"] and spec.answered_by not in INSTEAD:
        yield from properties(spec, page)
        yield from links(spec, page)
        if set(spec.scopes) != set(page["scopes"]):
            yield f"needs one of {', '.join(spec.scopes) or 'none'}"
        yield from (f"answers {method}" for method in spec.operations.keys() - known.keys())


@pytest.mark.parametrize("row", BUILT, ids=lambda row: row.page)
def test_page(row: Row):
    """A resource is what its page says, but for the deviations that are meant."""
    found = sorted(differences(row, CONTRACT["resources"][row.page]))

    assert deviations(row.page) == found


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_enumeration(name: str):
    """Enumerations have the documented members."""
    ours, theirs = set(ENUMERATIONS[name]), set(CONTRACT["enumerations"][name])
    unlike = {"adds": ours - theirs, "lacks": theirs - ours}
    found = [f"{verb} {', '.join(sorted(names))}" for verb, names in unlike.items() if names]

    assert deviations(name) == found


def test_every_enumeration_is_compared():
    used = {name for name, schema in SCHEMAS.items() if "enum" in schema}

    assert used == {enumeration.__name__ for enumeration in ENUMERATIONS.values()}


def test_no_deviation_is_stale():
    """Each deviation is about something that is compared above."""
    compared = {row.page for row in BUILT} | set(ENUMERATIONS)

    assert set() == {page for page, _ in DEVIATIONS} - compared


def test_events():
    """Each event has a documented sender, priority and collection; pages tell of others' too."""
    documented = {
        (event["resource"], event["type"], event["sender"], event["in"], event["priority"])
        for page in CONTRACT["resources"].values()
        for event in page["events"]
    }
    declared = {
        (spec.rel, event.type, event.sender, event.inside or None, event.priority.name.title())
        for spec in CATALOGUE
        for event in spec.events
    }

    assert declared - documented == TOLD_MORE.keys()


def test_scopes():
    assert {row["scope"] for row in CONTRACT["scopes"]} == set(Scope)


@pytest.mark.parametrize("name", ERRORS)
def test_error(name: str):
    """A refusal has a documented code with its status, and a documented subcode if any."""
    error = ERRORS[name]
    statuses = {row["name"]: row["status"] for row in CONTRACT["error_codes"]}
    subcodes = {row["name"] for row in CONTRACT["error_subcodes"]}
    triples = {(row["code"], row["subcode"]): row["status"] for row in CONTRACT["error_triples"]}

    assert error.status == statuses[error.code]
    assert error.status == triples.get((error.code, error.subcode), error.status)
    assert error.subcode is None or error.subcode in subcodes
