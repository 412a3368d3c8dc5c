"""What people and applications may do, and how long things last."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openucwa.settings.units import HOUR, MINUTE, count, duration, url


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """How presence follows activity."""

    inactive_timeout: Annotated[
        float, duration("Without activity for so long, an endpoint is inactive.")
    ] = 5 * MINUTE
    away_timeout: Annotated[float, duration("Inactive for so long, an endpoint is away.")] = (
        5 * MINUTE
    )
    show_last_active: Annotated[
        bool, Meta(description="Tell others when an absent person was last active.")
    ] = True


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """The event channel."""

    low: Annotated[float, duration("Longest wait of a low-priority event.", zero=True)] = 15.0
    medium: Annotated[float, duration("Longest wait of a medium one.", zero=True)] = 5.0
    timeout: Annotated[
        float,
        duration(
            "How long to hold a poll that states no timeout. Some clients give up at 30 s.",
            zero=True,
        ),
    ] = 25.0
    queue_limit: Annotated[
        int,
        count("Events kept for an application that does not poll; then it has to start afresh."),
    ] = 1000


class Applications(msgspec.Struct, frozen=True, kw_only=True):
    """How many applications a person may have, and when they end."""

    per_user: Annotated[int, count("Applications of one person at the same time.")] = 20
    poll_grace: Annotated[
        float, duration("Without a poll for so long, an application that polled ends.")
    ] = 15 * MINUTE
    idle: Annotated[
        float, duration("Without any request for so long, an application that never polled ends.")
    ] = HOUR
    activity_grace: Annotated[
        float, duration("Without reported activity for so long, an application ends.")
    ] = 8 * HOUR
    remember_gone: Annotated[
        float,
        duration("How long to tell latecomers that an application has expired.", zero=True),
    ] = 30 * MINUTE


class Subscriptions(msgspec.Struct, frozen=True, kw_only=True):
    """Presence subscriptions."""

    per_application: Annotated[int, count("Subscriptions of one application.")] = 100
    contacts: Annotated[int, count("Contacts in one subscription.")] = 250
    warning: Annotated[
        float, duration("How long before its end a subscription says so.", zero=True)
    ] = 2 * MINUTE


class Contacts(msgspec.Struct, frozen=True, kw_only=True):
    """Contact lists and groups."""

    per_user: Annotated[int, count("Contacts of one person.")] = 250
    groups: Annotated[int, count("Groups of one person, beside those that everybody has.")] = 64
    expand_limit: Annotated[
        int, count("Members up to which a distribution group is shown.", most=10_000)
    ] = 1000
    migration_in_progress: Annotated[
        bool, Meta(description="Contact lists are being moved: they can be read, not changed.")
    ] = False


class Privacy(msgspec.Struct, frozen=True, kw_only=True):
    """What people may see of each other."""

    default_level: Annotated[
        Literal["External", "Colleagues", "Workgroup", "FriendsAndFamily"],
        Meta(description="The privacy relationship of people who chose no other."),
    ] = "Colleagues"


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations and their history."""

    ring: Annotated[float, duration("How long an invitation waits for an answer.")] = 30.0
    longest: Annotated[int, count("Characters of a message.", most=100_000)] = 8000
    conversations: Annotated[int, count("Conversations of one person at the same time.")] = 100
    participants: Annotated[int, count("People in one conversation.", most=1000)] = 250
    follow_forwarding: Annotated[
        bool,
        Meta(description="Invitations go where a person forwards her calls to at once."),
    ] = False
    retention: Annotated[
        int,
        count("Days for which conversations are kept after their last message.", most=36_500),
    ] = 365


AccessLevel = Literal["None", "SameEnterprise", "Locked", "Invited", "Everyone"]
LeaderAssignment = Literal["Disabled", "SameEnterprise", "Everyone"]


class Meetings(msgspec.Struct, frozen=True, kw_only=True):
    """Online meetings that people arrange."""

    join_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s/?#@]+)?\Z",
            description="What the addresses begin with at which people join; `{domain}` is the "
            "organizer's. Apps find the meeting again if the host is one label before the domain. "
            "Empty: `server.public_url` where it is like that, else `https://meet.{domain}`.",
            extra={"allowed": "http:// or https:// with a host; no path"},
        ),
    ] = ""
    assigned: Annotated[
        bool,
        Meta(
            description="Give everybody a permanent meeting, unless the policy "
            "`assignedMeeting` says otherwise."
        ),
    ] = False
    per_user: Annotated[int, count("Meetings that one person may have arranged.")] = 1000
    access: Annotated[
        AccessLevel, Meta(description="Who enters without waiting, if nothing else is said.")
    ] = "SameEnterprise"
    access_allowed: Annotated[
        tuple[AccessLevel, ...],
        Meta(
            description="What people may choose instead. Without `Everyone` all guests wait.",
            extra={"allowed": "a list of None, SameEnterprise, Locked, Invited, Everyone"},
        ),
    ] = ("None", "SameEnterprise", "Locked", "Invited", "Everyone")
    leaders: Annotated[
        LeaderAssignment, Meta(description="Who leads beside those named, if nothing else is said.")
    ] = "Disabled"
    leaders_allowed: Annotated[
        tuple[LeaderAssignment, ...],
        Meta(
            description="What people may choose instead.",
            extra={"allowed": "a list of Disabled, SameEnterprise, Everyone"},
        ),
    ] = ("Disabled", "SameEnterprise", "Everyone")
    warning: Annotated[int, count("Participants from which apps warn that there are many.")] = 100
    lobby: Annotated[float, duration("How long somebody waits in the lobby.")] = 1800.0
    guests: Annotated[
        bool, Meta(description="People without an account join meetings whose address they have.")
    ] = True
    dial_in: Annotated[
        tuple[
            Annotated[
                str, Meta(pattern=r"^[^|,]{1,100}\|\+[0-9 ()-]{3,30}(\|[A-Za-z -]{0,200})?\Z")
            ],
            ...,
        ],
        Meta(
            description="Numbers of a conference bridge of yours: region, number, languages. "
            "The first one is the default. Empty: nobody can dial in.",
            extra={"allowed": "a list such as `Denmark|+45 70 12 34 56|da-DK en-GB`"},
        ),
    ] = ()
    dial_in_page: Annotated[str, url("Page with all numbers to dial in with.")] = ""
    enterprise_help: Annotated[str, url("Page with help, for people of this organisation.")] = ""
    invitation_help: Annotated[str, url("Page with help that invitations link.")] = ""
    invitation_legal: Annotated[str, url("Page with legal notes that invitations link.")] = ""
    invitation_logo: Annotated[str, url("Picture that invitations show.")] = ""
    invitation_footer: Annotated[
        str,
        Meta(
            max_length=1000,
            description="Text at the end of invitations.",
            extra={"allowed": "up to 1000 characters"},
        ),
    ] = ""


class Photos(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures of people."""

    upload: Annotated[bool, Meta(description="People may replace their own pictures.")] = False


class Telephony(msgspec.Struct, frozen=True, kw_only=True):
    """Phone numbers."""

    region: Annotated[
        str,
        Meta(
            pattern=r"^([A-Z]{2})?\Z",
            description="Where numbers without a country code are, such as `US` or `GB`. "
            "Empty: only international numbers can be given.",
            extra={"allowed": "two capital letters (ISO 3166)"},
        ),
    ] = ""
