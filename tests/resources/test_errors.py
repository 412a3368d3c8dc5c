"""Every documented error of every operation, as the reference describes it (BEHAVIOUR 5)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openucwa.app.faults import Fault
from openucwa.domain.refusals import Refusal
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.discovery import ROOT
from openucwa.wire.errors import ERRORS
from world import APPLICATIONS, JSON, NAMESPACE, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
CONTRACT = json.loads((Path(__file__).parent.parent / "contract" / "contract.json").read_text())
CATALOGUE = Catalogue(CHAPTERS)
REFUSALS = {(e.status, e.code, e.subcode): Refusal(name) for name, e in ERRORS.items()}
AT = {
    "kind": "mobile",
    "person": "lenea@contoso.test",
    "photo": "lenea@contoso.test",
    "level": "Colleagues",
    "group": "g",
    "subscription": "s",
    "membership": "s,lenea@contoso.test",
    "conversation": "c",
    "invitation": "i",
    "message": "1",
    "log": "1",
    "transcript": "1",
    "participant": "lenea@contoso.test",
    "meeting": "m",
    "extension": "e",
    "region": "1",
}


FOR_NOBODY = {"simultaneousRingToTeam", "anonApplications"}
"""They are refused, the latter to whoever has an account, before anything else can be wrong."""


def documented():
    """Yield rel, method and what may go wrong, for each operation that is built."""
    for page in CONTRACT["resources"].values():
        if page["rel"] not in CATALOGUE or CATALOGUE[page["rel"]].at.startswith("/Auto"):
            continue
        for operation in page["operations"]:
            if operation["method"] in CATALOGUE[page["rel"]].operations:
                errors = {(e["status"], e["code"], e["subcode"]) for e in operation["errors"]}
                yield page["rel"], operation["method"], errors


def where(rel):
    """Return the path of a resource below its application."""
    return CATALOGUE[rel].at.format_map(AT)


@both
async def test_operations_hand_out_their_documented_errors(world, accept):
    """R5.1, R5.2: status, code and subcode, in the format asked for."""
    address = await world.person("lenea")
    lurker = await world.client(address, accept)
    available = await world.available(address, accept, endpointId="e2")
    wrong = []
    for rel, method, errors in documented():
        client = lurker if rel == "makeMeAvailable" else available
        for error in () if rel in FOR_NOBODY else errors & REFUSALS.keys():
            answering = CATALOGUE[rel].answered_by or rel
            world.home(address).faults.plant(Fault(REFUSALS[error], answering, address))
            reply = await client.send(method, where(rel))
            if reply.reason != error:
                wrong.append((rel, method, error, reply.reason))
            world.home(address).faults.clear()

    assert [] == wrong


def test_all_documented_errors_are_known():
    """Each error that the reference gives to what we have can be handed out."""
    unknown = {error for _, _, errors in documented() for error in errors} - REFUSALS.keys()

    assert {R5_8} == {error for error in unknown if NOT_OURS.isdisjoint(error)}


R5_8 = (410, "Gone", None)
"""A slip of the pages about invitations (16.25)."""

NOT_OURS = {
    "GatewayTimeout",  # another name for Timeout (R5.3)
    "LimitExceeded",  # we say Forbidden for it, as R7.40 does
    "MobileApplicationNoLongerAllowed",  # there is no such policy
    "NoDelegatesConfigured",  # we say Forbidden for it, which the same pages have, too (R5.3)
    "NoTeamMembersConfigured",  # likewise
}


@both
async def test_a_refusal_is_shaped_like_a_reason(world, accept):
    """R4.2, R5.1, R5.2, R5.9: code, subcode, advice; when to come back."""
    client = await world.client(await world.person("lenea"), accept)
    for refusal in Refusal:
        world.home("lenea@contoso.test").faults.plant(Fault(refusal))
        reply = await client.get("policies")
        error = ERRORS[refusal.value]

        assert (error.status, error.code, error.subcode) == reply.reason
        assert error.message == reply.property("message")
        assert f"{accept}; charset=utf-8" == reply.header("Content-Type")
        assert (reply.header("Retry-After") is not None) == (error.status in (429, 503))
        assert accept == JSON or f"{NAMESPACE}reason" == reply.xml.tag


@both
async def test_a_fault_is_handed_out_as_often_as_it_was_planted(world, accept):
    client = await world.client(await world.person("lenea"), accept)
    world.home("lenea@contoso.test").faults.plant(Fault(Refusal.TIMEOUT, "policies", count=2))
    statuses = [(await client.get(path)).status for path in ("me", *["policies"] * 3)]

    assert [200, 504, 504, 200] == statuses


async def test_a_fault_of_one_person_does_not_concern_others(world):
    lene = await world.client(await world.person("lenea"))
    sara = await world.client(await world.person("sarad"))
    address = "lenea@contoso.test"
    world.home(address).faults.plant(Fault(Refusal.TIMEOUT, address=address))

    assert [200, 504] == [(await client.get("me")).status for client in (sara, lene)]


@both
async def test_a_pool_that_is_emptied_refuses_everything(world_with, accept):
    """R14.2: 410 CannotRedirect, whatever is asked for."""
    world = await world_with(server={"draining": True})
    client = Client(world, await world.token(await world.person("lenea")), accept, APPLICATIONS)
    for path in ("1/me/reportMyActivity", "1/me/presence", "1/nothing", "/ucwa/v1/applications"):
        assert (410, "Gone", "CannotRedirect") == (await client.post(path)).reason
    for path in ("/", ROOT, f"{ROOT}/user", f"{ROOT}/user/redirect"):
        assert (410, "Gone", "CannotRedirect") == (await client.get(path)).reason


@both
async def test_a_bug_is_a_service_failure_and_tells_nothing(world, accept, caplog):
    """R5.10: our own body, without a trace of the inside."""
    client = await world.client(await world.person("lenea"), accept)

    async def fails(*asked):
        raise RuntimeError("secret")

    for node in world.nodes:
        node.store.search = fails
    reply = await client.get("people/search?query=lene")

    assert (500, "ServiceFailure", None) == reply.reason
    assert b"secret" not in reply.body
    assert "a bug" in caplog.text


@both
@pytest.mark.parametrize("wanted", ["3", "4.0", "2.01", "inf", "1e9"])
async def test_a_revision_that_we_do_not_have(world, accept, wanted):
    """R1.23, R12.4"""
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.get("me", {"X-MS-RequiresMinResourceVersion": wanted})

    assert (404, "NotFound", "APIVersionNotSupported") == reply.reason


@pytest.mark.parametrize("wanted", ["1", "2", "2.0", "0", "-1", "nan", "rubbish", ""])
async def test_a_revision_that_we_have(world, wanted):
    """CLIENT-RULES R15"""
    client = await world.client(await world.person("lenea"))

    assert 200 == (await client.get("me", {"X-MS-RequiresMinResourceVersion": wanted})).status


@both
async def test_methods_that_are_not_there(world, accept):
    """R4.24, R5.3: 405 names those that are; OPTIONS says the same."""
    client = await world.available(await world.person("lenea"), accept)
    wrong = []
    for spec in CATALOGUE:
        if spec.answered_by or (spec.at.startswith("/") and spec.at != APPLICATIONS):
            continue
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "BREW"} - spec.operations.keys():
            reply = await client.send(method, spec.at.format_map(AT))
            options = await client.send("OPTIONS", spec.at.format_map(AT))
            told = (reply.reason, reply.header("Allow"), options.header("Allow"))
            if told != ((405, "MethodNotAllowed", None), spec.allow, spec.allow):
                wrong.append((spec.rel, method, *told))

    assert [] == wrong


@both
@pytest.mark.parametrize("path", ["nothing", "me/nothing", "me/me", "people/a@b.c/d", "%ff", "%00"])
async def test_paths_that_lead_nowhere(world, accept, path):
    """R5.3, R16.14: no subcode, since the application lives."""
    client = await world.client(await world.person("lenea"), accept)

    assert (404, "NotFound", None) == (await client.get(path)).reason
