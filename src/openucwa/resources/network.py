"""The network that a client is in (R2.29)."""

from __future__ import annotations

import enum
import ipaddress
from typing import Annotated

from msgspec import Meta, Struct, field

from openucwa.domain.refusals import bad_parameter
from openucwa.hyper.declare import Capability, post, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE, SIGNED_IN

Identifier = Annotated[str, Meta(max_length=100)]


class ClientNetworkType(enum.StrEnum):
    """Whether a client is in the organisation's network (ClientNetworkType)."""

    EXTERNAL = "External"
    INTERNAL = "Internal"


class NetworkInput(Struct, rename="camel"):
    """What a client knows of its network."""

    client_network_type: ClientNetworkType
    chassis_id: Identifier | None = field(default=None, name="chassisID")
    ip: Identifier | None = None
    mac: Identifier | None = None
    port_id: Identifier | None = field(default=None, name="portID")
    rssi: Identifier | None = None
    subnet_id: Identifier | None = field(default=None, name="subnetID")
    wap_bssid: Identifier | None = field(default=None, name="wapBSSID")


@resource("reportMyNetwork", at="reportMyNetwork", scopes=ANY_SCOPE, requires=(SIGNED_IN,))
class ReportMyNetwork(Capability):
    """Takes note of a client's network. Nothing depends on it yet, so nothing of it is kept."""

    @staticmethod
    @post()
    def report(call: Call, given: NetworkInput) -> None:
        if given.ip:
            try:
                ipaddress.ip_address(given.ip)
            except ValueError:
                raise bad_parameter("ip", "Must be an IPv4 or IPv6 address.") from None
