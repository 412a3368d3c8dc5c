"""Levels that people give to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from world import JSON, Client, Reply


async def give(
    client: Client,
    address: str,
    level: str | None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Get a relationship, change the level, put it back with all that has to come along."""
    path = client.person(address, "privacyRelationship")
    shown = (await client.get(path, {"Accept": JSON})).tree
    body = {name: value for name, value in shown.items() if name[0] != "_"}
    match = {"If-Match": f'"{shown["etag"]}"', **(headers or {})}
    return await client.put(path, body | {"relationshipLevel": level}, match)


async def level(client: Client, address: str) -> Any:
    """Return what somebody is to the user of an application."""
    reply = await client.get(client.person(address, "privacyRelationship"))
    return reply.property("relationshipLevel")
