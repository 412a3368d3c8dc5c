"""From a request to a response, or to a parked one, without a server.

One way for everybody: the ASGI shell, batches and tests call ``dispatch``. The declaration of
the resource decides what is asked before its operation runs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, cast

from openucwa.app.answers import package, raw, refusal, resource
from openucwa.app.auth import Authenticator, from_cookie
from openucwa.app.batches import Batches
from openucwa.app.commit import Commit
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.app.faults import Faults
from openucwa.app.grants import OFFERED, PATH
from openucwa.app.letters import Delegated
from openucwa.app.meters import Meters
from openucwa.app.neighbours import Neighbours, Nobody, Visit
from openucwa.app.paths import application_in, path_segments
from openucwa.app.polls import Polls
from openucwa.app.pools import Whereabouts
from openucwa.app.render import Renderer, Tree, guid_name
from openucwa.app.turnstile import Turnstile
from openucwa.domain.identity import Identity
from openucwa.domain.live import NOT_STORED
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import Elsewhere, shard_of
from openucwa.domain.users import User, lapse
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue
from openucwa.hyper.declare import Operation, Raw, Representation, Result, Spec, Started
from openucwa.resources.batch import Together
from openucwa.resources.call import Call, Services, named_instance
from openucwa.resources.events import Poll
from openucwa.wire import etags, json, lenient, said, xml
from openucwa.wire.challenge import challenge
from openucwa.wire.inputs import BadParameters, bind, query_source
from openucwa.wire.malformed import Malformed
from openucwa.wire.media import Format, Media, body_format

log = logging.getLogger(__name__)

NEWEST_REVISION = 2.0
_NOBODY = Identity("", frozenset(), 0.0, anonymous=True)
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """Answers requests by the catalogue's declarations.

    ``public_url`` is what clients call the server; empty means the request's own host. ``offered``
    are the grants by which tokens are got.
    """

    catalogue: Catalogue
    services: Services
    authenticator: Authenticator
    commit: Commit
    polls: Polls
    batches: Batches
    renderer: Renderer
    meters: Meters
    faults: Faults
    whereabouts: Whereabouts
    public_url: str = ""
    offered: tuple[str, ...] = OFFERED
    neighbours: Neighbours = field(default_factory=Nobody)
    turnstile: Turnstile = field(default_factory=Turnstile)
    unpushed: Callable[[Call, Spec, str], Refusal | None] = lambda *_: None
    """Returns why a call by a method is refused whose events are pushed, or None."""

    async def dispatch(
        self, request: Request, now: float, visit: Visit | None = None
    ) -> Response | Waiting:
        """Answer one request, or that of a ``visit`` from another node of the pool.

        Never raises for anything a client can send. Raises ``Elsewhere`` if the request was passed
        on by another node, but cannot be answered here any more.
        """
        rel, found = "-", None
        answer: Response | Waiting
        try:
            found = self.catalogue.linked(request.path) or self.catalogue.match(
                path_segments(request.path)
            )
            rel = found[0].rel if found else "-"
            answer = await self._answer(request, found, now, visit)
        except Elsewhere as there:
            if request.passed:
                raise
            answer = await self._forward(request, there.shard)
        except Refused as why:
            answer = refusal(why, request.media)
        except BadParameters as bad:
            name = Refusal.PARAMETER_VALIDATION_FAILURE
            answer = refusal(Refused(name, parameters=bad.parameters), request.media)
        except Malformed as error:
            answer = refusal(Refused(Refusal.DESERIALIZATION_FAILURE, str(error)), request.media)
        except Unauthorized:
            answer = self._challenge(request)
        except Exception:
            log.exception("a bug", extra={"rel": rel, "method": request.method})
            answer = refusal(Refused(Refusal.SERVICE_FAILURE), request.media)
        image = found is not None and found[0].image
        if image and isinstance(answer, Response) and not answer.private:
            answer.headers.append((b"Cache-Control", b"private"))
            answer.private = True
        if isinstance(answer, Response) and not answer.counted:
            self.meters.requests[rel, request.method, answer.status] += 1
        return answer

    async def _forward(self, request: Request, shard: int) -> Response | Waiting:
        """Have a request answered at another node."""
        try:
            return await self.neighbours.forward(request, shard)
        except Refused as why:
            return refusal(why, request.media)

    async def _answer(
        self,
        request: Request,
        found: tuple[Spec, dict[str, str]] | None,
        now: float,
        visit: Visit | None,
    ) -> Response | Waiting:
        if found is not None and request.in_batch:
            _require_batchable(found[0])
        if found is not None and request.method == "OPTIONS":
            return Response(200, [(b"Allow", found[0].allow.encode())])
        if found is not None and found[0].public:
            identity, user = _NOBODY, User("")
        else:
            header = request.headers.get(b"authorization")
            if header is None:
                header = from_cookie(request) if found and found[0].image else b""
            known = self.authenticator.remembered(header, now)
            identity = known or await self._identify(header, now)
            apart = found is not None and found[0].administrative
            if not (self.whereabouts.settled or apart or _is_discovery(found)):
                await self.whereabouts.require_here(identity.address, now)
            if self.services.live.adrift:
                await self.services.live.reassure()
            if apart:  # which any node answers, and any pool
                user = User(identity.address)
            else:
                user = visit.user if visit else await self._user(identity.address, now)
        if found is None:
            identifier = application_in(path_segments(request.path))
            if identifier is not None:
                user.application(identifier, now).last_request = now  # R2.21
            raise Refused(Refusal.NOT_FOUND)
        spec, params = found
        call = self._call(request, identity, user, params, now)
        if b"x-ms-requiresminresourceversion" in request.headers:
            _require_revision(request)
        method = "GET" if request.method == "HEAD" else request.method
        operation = spec.operations.get(method)
        if operation is None:
            answer = refusal(Refused(Refusal.METHOD_NOT_ALLOWED), request.media)
            answer.headers.append((b"Allow", spec.allow.encode()))
            return answer
        reason = (
            spec.refusal(call)
            or self.faults.take(spec.rel, identity.address)
            or self.unpushed(call, spec, method)
        )
        if reason is not None:
            raise Refused(Refusal(reason))
        if self.services.live.adrift and method != "GET":
            if operation.counts:
                call.report_activity()  # it is true all the same
            if call.changed:
                self.commit.wheel.arm(user.address, now)  # others are told once that is possible
            raise Refused(Refusal.SERVICE_UNAVAILABLE)
        token = self.turnstile.enter()
        try:
            return await self._perform(request, call, spec, operation, visit)
        except Elsewhere as there:
            nobody = spec.administrative or not self.services.live.is_here(identity.address)
            if visit or nobody:
                raise
            shard = there.shard
        finally:
            self.turnstile.leave(token)
        return await self._carry(request, call, operation, shard)

    async def _user(self, address: str, now: float) -> User:
        """Return who is calling. Raises ``Elsewhere``."""
        live = self.services.live
        if not live.is_here(address):
            raise Elsewhere(shard_of(address))
        user = live.present(address) or await live.load(address)
        if not user.applications:
            lapse(user, now)  # what has ended since is no news to her
            self.commit.linger(user, now)
        return user

    async def _carry(
        self, request: Request, call: Call, operation: Operation, shard: int
    ) -> Response:
        """Have a request answered where its conversation lives."""
        answer, done = await self.neighbours.carry(request, call, shard)
        # What was done is not done again because its user has moved to another node since.
        if done and operation.counts and self.services.live.is_here(call.user.address):
            call.report_activity()
            if call.changed:
                self._finish(call)
                with suppress(Refused):
                    await self.services.live.stored()
        return answer

    async def _perform(
        self, request: Request, call: Call, spec: Spec, operation: Operation, visit: Visit | None
    ) -> Response | Waiting:
        """Do what is asked for, tell everybody concerned, and answer."""
        given = () if operation.bare else await self._given(request, call, spec, operation)
        try:
            outcome = operation.call(call, *given)
            if operation.waits:
                outcome = await outcome
            if operation.counts and not visit:
                call.report_activity()
        finally:
            if call.changed and not visit:
                self._finish(call)
            for conversation, news, said_now in call.news:
                if said_now is None:
                    self.commit.announcer.announce(conversation, news, call.now)
                else:
                    self.commit.announcer.say(conversation, said_now, news, call.now)
        if isinstance(outcome, (Poll, Together)):
            return await self._conclude(request, call, outcome)
        response = self._response(request, call, operation, outcome)
        if not (call.changed or call.news):
            return response
        if request.in_batch:  # it is answered when all that its parts changed is stored
            response.unstored = True
            return response
        if visit or request.passed or spec.image:
            await self.services.live.stored()
            return response
        return self._when_stored(request, spec.rel, response)

    async def _identify(self, header: bytes, now: float) -> Identity:
        """Return who is calling for the first time. Raises ``Unauthorized``."""
        identity = await self.authenticator.identify(header, now)
        if identity is None:
            raise Unauthorized
        return identity

    def _call(
        self, request: Request, identity: Identity, user: User, params: dict[str, str], now: float
    ) -> Call:
        """Build the call and find its application. Raises ``Refused`` if there is none."""
        query = query_source(request.query) if request.query else {}
        authorization = request.headers.get(b"authorization", b"")
        identifier = params.get("application")
        if identifier is None:
            origin = self._origin(request)
            return Call(now, identity, user, params, query, self.services, origin, authorization)
        app = user.application(identifier, now)
        app.last_request = now
        app.used = True
        instance = (named_instance(query) if query else None) or app.default_instance
        if instance not in app.channels:
            raise Refused(Refusal.APPLICATION_NOT_FOUND)
        return Call(
            now, identity, user, params, query, self.services, "", authorization, app, instance
        )

    async def _given(
        self, request: Request, call: Call, spec: Spec, operation: Operation
    ) -> tuple[Any, ...]:
        """Return what an operation takes; see to what must hold before. Raises ``Refused``."""
        if operation.raw:
            return (Raw(request.header(b"content-type") or "", request.body),)
        if operation.says:
            kind, found = request.header(b"content-type"), said.parameter(call.query)
            return (found if found and not request.body else said.words(kind, request.body),)
        takes = operation.given is not None and operation.method != "GET"
        call.body = body = self._body(request) if takes else {}
        if operation.method == "PUT" or (operation.method == "DELETE" and spec.etag):
            await self._precondition(request, call, spec, operation, body)
        return () if operation.given is None else (bind(operation.given, body, call.query),)

    async def _conclude(
        self, request: Request, call: Call, outcome: Poll | Together
    ) -> Response | Waiting:
        """Answer a batch, or a request for events, perhaps later."""
        if isinstance(outcome, Together):
            return await self.batches.run(self.dispatch, request, call, outcome.body)
        media = request.media
        answer = self.polls.ask(call, outcome, lambda what: self._package(what, media))
        if isinstance(answer, Response):
            await self.services.live.stored(patient=True)
        return answer

    def _when_stored(self, request: Request, rel: str, response: Response) -> Response | Waiting:
        """Return an answer, or one that waits until what it tells of is stored.

        Nothing runs until then: what is said most is answered like this.
        """
        waiting, at_once = Waiting(stored=True), list[Response]()
        waiting.release = at_once.append

        def answer(response: Response) -> None:
            response.counted = True
            self.meters.requests[rel, request.method, response.status] += 1
            waiting.release(response)

        def failed() -> None:
            answer(refusal(Refused(Refusal.SERVICE_UNAVAILABLE, NOT_STORED), request.media))

        self.services.live.when_stored(partial(answer, response), failed, patient=False)
        return at_once[0] if at_once else waiting

    def _package(self, outcome: bytes | Refused, media: Media) -> Response:
        """Answer a request for events, perhaps long after it came."""
        response = package(outcome, media)
        self.meters.requests["events", "GET", response.status] += 1
        return response

    def _finish(self, call: Call) -> None:
        """Send the events that the call caused, and answer polls that have lost their channel."""
        app, user = call.application, call.user
        if app.id not in user.applications:
            self.meters.ended["deleted"] += 1
            self.commit.release(user, app, call.now)
        elif call.instance not in app.channels:
            gone = Refused(Refusal.APPLICATION_NOT_FOUND)
            self.polls.end((user.address, app.id, call.instance), gone)
        self.commit.finish(user, call.now, call.notices)
        for other, notices in call.others:
            self.commit.finish(other, call.now, notices)
        for address in call.delegates:
            self.commit.announcer.post(user.address, address, Delegated(address, user.address))

    def _body(self, request: Request) -> dict[str, Any]:
        """Read the body as parameters. Raises ``Refused`` for types that we cannot read."""
        if not request.body:
            return {}
        kind = body_format(request.header(b"content-type"), request.body)
        if kind is None:
            raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE)
        if kind is Format.XML:
            return said.lifted(xml.decode(request.body))
        read = lenient.decode if request.method == "POST" else json.decode  # R16.41
        return said.lifted(read(request.body))

    async def _precondition(
        self, request: Request, call: Call, spec: Spec, operation: Operation, body: dict[str, Any]
    ) -> None:
        """Check If-Match, which PUT needs and DELETE may have, and the GUID property of PUT.

        Rules R4.28, R4.30 and R4.33.
        """
        match = request.header(b"if-match")
        putting = operation.method == "PUT"
        if match is None and putting:
            raise Refused(Refusal.PRECONDITION_REQUIRED)
        if match is not None:
            reading = spec.operations["GET"]
            current = reading.call(call)
            tree = self.renderer.tree(call, await current if reading.waits else current)
            call.headers.clear()  # those of a GET
            if not etags.matches(match, tree["etag"]):
                raise Refused(Refusal.PRECONDITION_FAILED)
        name = guid_name(call, spec)
        if putting and spec.guid and name not in {given.lower() for given in body}:
            why = "Get the resource and send this property back."
            raise Refused(Refusal.PARAMETER_VALIDATION_FAILURE, parameters=((name, why),))

    def _response(
        self, request: Request, call: Call, operation: Operation, outcome: Any
    ) -> Response:
        status = operation.status
        if isinstance(outcome, Result):
            status, outcome = outcome.status, outcome.representation
        if outcome is None:
            return Response(status, call.headers)
        if isinstance(outcome, Started):
            path = self.catalogue.path(outcome.rel, outcome.params)
            href = f"{APPLICATIONS}/{call.application.id}/{path}"
            return Response(status, [*call.headers, (b"Location", href.encode())])
        if isinstance(outcome, Raw):
            return raw(status, outcome, call.headers, request, call.now)
        tree: Tree = self.renderer.tree(call, cast("Representation", outcome))
        headers = call.headers
        if "etag" in tree:
            headers.append((b"ETag", etags.quote(tree["etag"]).encode()))
            known = request.header(b"if-none-match") if operation.method == "GET" else None
            if known is not None and etags.matches(known, tree["etag"]):
                return Response(304, headers)
        if operation.method == "POST":
            headers.append((b"Location", tree["_links"]["self"]["href"].encode()))
        return resource(status, tree, request.media, headers)

    def _challenge(self, request: Request) -> Response:
        """Say where to get a token (R1.31); the body is the only one that is not ours to read."""
        origin = self._origin(request)
        diagnostics = (
            f'28020;source="{origin.partition("://")[2]}";reason="No valid security token."'
        )
        headers = [
            *challenge(origin + PATH, self.offered),
            (b"Content-Type", b"text/html"),
            (b"X-Frame-Options", b"DENY"),
            (b"X-Ms-diagnostics", diagnostics.encode()),
        ]
        return Response(401, headers, b"<html><body>Sign in first.</body></html>")

    def _origin(self, request: Request) -> str:
        """Return how the client reached us, or what we are configured to be called."""
        return self.public_url or origin_of(request.scheme, request.headers.get(b"host", b""))


@lru_cache(maxsize=1024)
def origin_of(scheme: str, host: bytes) -> str:
    """Return the origin of a Host header; one that could not be a host's name is not repeated."""
    name = host.decode("latin-1")
    return f"{scheme}://{name if _HOST.fullmatch(name) else 'localhost'}"


class Unauthorized(Exception):
    """The request has no token that is worth anything."""


def _is_discovery(found: tuple[Spec, dict[str, str]] | None) -> bool:
    """Tell whether a resource is there for everybody, wherever she is served."""
    return found is not None and found[0].at.startswith("/Autodiscover")


def _require_batchable(spec: Spec) -> None:
    """Refuse what cannot be in a batch (R6.7), and what is no part of UCWA."""
    if spec.alone or spec.image:
        raise Refused(Refusal.BAD_REQUEST, "This cannot be part of a batch.")
    if spec.at.startswith("/") and not spec.at.startswith(APPLICATIONS):
        raise Refused(Refusal.NOT_FOUND)


def _require_revision(request: Request) -> None:
    """Refuse clients that need more than we have (R1.23)."""
    wanted = request.header(b"x-ms-requiresminresourceversion")
    try:
        if wanted is not None and float(wanted) > NEWEST_REVISION:
            raise Refused(Refusal.API_VERSION_NOT_SUPPORTED)
    except ValueError:
        return
