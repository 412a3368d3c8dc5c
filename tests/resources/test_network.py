"""Reports of the network a client is in (R2.29)."""

from __future__ import annotations

import pytest

from openucwa.hyper.declare import Scope
from world import JSON, XML

FULL = {
    "clientNetworkType": "External",
    "chassisID": "0a:1b",
    "ip": "2001:db8::1",
    "mac": "00-00-5E-00-53-00",
    "portID": "7",
    "rssi": "-70",
    "subnetID": "192.0.2.0",
    "wapBSSID": "00-00-5E-00-53-01",
}


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    return await world.client(await world.person("lenea"), request.param)


@pytest.mark.parametrize("more", [{}, {"ip": "192.0.2.1"}, {"ip": ""}, FULL], ids=str)
async def test_a_report_is_accepted(client, more):
    assert "reportMyNetwork" in client.created.links()
    body = {"ClientNetworkType": "internal"} | more
    reply = await client.post("reportMyNetwork", body)

    assert (204, b"") == (reply.status, reply.body)


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({}, ["clientNetworkType"]),
        ({"clientNetworkType": "LAN"}, ["clientNetworkType"]),
        (FULL | {"ip": "192.0.2.256"}, ["ip"]),
        (FULL | {"mac": "0" * 101, "wapBSSID": "0" * 101}, ["mac", "wapBSSID"]),
    ],
    ids=["nothing", "type", "ip", "long"],
)
async def test_bad_parameters_are_named(client, body, bad):
    reply = await client.post("reportMyNetwork", body)

    assert (400, bad) == (reply.status, reply.bad)


@pytest.mark.parametrize("scope", Scope)
async def test_any_scope_will_do(world, scope):
    """R13.1"""
    client = await world.limited(await world.person("lenea"), scope)

    assert 204 == (await client.post("reportMyNetwork", FULL)).status


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_may_not_report(world, accept):
    """R2.26"""
    guest = await world.guest(accept)

    assert (403, "Forbidden", "AnonymousNotAllowed") == (
        await guest.post("reportMyNetwork", FULL)
    ).reason
    assert "reportMyNetwork" not in guest.created.links()
