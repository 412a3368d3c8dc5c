"""Listening to changes of one's own contacts and groups, never to presence (BEHAVIOUR 7.5)."""

from __future__ import annotations

import enum

from msgspec import Struct

from openucwa.domain.subscriptions import Listening
from openucwa.hyper.declare import (
    Capability,
    Event,
    Link,
    Representation,
    Result,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.people import CONTACTS

HERE = "people/contactsAndGroupsSubscription"
ALIAS = "people/myContactsAndGroupsSubscription"


class SubscriptionState(enum.StrEnum):
    """Whether changes are told (SubscriptionState)."""

    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


@resource(
    "myContactsAndGroupsSubscription",
    at=HERE,
    also=(ALIAS,),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=(Event("updated", "people"),),
)
class MyContactsAndGroupsSubscription(Representation):
    """The application's lease on news of the user's contacts and groups."""

    links = (
        Link("startOrRefreshSubscriptionToContactsAndGroups"),
        Link("stopSubscriptionToContactsAndGroups"),
    )

    state: SubscriptionState

    @staticmethod
    @get()
    def show(call: Call) -> MyContactsAndGroupsSubscription:
        listening = call.application.listening is not None
        state = SubscriptionState.CONNECTED if listening else SubscriptionState.DISCONNECTED
        return MyContactsAndGroupsSubscription(state=state)


class StartInput(Struct, rename="camel"):
    """For how many minutes; what is out of range is brought into it."""

    duration: int


@resource(
    "startOrRefreshSubscriptionToContactsAndGroups",
    at=f"{HERE}/startOrRefreshSubscriptionToContactsAndGroups",
    also=(f"{ALIAS}/startOrRefreshSubscriptionToContactsAndGroups",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class StartOrRefresh(Capability):
    """Begins to listen, or goes on for longer (R7.44)."""

    @staticmethod
    @post(201)
    async def start(call: Call, given: StartInput) -> Result:
        lasting = Listening.lasting(given.duration)
        # What is known of the list now is what later changes from outside are compared with.
        await call.services.contacts.contacts(call.user.address)
        app = call.application
        status = 201 if app.listening is None else 200
        if app.listening is None:
            app.listening = Listening(call.now + lasting)
        else:
            app.listening.extend(given.duration, call.now)
        call.changed = True
        return Result(status, MyContactsAndGroupsSubscription.show(call))


@resource(
    "stopSubscriptionToContactsAndGroups",
    at=f"{HERE}/stopSubscriptionToContactsAndGroups",
    also=(f"{ALIAS}/stopSubscriptionToContactsAndGroups",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class Stop(Capability):
    """Stops listening."""

    @staticmethod
    @post()
    def stop(call: Call) -> None:
        call.application.listening = None
        call.changed = True
