"""Conversations that people had, for tests of what is kept of them."""

from __future__ import annotations

from urllib.parse import quote_plus

from world import JSON, Client, World

INVITATIONS = "communication/messagingInvitations"
LOGS = "communication/conversationLogs"
MESSAGING = {"supportedModalities": ["Messaging"]}
LENE, SARA, JOHN = (f"{user}@contoso.test" for user in ("lenea", "sarad", "johnd"))
COUNTS = (
    "conversationLogsCount",
    "missedConversationsCount",
    "unreadMissedConversationsCount",
)


async def arrive(world: World, accept: str = JSON) -> list[Client]:
    """Have Lene, who speaks a format, Sara and John come where they can be reached."""
    names = ("Lene Aaling", "Sara Davis", "John Doe")
    for address, name in zip((LENE, SARA, JOHN), names, strict=True):
        await world.person(address.partition("@")[0], name)
    formats = {LENE: accept, SARA: JSON, JOHN: JSON}
    return [await world.available(one, kind, **MESSAGING) for one, kind in formats.items()]


async def counts(client: Client) -> list[int]:
    """Return how many logs there are, how many of them missed, and how many of those unread."""
    reply = await client.get("communication/missedItems")
    return [int(reply.property(name)) for name in COUNTS]


async def invite(caller: Client, callee: str, text: str = "", **more: str) -> str:
    """Invite somebody, return the invitation's id."""
    body = {"to": f"sip:{callee}", **more}
    if text:
        body["message"] = f"data:text/plain;charset=utf-8,{quote_plus(text)}"
    reply = await caller.post(INVITATIONS, body)
    assert reply.status == 201, reply.body
    return (reply.header("Location") or "").rpartition("/")[2]


async def begin(caller: Client, callee: Client, address: str, text: str = "", **more: str) -> str:
    """Have two people begin to talk, return the conversation's path."""
    invitation = await invite(caller, address, text, **more)
    accepted = await callee.post(f"{INVITATIONS}/{invitation}/accept")
    assert accepted.status == 204, accepted.body
    shown = await caller.get(f"{INVITATIONS}/{invitation}", {"Accept": JSON})
    return shown.tree["_links"]["conversation"]["href"].removeprefix(f"{caller.path}/")


async def say(client: Client, conversation: str, text: str, kind: str = "text/plain") -> None:
    """Say something."""
    path = f"{conversation}/messaging/messages"
    reply = await client.post(path, text.encode(), {"Content-Type": kind})
    assert reply.status == 201, reply.body


async def leave(client: Client, conversation: str) -> None:
    """End a conversation of two, or leave one of several."""
    reply = await client.delete(conversation)
    assert reply.status == 204, reply.body


async def miss(caller: Client, callee: str, text: str = "", **more: str) -> None:
    """Ring until it stops."""
    await invite(caller, callee, text, **more)
    await caller.world.advance(31)


async def logs(client: Client, query: str = "") -> list[str]:
    """Return the paths of somebody's logs."""
    reply = await client.get(f"{LOGS}{query}", {"Accept": JSON})
    assert reply.status == 200, reply.body
    found = reply.tree["_links"].get("conversationLog", [])
    return [one["href"].removeprefix(f"{client.path}/") for one in found]


async def said(client: Client, log: str) -> list[str]:
    """Return what was said according to a log, page by page."""
    found, url = [], f"{log}/conversationLogTranscripts"
    while url:
        reply = await client.get(url, {"Accept": JSON})
        for one in reply.tree["_embedded"]["conversationLogTranscript"]:
            links = one["_embedded"]["messageTranscript"]["_links"]
            found.append(next(links[rel]["href"] for rel in links if rel != "self"))
        url = reply.hrefs.get("nextConversationLogTranscripts", "")
    return [href.partition(",")[2] for href in found]
