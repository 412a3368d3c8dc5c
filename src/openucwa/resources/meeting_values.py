"""What meetings may be like here, and how to dial in (R10.10). Nothing of it can be changed."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from openucwa.domain.arranging import Region
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    LobbyBypassForPhoneUsers,
    OnlineMeetingRel,
    PhoneUserAdmission,
    conference_id,
)
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Embed, Link, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.communication import GenericPolicy
from openucwa.resources.conditions import ANY_SCOPE
from openucwa.resources.meetings import assigned, link_to_assigned


@resource(
    "onlineMeetingDefaultValues",
    at="onlineMeetings/defaultValues",
    also=("onlineMeetings/onlineMeetingDefaultValues",),
    scopes=ANY_SCOPE,
)
class OnlineMeetingDefaultValues(Representation):
    """What a meeting is like of which nothing is said."""

    access_level: AccessLevel
    automatic_leader_assignment: AutomaticLeaderAssignment
    default_online_meeting_rel: OnlineMeetingRel
    entry_exit_announcement: EntryExitAnnouncement
    lobby_bypass_for_phone_users: LobbyBypassForPhoneUsers
    participants_warning_threshold: int

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeetingDefaultValues:
        terms = call.rules.meetings
        return OnlineMeetingDefaultValues(
            access_level=terms.access,
            automatic_leader_assignment=terms.promotion,
            default_online_meeting_rel=OnlineMeetingRel.OWN,
            entry_exit_announcement=terms.announcement,
            lobby_bypass_for_phone_users=LobbyBypassForPhoneUsers.DISABLED,
            participants_warning_threshold=terms.warning,
        )


@resource(
    "onlineMeetingEligibleValues",
    at="onlineMeetings/eligibleValues",
    also=("onlineMeetings/onlineMeetingEligibleValues",),
    scopes=ANY_SCOPE,
)
class OnlineMeetingEligibleValues(Representation):
    """What a meeting may be like; with anything else it is refused (R10.6)."""

    links = (Link("myAssignedOnlineMeeting"), Link("myOnlineMeetings"))

    access_levels: list[AccessLevel]
    automatic_leader_assignments: list[AutomaticLeaderAssignment]
    eligible_online_meeting_rels: list[OnlineMeetingRel]
    entry_exit_announcements: list[EntryExitAnnouncement]
    lobby_bypass_for_phone_users_settings: list[LobbyBypassForPhoneUsers]

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetingEligibleValues:
        eligible, given = call.rules.meetings.eligible, await link_to_assigned(call)
        rels = [OnlineMeetingRel.OWN]
        return OnlineMeetingEligibleValues(
            access_levels=list(eligible.access),
            automatic_leader_assignments=list(eligible.promotion),
            eligible_online_meeting_rels=[*rels, OnlineMeetingRel.ASSIGNED]
            if "_at" in given
            else rels,
            entry_exit_announcements=list(eligible.announcement),
            lobby_bypass_for_phone_users_settings=list(eligible.lobby_bypass),
            **given,
        )


@resource(
    "onlineMeetingPolicies",
    at="onlineMeetings/policies",
    also=("onlineMeetings/onlineMeetingPolicies",),
    scopes=ANY_SCOPE,
)
class OnlineMeetingPolicies(Representation):
    """What can be done in meetings: there is no sound, so nothing is recorded or announced."""

    entry_exit_announcement: GenericPolicy
    external_user_meeting_recording: GenericPolicy
    meeting_recording: GenericPolicy
    meeting_size: int
    phone_user_admission: GenericPolicy
    voip_audio: GenericPolicy

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeetingPolicies:
        eligible = call.rules.meetings.eligible
        return OnlineMeetingPolicies(
            entry_exit_announcement=_policy(EntryExitAnnouncement.ENABLED in eligible.announcement),
            external_user_meeting_recording=GenericPolicy.DISABLED,
            meeting_recording=GenericPolicy.DISABLED,
            meeting_size=call.rules.participants,
            phone_user_admission=_policy(PhoneUserAdmission.ENABLED in eligible.phone),
            voip_audio=GenericPolicy.DISABLED,
        )


def _policy(allowed: bool) -> GenericPolicy:
    return GenericPolicy.ENABLED if allowed else GenericPolicy.DISABLED


@resource(
    "onlineMeetingInvitationCustomization",
    at="onlineMeetings/customInvitation",
    also=("onlineMeetings/onlineMeetingInvitationCustomization",),
    scopes=ANY_SCOPE,
)
class OnlineMeetingInvitationCustomization(Representation):
    """What invitations show beside the meeting itself."""

    enterprise_help_url: str | UnsetType = UNSET
    invitation_footer_text: str | UnsetType = UNSET
    invitation_help_url: str | UnsetType = UNSET
    invitation_legal_url: str | UnsetType = UNSET
    invitation_logo_url: str | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeetingInvitationCustomization:
        wording = call.rules.meetings.wording
        return OnlineMeetingInvitationCustomization(
            enterprise_help_url=wording.enterprise_help_url or UNSET,
            invitation_footer_text=wording.footer_text or UNSET,
            invitation_help_url=wording.help_url or UNSET,
            invitation_legal_url=wording.legal_url or UNSET,
            invitation_logo_url=wording.logo_url or UNSET,
        )


@resource("phoneDialInInformation", at="onlineMeetings/phoneDialInInformation", scopes=ANY_SCOPE)
class PhoneDialInInformation(Representation, kw_only=True):
    """How to dial in, if there is a number; the conference id is that of the permanent meeting."""

    links = (Embed("dialInRegion", many=True),)

    conference_id: str | UnsetType = UNSET
    default_region: str | UnsetType = UNSET
    external_directory_uri: str | UnsetType = UNSET
    internal_directory_uri: str | UnsetType = UNSET
    is_audio_conference_provider_enabled: bool

    @staticmethod
    @get()
    async def show(call: Call) -> PhoneDialInInformation:
        terms = call.rules.meetings
        meeting = await assigned(call) if terms.dial_in else None
        page = terms.directory_url or UNSET
        regions = [DialInRegion.of(*one) for one in enumerate(terms.regions, 1)]
        return PhoneDialInInformation(
            conference_id=conference_id(meeting.id) if meeting else UNSET,
            default_region=terms.regions[0].name if terms.dial_in else UNSET,
            external_directory_uri=page,
            internal_directory_uri=page,
            is_audio_conference_provider_enabled=False,
            _embedded={"dialInRegion": regions} if regions else UNSET,
        )


@resource("dialInRegion", at="onlineMeetings/phoneDialInInformation/{region}", scopes=ANY_SCOPE)
class DialInRegion(Representation):
    """A number to dial in with."""

    languages: list[str]
    name: str
    number: str

    @staticmethod
    def of(place: int, region: Region) -> DialInRegion:
        """Show a region by its place in the list, beginning with 1."""
        return DialInRegion(
            languages=list(region.languages),
            name=region.name,
            number=region.number,
            _at={"region": str(place)},
        )

    @staticmethod
    @get()
    def show(call: Call) -> DialInRegion:
        for place, region in enumerate(call.rules.meetings.regions, 1):
            if str(place) == call.params["region"]:
                return DialInRegion.of(place, region)
        raise Refused(Refusal.NOT_FOUND, "There is no such number to dial in with.")
