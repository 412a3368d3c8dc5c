"""What the deployment allows (policies)."""

from __future__ import annotations

import re

from msgspec import UNSET, UnsetType, convert

from openucwa.hyper.declare import Event, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE

DEFAULTS = {
    "emoticons": "Enabled",
    "htmlMessaging": "Enabled",
    "logging": "Disabled",
    "messageArchiving": "Enabled",
    "photos": "Enabled",
    "saveMessagingHistory": "Enabled",
    "telephonyMode": "None",
}
"""What holds for everybody unless the administrator says otherwise: what is not built is off."""

LAST_ACTIVE = "showLastActive"
"""A policy of our own, which clients do not see: whether others are told of it (R7.7)."""

AUTO_ACCEPT = "autoAcceptMessages"
"""A policy of our own: whether invitations are accepted for somebody, such as a bot (R9.31)."""

RETENTION = "retention"
"""A policy of our own: days after which conversations go, if that is sooner than for others."""

ASSIGNED = "assignedMeeting"
"""A policy of our own: whether somebody has a permanent meeting (R10.8)."""

OWN = (LAST_ACTIVE, AUTO_ACCEPT, RETENTION, ASSIGNED)


def switched(call: Call, name: str, *, default: bool) -> bool:
    """Tell whether one of the caller's policies is on, as it was when last looked at."""
    value = call.services.policies.remembered(call.user.address, name)
    return default if value is None else value == "Enabled"


async def in_force(call: Call) -> dict[str, str]:
    """Return the caller's policies by name."""
    return DEFAULTS | await call.services.policies.policies(call.user.address)


@resource("policies", at="policies", scopes=ANY_SCOPE, events=(Event("updated", "policies"),))
class Policies(Representation):
    """The user's policies: ``None``, ``Disabled`` or ``Enabled`` for most (R2.30)."""

    allow_device_contacts_sync: str | UnsetType = UNSET
    audio_only_on_wifi: str | UnsetType = UNSET
    call_log_archiving: str | UnsetType = UNSET
    client_exchange_connectivity: str | UnsetType = UNSET
    customer_experience_improvement_program: str | UnsetType = UNSET
    emoticons: str | UnsetType = UNSET
    exchange_unified_messaging: str | UnsetType = UNSET
    html_messaging: str | UnsetType = UNSET
    logging: str | UnsetType = UNSET
    logging_level: str | UnsetType = UNSET
    message_archiving: str | UnsetType = UNSET
    messaging_urls: str | UnsetType = UNSET
    multi_view_join: str | UnsetType = UNSET
    photos: str | UnsetType = UNSET
    save_call_logs: str | UnsetType = UNSET
    save_credentials: str | UnsetType = UNSET
    save_messaging_history: str | UnsetType = UNSET
    sharing_only_on_wifi: str | UnsetType = UNSET
    software_quality_metrics: str | UnsetType = UNSET
    telephony_mode: str | UnsetType = UNSET
    video_only_on_wifi: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> Policies:
        return convert(await in_force(call), Policies)


NAMES = (*(info.encode_name for info in Policies.spec.properties), *OWN)
"""All policies by their names in UCWA, and those of our own."""

SWITCH = ("None", "Disabled", "Enabled")

TEXTS = {"loggingLevel", "telephonyMode"}
"""Policies whose values are no switches."""

DAYS = {RETENTION}
"""Policies whose values are numbers of days."""

LONGEST = 100
MOST_DAYS = 36_500

SPELLED = {name.lower(): name for name in NAMES}
"""The names by what they are in lower case."""


def kind_of(name: str) -> str:
    """Return what a policy is: a ``Switch``, ``Days`` or a ``Text``."""
    if name in TEXTS:
        return "Text"
    return "Days" if name in DAYS else "Switch"


def valued(name: str, typed: str) -> str:
    """Return a value as it is spelled. Raises ``ValueError`` for one that a policy cannot have."""
    if name in TEXTS:
        if 0 < len(typed) <= LONGEST and typed.isprintable():
            return typed
        raise ValueError(f"{name} is a text of 1 to {LONGEST} characters")
    if name in DAYS:
        number = int(typed) if re.fullmatch("[0-9]{1,5}", typed) else 0
        if 1 <= number <= MOST_DAYS:
            return str(number)
        raise ValueError(f"{name} is a number of days from 1 to {MOST_DAYS}")
    spelled = {value.lower(): value for value in SWITCH}
    if typed.lower() not in spelled:
        raise ValueError(f"{name} is one of {', '.join(SWITCH)}, not {typed!r}")
    return spelled[typed.lower()]
