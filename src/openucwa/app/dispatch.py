"""From a request to a response, or to a parked one, without a server.

One way for everybody: the ASGI shell, batches and tests call ``dispatch``. The declaration of
the resource decides what is asked before its operation runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from openucwa.app.auth import Authenticator
from openucwa.app.commit import Commit
from openucwa.app.exchange import Request, Response
from openucwa.app.faults import Faults
from openucwa.app.grants import OFFERED, PATH
from openucwa.app.meters import Meters
from openucwa.app.polls import Parked, Polls
from openucwa.app.render import Renderer, Tree, guid_name
from openucwa.domain.applications import Application
from openucwa.domain.identity import Identity
from openucwa.domain.ports import Live
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User
from openucwa.hyper.catalogue import APPLICATIONS_ALIASES, Catalogue
from openucwa.hyper.declare import Operation, Raw, Representation, Result, Spec
from openucwa.resources.call import Call, Services
from openucwa.resources.events import Poll
from openucwa.wire import errors, etags, json, xml
from openucwa.wire.challenge import challenge
from openucwa.wire.inputs import BadParameters, bind, query_source
from openucwa.wire.malformed import Malformed
from openucwa.wire.media import Format, Media, body_format, negotiate

log = logging.getLogger(__name__)

NEWEST_REVISION = 2.0
_NOBODY = Identity("", frozenset(), 0.0, anonymous=True)
_ENCODE: dict[Format, dict[str, Callable[[Any], bytes]]] = {
    Format.JSON: {"resource": json.encode, "events": json.encode, "reason": json.encode},
    Format.XML: {
        "resource": xml.encode,
        "events": xml.encode_events,
        "reason": xml.encode_reason,
    },
}


class Dispatcher:
    """Answers requests by the catalogue's declarations."""

    def __init__(
        self,
        catalogue: Catalogue,
        services: Services,
        authenticator: Authenticator,
        live: Live,
        commit: Commit,
        polls: Polls,
        renderer: Renderer,
        meters: Meters,
        faults: Faults,
        public_url: str,
    ) -> None:
        self.catalogue = catalogue
        self._services = services
        self._authenticator = authenticator
        self._live = live
        self._commit = commit
        self._polls = polls
        self._renderer = renderer
        self._meters = meters
        self._faults = faults
        self._public_url = public_url.rstrip("/")

    async def dispatch(self, request: Request, now: float) -> Response | Parked:
        """Answer one request; never raises for anything a client can send."""
        media = negotiate(request.header(b"accept"))
        rel = "-"
        try:
            segments = path_segments(request.path)
            found = self.catalogue.match(segments)
            rel = found[0].rel if found else "-"
            answer = await self._answer(request, found, segments, media, now)
        except Refused as refused:
            answer = refusal(refused, media)
        except BadParameters as bad:
            answer = refusal(
                Refused(Refusal.PARAMETER_VALIDATION_FAILURE, parameters=bad.parameters), media
            )
        except Malformed as error:
            answer = refusal(Refused(Refusal.DESERIALIZATION_FAILURE, str(error)), media)
        except Unauthorized:
            answer = self._challenge(request)
        except Exception:
            log.exception("a bug", extra={"rel": rel, "method": request.method})
            answer = refusal(Refused(Refusal.SERVICE_FAILURE), media)
        if isinstance(answer, Response):
            answer.rel = rel
            self._meters.requests[rel, request.method, answer.status] += 1
        return answer

    async def _answer(
        self,
        request: Request,
        found: tuple[Spec, dict[str, str]] | None,
        segments: list[str],
        media: Media,
        now: float,
    ) -> Response | Parked:
        if found is not None and request.method == "OPTIONS":
            return Response(200, [(b"Allow", found[0].allow.encode())])
        if found is None or not found[0].public:
            header = request.headers.get(b"authorization", b"")
            identity = self._authenticator.remembered(header, now)
            if identity is None:
                identity = await self._authenticator.identify(header, now)
            if identity is None:
                raise Unauthorized
        else:
            identity = _NOBODY
        user = await self._live.load(identity.address) if identity.address else User("")
        if not user.applications:
            self._commit.linger(user, now)
        if found is None:
            identifier = application_in(segments)
            if identifier is not None:
                user.application(identifier, now)
            raise Refused(Refusal.NOT_FOUND)
        spec, params = found
        call = self._call(request, identity, user, params, now)
        _require_revision(request)
        method = "GET" if request.method == "HEAD" else request.method
        operation = spec.operations.get(method)
        if operation is None:
            answer = refusal(Refused(Refusal.METHOD_NOT_ALLOWED), media)
            answer.headers.append((b"Allow", spec.allow.encode()))
            return answer
        reason = spec.refusal(call) or self._faults.take(spec.rel, identity.address)
        if reason is not None:
            raise Refused(Refusal(reason))
        return await self._operate(request, call, spec, operation, media)

    def _call(
        self, request: Request, identity: Identity, user: User, params: dict[str, str], now: float
    ) -> Call:
        """Build the call and find its application. Raises ``Refused`` if there is none."""
        query = query_source(request.query) if request.query else {}
        call = Call(
            now=now,
            identity=identity,
            user=user,
            application=cast(Application, None),  # only resources below an application use it
            instance="",
            params=params,
            query=query,
            services=self._services,
            origin=self._origin(request),
            token=(request.header(b"authorization") or "").partition(" ")[2].strip(),
        )
        identifier = params.get("application")
        if identifier is not None:
            app = user.application(identifier, now)
            app.last_request = now
            app.used = True
            call.application = app
            instance = next((str(query[key]) for key in query if key.lower() == "instanceid"), None)
            call.instance = next(iter(app.channels)) if instance is None else instance
            if call.instance not in app.channels:
                raise Refused(Refusal.APPLICATION_NOT_FOUND)
        return call

    async def _operate(
        self, request: Request, call: Call, spec: Spec, operation: Operation, media: Media
    ) -> Response | Parked:
        body = self._body(request) if operation.method in ("POST", "PUT") else {}
        if operation.method == "PUT":
            await self._precondition(request, call, spec, body)
        given = () if operation.given is None else (bind(operation.given, body, call.query),)
        try:
            outcome = operation.call(call, *given)
            if operation.waits:
                outcome = await outcome
            if operation.counts:
                call.report_activity()
        finally:
            if call.changed:
                self._finish(call)
        if spec.rel == "reportMyActivity":
            self._meters.reports += 1
        if isinstance(outcome, Poll):
            return self._polls.ask(call, outcome, lambda one: package(one, media, call.headers))
        return self._response(request, call, operation, outcome, media)

    def _finish(self, call: Call) -> None:
        """Send the events that the call caused, and answer polls that have lost their channel."""
        app, user = call.application, call.user
        if app is not None and app.id not in user.applications:
            self._meters.ended["deleted"] += 1
            self._commit.release(user, app, call.now)
        elif app is not None and call.instance not in app.channels:
            self._polls.end_instance((app.id, call.instance), Refused(Refusal.APPLICATION_NOT_FOUND))
        self._commit.finish(user, call.now, call.notices)

    def _body(self, request: Request) -> dict[str, Any]:
        """Read the body as parameters. Raises ``Refused`` for types that we cannot read."""
        if not request.body:
            return {}
        kind = body_format(request.header(b"content-type"), request.body)
        if kind is None:
            raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE)
        return xml.decode(request.body) if kind is Format.XML else json.decode(request.body)

    async def _precondition(
        self, request: Request, call: Call, spec: Spec, body: dict[str, Any]
    ) -> None:
        """Check what every PUT must bring: If-Match and the GUID property (R4.28, R4.30)."""
        match = request.header(b"if-match")
        if match is None:
            raise Refused(Refusal.PRECONDITION_REQUIRED)
        reading = spec.operations["GET"]
        current = reading.call(call)
        tree = self._renderer.tree(call, await current if reading.waits else current)
        if not etags.matches(match, tree["etag"]):
            raise Refused(Refusal.PRECONDITION_FAILED)
        name = guid_name(call, spec)
        if spec.guid and name not in {given.lower() for given in body}:
            why = "Get the resource and send this property back."
            raise Refused(Refusal.PARAMETER_VALIDATION_FAILURE, parameters=((name, why),))

    def _response(
        self, request: Request, call: Call, operation: Operation, outcome: Any, media: Media
    ) -> Response:
        status = operation.status
        if isinstance(outcome, Result):
            status, outcome = outcome.status, outcome.representation
        if outcome is None:
            return Response(status, call.headers)
        if isinstance(outcome, Raw):
            kind = (b"Content-Type", outcome.content_type.encode())
            return Response(status, [*call.headers, kind], outcome.body)
        tree: Tree = self._renderer.tree(call, cast(Representation, outcome))
        headers = call.headers
        if "etag" in tree:
            headers.append((b"ETag", etags.quote(tree["etag"]).encode()))
            known = request.header(b"if-none-match")
            if known is not None and operation.method == "GET" and etags.matches(known, tree["etag"]):
                return Response(304, headers)
        if operation.method == "POST":
            headers.append((b"Location", tree["_links"]["self"]["href"].encode()))
        headers.append((b"Content-Type", media.content_type.encode()))
        return Response(status, headers, _ENCODE[media.format]["resource"](tree))

    def _challenge(self, request: Request) -> Response:
        """Say where to get a token (R1.31); the body is the only one that is not ours to read."""
        headers = challenge(self._origin(request) + PATH, OFFERED)
        headers.append((b"Content-Type", b"text/html"))
        headers.append((b"X-Ms-diagnostics", b'28020;source="openucwa";reason="No valid security token."'))
        return Response(401, headers, b"<html><body>Sign in first.</body></html>")

    def _origin(self, request: Request) -> str:
        if self._public_url:
            return self._public_url
        host = request.header(b"host") or "localhost"
        return f"{request.scheme}://{host}"


class Unauthorized(Exception):
    """The request has no token that is worth anything."""


def path_segments(path: str) -> list[str]:
    """Split a path into decoded segments; doubled slashes count once (CLIENT-RULES R8).

    Raises ``Refused``: NotFound for what cannot be part of any path of ours.
    """
    segments = [segment for segment in path.split("/") if segment]
    if "%" in path:
        try:
            segments = [unquote_to_bytes(segment).decode() for segment in segments]
        except UnicodeDecodeError:
            raise Refused(Refusal.NOT_FOUND) from None
    if not path.isprintable() or any(not segment.isprintable() for segment in segments):
        raise Refused(Refusal.NOT_FOUND)
    return segments


def application_in(segments: list[str]) -> str | None:
    """Return the id of the application that a path of no known resource lies below, or None."""
    for prefix in APPLICATIONS_ALIASES:
        depth = prefix.count("/")
        if "/".join(["", *segments[:depth]]).lower() == prefix and len(segments) > depth:
            return segments[depth]
    return None


def refusal(refused: Refused, media: Media) -> Response:
    """Write a refusal as a reason (R5.1)."""
    status, tree = errors.reason(refused.refusal, refused.detail, refused.parameters)
    headers = [(b"Content-Type", media.content_type.encode())]
    if status in (429, 503):
        headers.append((b"Retry-After", b"10"))
    return Response(status, headers, _ENCODE[media.format]["reason"](tree))


def package(outcome: Tree | Refused, media: Media, headers: list[tuple[bytes, bytes]]) -> Response:
    """Write a package of events, or why there will be none."""
    if isinstance(outcome, Refused):
        return refusal(outcome, media)
    kind = (b"Content-Type", media.content_type.encode())
    return Response(200, [*headers, kind], _ENCODE[media.format]["events"](outcome), "events")


def _require_revision(request: Request) -> None:
    """Refuse clients that need more than we have (R1.23)."""
    wanted = request.header(b"x-ms-requiresminresourceversion")
    try:
        if wanted is not None and float(wanted) > NEWEST_REVISION:
            raise Refused(Refusal.API_VERSION_NOT_SUPPORTED)
    except ValueError:
        return
