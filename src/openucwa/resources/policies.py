"""What the deployment allows (policies)."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from openucwa.hyper.declare import Event, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE


@resource("policies", at="policies", scopes=ANY_SCOPE, events=(Event("updated", "policies"),))
class Policies(Representation):
    """The user's policies: ``None``, ``Disabled`` or ``Enabled`` for most (R2.30)."""

    emoticons: str | UnsetType = UNSET
    html_messaging: str | UnsetType = UNSET
    logging: str | UnsetType = UNSET
    message_archiving: str | UnsetType = UNSET
    photos: str | UnsetType = UNSET
    save_messaging_history: str | UnsetType = UNSET
    telephony_mode: str | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> Policies:
        return Policies(
            emoticons="Enabled",
            html_messaging="Disabled",
            logging="Disabled",
            message_archiving="Disabled",
            photos="Disabled",
            save_messaging_history="Disabled",
            telephony_mode="None",
        )
