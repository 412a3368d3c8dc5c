"""What the settings say of meetings, as the rules understand it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from openucwa.domain.arranging import Eligible, Region, Terms, Wording
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    LobbyBypassForPhoneUsers,
    PhoneUserAdmission,
)
from openucwa.settings import Settings


def meeting_terms(settings: Settings, domains: Collection[str]) -> Terms:
    """Return what the settings say of meetings."""
    said = settings.meetings
    access, promotion = AccessLevel(said.access), AutomaticLeaderAssignment(said.leaders)
    phones = said.dial_in
    eligible = Eligible(
        access=tuple(dict.fromkeys((*map(AccessLevel, said.access_allowed), access))),
        promotion=tuple(
            dict.fromkeys((*map(AutomaticLeaderAssignment, said.leaders_allowed), promotion))
        ),
        lobby_bypass=tuple(LobbyBypassForPhoneUsers)[: 2 if phones else 1],
        phone=tuple(PhoneUserAdmission)[: 2 if phones else 1],
    )
    parts = (one.split("|") for one in phones)
    regions = tuple(
        Region(name.strip(), number.strip(), tuple(" ".join(languages).split()))
        for name, number, *languages in parts
    )
    return Terms(
        eligible=eligible,
        access=access,
        promotion=promotion,
        join_url=said.join_url or _join_url(settings.server.public_url, domains),
        assigned=said.assigned,
        per_user=said.per_user,
        warning=said.warning,
        regions=regions,
        directory_url=said.dial_in_page,
        wording=Wording(
            enterprise_help_url=said.enterprise_help,
            footer_text=said.invitation_footer,
            help_url=said.invitation_help,
            legal_url=said.invitation_legal,
            logo_url=said.invitation_logo,
        ),
    )


def _join_url(public_url: str, domains: Collection[str]) -> str:
    """Return where people join unless the settings say so: here, if clients understand it (R10.5).

    They take what is behind the first label of the host for the organizer's domain.
    """
    host = urlsplit(public_url).netloc
    if public_url.startswith("https:") and {host.partition(".")[2]} == {*domains}:
        return public_url
    return "https://meet.{domain}"
