"""A UCWA server in a few lines, which answers as a test tells it: for tests of the client."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import httpx2

from openucwa.client import Client

URL = "https://pool.test"
CHALLENGE = 'MsRtcOAuth href="https://pool.test/token",grant_type="password"'


def links(**hrefs):
    return {"_links": {rel: {"href": href} for rel, href in hrefs.items()}}


def event(rel, href, kind="updated", sender="/communication", *, place=None, **resource):
    """Return one event of a sender; keywords are the embedded resource."""
    told = {"link": {"rel": rel, "href": href, "title": "Sara"}, "type": kind}
    if kind == "completed":
        told["status"] = resource.pop("outcome", "Success")
        told["reason"] = {"code": "RemoteFailure", "message": "No."}
    if place:
        told["in"] = place
    if resource:
        told["_embedded"] = {rel: resource}
    return {"rel": "", "href": sender, "events": [told]}


def connected(talk, **more):
    """Return the events of messaging that is connected."""
    can = links(sendMessage=f"{talk}/send?kind=1", setIsTyping=f"{talk}/typing")
    return event("messaging", f"{talk}/messaging", sender=talk, state="Connected", **can, **more)


def said(talk, number, text, **more):
    """Return the event of a message from Sara."""
    at = links(plainMessage=f"data:text/plain,{text}", participant=f"{talk}/sara")
    message = {"direction": "Incoming", "timeStamp": "/Date(1000)/", **at, **more}
    return event("message", f"{talk}/messages/{number}", "completed", talk, **message)


class FakeUcwa:
    """The server. ``answers`` maps "POST /path" to what is returned, one after another.

    An answer is a status, a body, both, an exception, or a function of the request. ``asked`` has
    all requests but those for events, and ``begun`` counts applications.
    """

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.begun = 0
        self.number = 0
        self.polls = []
        self.token = "one"
        self.packages = deque()
        self.news = asyncio.Event()
        self.changed = asyncio.Condition()

    @asynccontextmanager
    async def client(self, **options):
        """Sign in Lene, for some seconds at most."""
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self.answer))
        client = Client(URL, "lene@contoso.test", "secret", http=http, **options)
        async with asyncio.timeout(5), client:
            yield client

    def tell(self, *senders, resume=False):
        """Put a package of events into the channel."""
        self.number += 1
        ways = {"self": f"/events?ack={self.number}", "next": f"/events?ack={self.number + 1}"}
        if resume:
            ways["resume"] = ways["next"]
        self.put({**links(**ways), "sender": list(senders)})

    def put(self, answer):
        """Put an answer of any kind into the channel."""
        self.packages.append(answer)
        self.news.set()

    def on(self, what, *answers):
        self.answers.setdefault(what, deque()).extend(answers)

    def said(self, what):
        """Return the requests of a kind so far."""
        return [one for one in self.asked if f"{one.method} {one.url.path}" == what]

    async def until(self, what, times=1):
        """Wait until a kind of request has come that often."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.said(what)) >= times)

    async def answer(self, request):
        if request.url.path.endswith("/events"):
            return await self.poll(request)
        what = f"{request.method} {request.url.path}"
        async with self.changed:
            self.asked.append(request)
            self.changed.notify_all()
        if self.answers.get(what):
            return self.made(self.answers[what].popleft(), request)
        return self.made(self.usual(what, request), request)

    def made(self, answer, request):
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        if isinstance(answer, dict):
            answer = 200, answer
        status, body = answer if isinstance(answer, tuple) else (answer, {})
        return httpx2.Response(status, json=body)

    def usual(self, what, request):
        if what == "POST /token":
            return {"access_token": self.token}
        if what == "GET /":
            return links(user="/user")
        refused = self.refused(request)
        if refused:
            return refused
        if what == "GET /user":
            return links(applications="/applications")
        if what == "POST /applications":
            self.begun += 1
            return 201, self.application()
        if what.startswith("GET /app"):
            return self.application()
        return 204 if request.method in ("POST", "DELETE") else (404, {"code": "NotFound"})

    def refused(self, request):
        """Return the refusal of a request without the right token, or None."""
        if request.headers.get("Authorization") == f"Bearer {self.token}":
            return None
        return httpx2.Response(401, headers={"WWW-Authenticate": CHALLENGE})

    def application(self):
        at = f"/app{self.begun}"
        return {
            **links(self=at, events=f"{at}/events"),
            "_embedded": {
                "me": links(makeMeAvailable=f"{at}/available", reportMyActivity=f"{at}/activity"),
                "people": links(presenceSubscriptions="/subscriptions"),
                "communication": links(startMessaging="/start", conversations="/conversations"),
            },
        }

    async def poll(self, request):
        self.polls.append(str(request.url))
        while not self.packages:
            self.news.clear()
            await self.news.wait()
        return self.made(self.packages.popleft(), request)


def operation_in(request):
    """Return the id of the operation that a request begins."""
    query = dict(parse_qsl(request.url.query.decode()))
    return query.get("operationId") or json.loads(request.content)["operationId"]


GONE = (404, {"code": "NotFound", "subcode": "ApplicationNotFound"})
LOST = httpx2.ReadError("the connection broke")
