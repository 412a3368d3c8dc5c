"""Administrators in tests, who need no application, and what lists show in either format."""

from __future__ import annotations

from typing import Any

from world import DOMAIN, JSON, NAMESPACE, Client, Reply, World

BOSS, LENE, SARA = f"boss@{DOMAIN}", f"lenea@{DOMAIN}", f"sarad@{DOMAIN}"


async def administrator(world: World, accept: str = JSON, user: str = "boss") -> Client:
    """Add an administrator, and sign her in."""
    address = await world.person(user)
    await world.server.store.set_admin(address, admin=True)
    return Client(world, await world.token(address), accept)


def embedded(reply: Reply, rel: str) -> list[dict[str, Any]]:
    """Return the properties of what a list embeds, as text, and where each leads as ``self``."""
    assert reply.status == 200, reply.body
    if "json" in (reply.header("Content-Type") or ""):
        found = reply.tree.get("_embedded", {}).get(rel, [])
        return [
            {name: _text(value) for name, value in one.items() if name[0] != "_" and name != "rel"}
            | {"self": one["_links"]["self"]["href"], "links": {*one["_links"]} - {"self"}}
            for one in found
        ]
    return [
        {entry.get("name"): entry.text or "" for entry in one.findall(f"{NAMESPACE}property")}
        | {
            entry.get("name"): [item.text for item in entry]
            for entry in one.findall(f"{NAMESPACE}propertyList")
        }
        | {
            "self": one.get("href"),
            "links": {link.get("rel") for link in one.findall(f"{NAMESPACE}link")},
        }
        for one in reply.xml.findall(f"{NAMESPACE}resource[@rel='{rel}']")
    ]


def _text(value: Any) -> Any:
    return list(map(str, value)) if isinstance(value, list) else str(value)


async def acts(client: Client, query: str = "") -> list[tuple[str, ...]]:
    """Return what was done, the newest first: who, what, about whom, and what came of it."""
    found = embedded(await client.get(f"/admin/audit{query}"), "adminAct")
    return [tuple(one[name] for name in ("actor", "act", "about", "outcome")) for one in found]
