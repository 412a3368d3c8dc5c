from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from administrators import LENE, administrator
from furnished import furnish
from openucwa.app.openapi import document, path_of
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS

CATALOGUE = Catalogue(CHAPTERS)
DOCUMENT = document(CATALOGUE, "1.2.3")
SCHEMAS = DOCUMENT["components"]["schemas"]


PARKED_OR_A_PAGE = {"events", "xframe", "invitationFile"}
ELSEWHERE = {"onlineMeetingInvitation", "dialInRegion"}
"""Those who are invited get the one, and this is somebody who invites; settings have the other."""


def complaints(reply: dict, answer: dict) -> list[str]:
    """Return in what a reply does not fit the schema of an answer."""
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft202012Validator(schema | {"components": DOCUMENT["components"]})
    return [error.message for error in validator.iter_errors(reply)]


def operation(rel: str, method: str) -> dict:
    return DOCUMENT["paths"][path_of(CATALOGUE[rel])][method]


def test_is_valid():
    """The document keeps to OpenAPI 3.1; otherwise this raises."""
    validate(DOCUMENT)


def test_has_every_routed_operation():
    """Every verb of every resource is described, at the path that leads to it."""
    described = {
        (path, method.upper())
        for path, item in DOCUMENT["paths"].items()
        for method in item
        if method != "parameters"
    }
    own = [spec for spec in CATALOGUE if not spec.answered_by]
    declared = {(path_of(spec), method) for spec in own for method in spec.operations}

    assert declared | {("/WebTicket/oauthtoken", "POST")} == described


@pytest.mark.parametrize("spec", list(CATALOGUE), ids=lambda spec: spec.rel)
def test_paths_lead_to_their_resource(spec):
    """A described path is routed to the resource it stands for, with its parameters."""
    names = [one["name"] for one in DOCUMENT["paths"][path_of(spec)]["parameters"]]

    found, params = CATALOGUE.match([part for part in path_of(spec).split("/") if part])

    expected = CATALOGUE[spec.answered_by or spec.rel]
    assert (expected, {name: f"{{{name}}}" for name in names}) == (found, params)


def test_public_resources_need_no_token():
    assert [{"token": []}] == DOCUMENT["security"]
    assert [] == operation("root", "get")["security"]
    assert "security" not in operation("me", "get")


def test_scopes_are_named():
    assert ["User.ReadWrite"] == operation("note", "post")["x-ucwa-scopes"]


def test_parameters_of_a_get_are_in_the_query():
    """A wish has its limits, and nothing says that it may be null."""
    limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
    text = {"type": "string", "maxLength": 256}

    assert [
        {"name": "query", "in": "query", "required": False, "schema": text},
        {"name": "mail", "in": "query", "required": False, "schema": text},
        {"name": "limit", "in": "query", "required": False, "schema": limit},
    ] == operation("search", "get")["parameters"]


def test_parameters_of_a_post_are_in_the_body():
    body = operation("note", "post")["requestBody"]["content"]["application/json"]["schema"]

    assert {"$ref": "#/components/schemas/NoteInput"} == body
    assert {"message": {"type": "string", "maxLength": 4000}} == SCHEMAS["NoteInput"]["properties"]


def test_shown_resources_have_properties_links_and_rel():
    """What the renderer needs besides is its own business."""
    contact = SCHEMAS["Contact"]

    assert {"const": "contact"} == contact["properties"]["rel"]
    assert {"type": "string"} == contact["properties"]["etag"]
    assert "contactNote" in contact["properties"]["_links"]["properties"]
    assert {"_links"} == {name for name in contact["properties"] if name.startswith("_")}
    assert ["uri", "sourceNetwork", "name", "_links", "rel", "etag"] == contact["required"]


def test_embedded_resources_have_their_own_schema():
    """One is an object, many are an array."""
    contacts = SCHEMAS["Search"]["properties"]["_embedded"]["properties"]["contact"]
    me = SCHEMAS["Application"]["properties"]["_embedded"]["properties"]["me"]

    assert {"type": "array", "items": {"$ref": "#/components/schemas/Contact"}} == contacts
    assert {"$ref": "#/components/schemas/Me"} == me


def test_refusals_follow_from_the_declaration():
    """What an operation requires tells which refusals it may get."""
    responses = operation("makeMeAvailable", "post")["responses"]

    assert {"204", "400", "401", "403", "404", "409", "default"} == set(responses)
    assert "AlreadyExists" in responses["409"]["description"]
    assert {"200", "400", "401", "403", "404", "412", "428", "default"} == set(
        operation("communication", "put")["responses"]
    )


def test_put_needs_what_was_read():
    assert ["If-Match"] == [one["name"] for one in operation("communication", "put")["parameters"]]


def test_packages_of_events_have_a_schema_of_their_own():
    content = operation("events", "get")["responses"]["200"]["content"]

    assert {"$ref": "#/components/schemas/Package"} == content["application/json"]["schema"]


def test_a_batch_is_answered_by_a_batch():
    content = operation("batch", "post")["responses"]["200"]["content"]

    assert {"multipart/batching": {}} == content


async def test_answers_fit_their_schemas(world):
    """What the server answers is what the document says, for every resource that can be read."""
    lene = await world.person("lenea", emails=("lene@contoso.test",), title="Boss")
    client = await world.available(await world.person("sarad"))
    watched = await client.watch(lene)
    known = await furnish(world, client, "sarad@contoso.test")
    found = {}
    for spec in CATALOGUE:
        if "GET" not in spec.operations or spec.rel in PARKED_OR_A_PAGE | ELSEWHERE or spec.image:
            continue
        if spec.administrative:
            continue
        where = {"group": known["distribution"]} if "Distribution" in spec.rel else {}
        if spec.rel == "participantInvitation":
            where["invitation"] = known["one more"]
        for query in ("?query=lenea", "?expand=false&query=lenea"):
            reply = await client.get(path_of(spec).format_map(known | where) + query)
            assert reply.status == 200, spec.rel
            described = operation(spec.rel, "get")["responses"]["200"]
            found[spec.rel, query] = complaints(reply.tree, described)
    package = await client.package()
    missing = await client.get("nothing")
    created = operation("presenceSubscriptions", "post")["responses"]["201"]

    assert {} == {where: wrong for where, wrong in found.items() if wrong}
    assert [] == complaints(package.tree, operation("events", "get")["responses"]["200"])
    assert [] == complaints(missing.tree, operation("events", "get")["responses"]["default"])
    assert [] == complaints(watched.tree, created)


async def test_answers_to_administrators_fit_their_schemas(world):
    """What they read, and what they make: a person, a group and a webhook."""
    boss = await administrator(world)
    await world.available(await world.person("lenea"))
    await world.server.overview.sample(0)
    await world.server.overview.sample(world.clock.now())
    paths = {"person": LENE, "group": "all@contoso.test", "member": LENE, "policy": "emoticons"}
    people = {"address": "new@contoso.test", "name": "New"}
    group = {"address": paths["group"], "name": "All", "members": [LENE]}
    webhook = {"url": "https://bot.test/", "everybody": True}
    wrong = {}
    for rel, body in (("Group", group), ("Webhook", webhook), ("Person", people)):
        plural = {"Person": "People"}.get(rel, f"{rel}s")
        reply = await boss.post(path_of(CATALOGUE[f"admin{plural}"]), body)
        assert reply.status == 201, reply.body
        paths |= {"webhook": reply.tree["id"]} if rel == "Webhook" else {}
        wrong[rel] = complaints(reply.tree, operation(f"admin{plural}", "post")["responses"]["201"])
    sessions = (await boss.get("/admin/sessions")).tree["_embedded"]["adminSession"]
    paths |= {"session": sessions[0]["application"], "pool": "main", "act": "1"}
    for spec in CATALOGUE:
        if spec.administrative and "GET" in spec.operations:
            reply = await boss.get(path_of(spec).format_map(paths))
            assert reply.status == 200, spec.rel
            described = operation(spec.rel, "get")["responses"]["200"]
            wrong[spec.rel] = complaints(reply.tree, described)

    assert {} == {where: found for where, found in wrong.items() if found}
