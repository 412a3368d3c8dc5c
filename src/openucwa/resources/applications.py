"""Applications: created, opened again, looked at and deleted (BEHAVIOUR 2)."""

from __future__ import annotations

from sys import intern
from typing import Annotated, Literal
from urllib.parse import quote

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain import applications as domain
from openucwa.domain.channel import Channel
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import end
from openucwa.hyper.catalogue import APPLICATIONS
from openucwa.hyper.declare import (
    Embed,
    Link,
    Representation,
    Result,
    delete,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call, named_instance
from openucwa.resources.communication import Communication
from openucwa.resources.conditions import ANY_SCOPE, GUEST
from openucwa.resources.events import events_query
from openucwa.resources.me import Me
from openucwa.resources.meetings import OnlineMeetings
from openucwa.resources.people import People

COOKIE = "cwt_ucwa"
"""The cookie that lets pages show photos (R2.31)."""

MOST_INSTANCES = 250
"""So many tabs may share an application: more than anybody opens."""

Name = Annotated[str, Meta(min_length=1, max_length=100)]


class ApplicationInput(Struct, rename="camel"):
    """What a client says of itself."""

    culture: Name
    endpoint_id: Name
    user_agent: Name
    instance_id: Annotated[str, Meta(max_length=100)] | None = None
    type: Literal["Browser"] | None = None


def application_id(call: Call) -> str:
    """Return a new application's id: twelve decimal digits (R1.12)."""
    return str(int(call.services.identifier(16), 16) % (9 * 10**11) + 10**11)


@resource("applications", at=APPLICATIONS, also=("/ucwa/v1/applications",), revision=2)
class Applications(Representation):
    """Where a client creates its application."""

    @staticmethod
    @post(201)
    async def create(call: Call, given: ApplicationInput) -> Result:
        """Create an application, or open the same one again (R2.1-R2.4, R2.8, R2.15)."""
        user, rules = call.user, call.rules
        key = domain.Key(
            given.endpoint_id, intern(given.culture), intern(given.user_agent), given.type or ""
        )
        instance = given.instance_id or ""
        channel = Channel(call.services.identifier(8), rules.low, rules.medium, rules.timeout)
        found = next((app for app in user.applications.values() if app.key == key), None)
        if found is not None:
            if instance not in found.channels:
                found.forget_away(call.now, rules.terms)
                if len(found.channels) >= MOST_INSTANCES:
                    raise Refused(Refusal.TOO_MANY_APPLICATIONS)
            new = found.reopen(instance, channel)
        else:
            if len(user.applications) >= rules.applications_per_user:
                raise Refused(Refusal.TOO_MANY_APPLICATIONS)
            identifier = application_id(call)
            found = domain.Application(identifier, key, call.now, call.now, {instance: channel})
            user.applications[identifier] = found
            new = True
        found.last_request = call.now
        call.application, call.instance, call.changed = found, instance, True
        return Result(201 if new else 200, await Application.show(call))


class AnonApplicationInput(Struct, rename="camel"):
    """What a guest's client says of itself."""

    culture: Name
    user_agent: Name


@resource(
    "anonApplications",
    at="/ucwa/oauth/v1/anonApplications",
    also=("/ucwa/v1/anonApplications",),
    requires=(GUEST,),
)
class AnonApplications(Representation):
    """Where a guest's client may create its application, too; each time another one."""

    @staticmethod
    @post(201)
    async def create(call: Call, given: AnonApplicationInput) -> Result:
        """Create an application."""
        endpoint = call.services.identifier(32)
        return await Applications.create(
            call, ApplicationInput(given.culture, endpoint, given.user_agent)
        )


@resource("application", at="", scopes=ANY_SCOPE, etag=True)
class Application(Representation, kw_only=True):
    """One client of the user, with everything it may do next."""

    links = (
        Link("policies"),
        Link("batch"),
        Link("events", query="{package}"),
        Link("reportMyNetwork"),
        Embed("me"),
        Embed("people"),
        Embed("onlineMeetings"),
        Embed("communication"),
    )

    culture: str
    user_agent: str
    type: str | UnsetType = UNSET
    id: str
    endpoint_id: str
    instance_id: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> Application:
        """Show the application with its dashboards, and renew the photo cookie (R2.5, R2.31)."""
        me = await Me.show(call)
        app, instance = call.application, call.instance
        path = f"{APPLICATIONS}/{app.id}"
        cookie = (
            f"{COOKIE}={quote(call.token)}; path={path}/photos; Secure; HttpOnly; SameSite=None"
        )
        call.headers += [
            (b"Set-Cookie", cookie.encode()),
            (b"P3P", b'CP="IDC CUR ADMa OUR BUS"'),
        ]
        package = events_query(call.channel, call.channel.number, instance)
        return Application(
            culture=app.key.culture,
            user_agent=app.key.user_agent,
            type=app.key.type or UNSET,
            id=app.id,
            endpoint_id=app.key.endpoint_id,
            instance_id=instance or UNSET,
            _at={"application": app.id, "package": package},
            _query=f"instanceId={quote(instance, safe='')}" if instance else UNSET,
            _embedded={
                "me": me,
                "people": People.show(call),
                "onlineMeetings": await OnlineMeetings.show(call),
                "communication": Communication.show(call),
            },
        )

    @staticmethod
    @delete()
    def close(call: Call) -> None:
        """End the application or, if it has others, the instance alone that is meant (R2.24)."""
        app = call.application
        meant = named_instance(call.query) is not None or not call.instance
        if meant and len(app.channels) > 1:
            del app.channels[call.instance]
        else:
            end(call.user, app)
        call.changed = True
