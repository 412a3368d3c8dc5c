"""Presence subscriptions: asking for news about people for a while (BEHAVIOUR 7.4)."""

from __future__ import annotations

from sys import intern
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.subscriptions import Subscription
from openucwa.domain.users import unsubscribe
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Event,
    Link,
    Representation,
    Scope,
    delete,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE, KNOWN_PERSON
from openucwa.resources.people import contacts_at
from openucwa.resources.watching import follow, leave, members_of, subscription_named, watch

MAX_URIS = 1000
"""So many addresses may come in one request, whatever the limit of a subscription is."""

Uris = Annotated[list[str], Meta(min_length=1, max_length=MAX_URIS)]


def addresses_of(name: str, uris: list[str]) -> list[str]:
    """Return the canonical addresses of SIP URIs, each once. Raises ``Refused`` for others."""
    found = {uri: address_of(uri) for uri in uris}
    for uri, address in found.items():
        if address is None:
            raise bad_parameter(name, f"SIP addresses like sip:user@domain, not {uri[:100]!r}")
    return list(dict.fromkeys(intern(address) for address in found.values() if address))


class SubscribeInput(Struct, rename="camel"):
    """Whom to watch, or which group, for how many minutes."""

    duration: int
    uris: Uris | None = None
    group_id: Annotated[str, Meta(max_length=256)] | None = None


class SubscribeToGroupInput(Struct, rename="camel"):
    """Which group to watch, for how many minutes."""

    duration: int
    group_id: Annotated[str, Meta(max_length=256)]


@resource(
    "subscribeToGroupPresence",
    at="people/presenceSubscriptions",
    answered_by="presenceSubscriptions",
    scopes=(Scope.CONTACTS,),
    requires=(KNOWN_PERSON,),
)
class SubscribeToGroupPresence(Capability):
    """Watches everybody in a group with one call."""

    @staticmethod
    @post(201)
    async def subscribe(call: Call, given: SubscribeToGroupInput) -> PresenceSubscription:
        """Watch a group, or watch it for longer, with whom the directory has in it now (R7.30).

        Raises ``Refused``: Forbidden without the scope, NotFound, LimitExceeded.
        """
        reason = SubscribeToGroupPresence.spec.refusal(call)
        if reason is not None:
            raise Refused(Refusal(reason))
        identifier, lasting = given.group_id, Subscription.lasting(given.duration)
        before = await call.services.contacts.contacts(call.user.address)
        members = await members_of(call, identifier, call.rules.contacts_per_subscription)
        found = call.application.subscriptions.get(identifier)
        subscription = found or Subscription(call.now + lasting, id=identifier, group=True)
        await watch(call, subscription, members)
        if found is not None:
            found.extend(given.duration, call.now)
            call.tell(leave(call.application, found, {*found.members}.difference(members)))
        # Who came and went while they were looked up is not forgotten.
        after = await call.services.contacts.contacts(call.user.address)
        call.tell(follow(call.services, call.user, before, after, {}))
        return PresenceSubscription.of(subscription)


@resource(
    "presenceSubscriptions",
    at="people/presenceSubscriptions",
    also=("presenceSubscriptions",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class PresenceSubscriptions(Representation):
    """The application's presence subscriptions."""

    links = (Embed("presenceSubscription", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> PresenceSubscriptions:
        every = [PresenceSubscription.of(one) for one in call.application.subscriptions.values()]
        return PresenceSubscriptions(_embedded={"presenceSubscription": every})

    @staticmethod
    @post(201)
    async def subscribe(call: Call, given: SubscribeInput) -> PresenceSubscription:
        if given.group_id is not None:
            group = SubscribeToGroupInput(given.duration, given.group_id)
            return await SubscribeToGroupPresence.subscribe(call, group)
        addresses = addresses_of("uris", given.uris or [])
        if not addresses:
            raise bad_parameter("uris", "the SIP addresses of those to watch")
        expires = call.now + Subscription.lasting(given.duration)
        subscription = Subscription(expires, id=call.services.identifier(32))
        await watch(call, subscription, addresses)
        return PresenceSubscription.of(subscription)


class ExtendInput(Struct, rename="camel"):
    """By how many minutes to extend."""

    duration: int


@resource(
    "presenceSubscription",
    at="people/presenceSubscriptions/{subscription}",
    scopes=(Scope.USER,),
    requires=(KNOWN_PERSON,),
    events=(
        Event("added", "people"),
        Event("updated", "people", embed=True),
        Event("deleted", "people"),
    ),
)
class PresenceSubscription(Representation):
    """One lease on news about some people."""

    links = (
        Link(
            "memberships",
            to="presenceSubscriptionMemberships",
            query="presenceSubscriptionId={subscription_query}",
        ),
        Link(
            "addToPresenceSubscription",
            to="presenceSubscriptionMemberships",
            query="presenceSubscriptionId={subscription_query}",
        ),
    )

    id: str

    @staticmethod
    def of(subscription: Subscription) -> PresenceSubscription:
        """Show a subscription."""
        return PresenceSubscription(
            id=subscription.id,
            _at={
                "subscription": subscription.id,
                "subscription_query": escape_query(subscription.id),
            },
            _without=("addToPresenceSubscription",) if subscription.group else UNSET,
        )

    @staticmethod
    @get()
    def show(call: Call) -> PresenceSubscription:
        return PresenceSubscription.of(subscription_named(call, call.params["subscription"]))

    @staticmethod
    @post(200)
    def extend(call: Call, given: ExtendInput) -> PresenceSubscription:
        """Add to the remaining time (R7.34, R16.3)."""
        subscription = subscription_named(call, call.params["subscription"])
        subscription.extend(given.duration, call.now)
        call.changed = True
        return PresenceSubscription.of(subscription)

    @staticmethod
    @delete()
    def cancel(call: Call) -> None:
        subscription = subscription_named(call, call.params["subscription"])
        call.notices += unsubscribe(call.application, subscription.id)
        call.changed = True


class MembershipsInput(Struct, rename="camel"):
    """Which subscription's members to see."""

    presence_subscription_id: str | None = None


class AddInput(Struct, rename="camel"):
    """Whom to add to which subscription."""

    contact_uris: Uris
    presence_subscription_id: str


@resource(
    "presenceSubscriptionMemberships",
    at="people/presenceSubscriptionMemberships",
    also=("presenceSubscriptionMemberships",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class PresenceSubscriptionMemberships(Representation):
    """Who is in which subscription."""

    links = (Embed("presenceSubscriptionMembership", many=True),)

    @staticmethod
    def of(call: Call, identifier: str | None) -> PresenceSubscriptionMemberships:
        """Show the members of one subscription, or of all."""
        some = [subscription_named(call, identifier)] if identifier else None
        members = [
            PresenceSubscriptionMembership.of(subscription.id, address)
            for subscription in some or call.application.subscriptions.values()
            for address in subscription.members
        ]
        return PresenceSubscriptionMemberships(
            _query=f"presenceSubscriptionId={identifier}" if identifier else UNSET,
            _embedded={"presenceSubscriptionMembership": members},
        )

    @staticmethod
    @get()
    def show(call: Call, given: MembershipsInput) -> PresenceSubscriptionMemberships:
        return PresenceSubscriptionMemberships.of(call, given.presence_subscription_id)

    @staticmethod
    @post(201)
    async def add(call: Call, given: AddInput) -> PresenceSubscriptionMemberships:
        subscription = subscription_named(call, given.presence_subscription_id)
        if subscription.group:
            raise Refused(Refusal.FORBIDDEN, "Who is in the group is watched, and nobody else.")
        await watch(call, subscription, addresses_of("contactUris", given.contact_uris))
        return PresenceSubscriptionMemberships.of(call, subscription.id)


@resource(
    "presenceSubscriptionMembership",
    at="people/presenceSubscriptionMemberships/{membership}",
    also=("presenceSubscriptionMemberships/{membership}",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class PresenceSubscriptionMembership(Representation):
    """One person in one subscription; its id is ``subscription,address`` (R7.38)."""

    links = (Link("contact"), Link("presenceSubscription"))

    @staticmethod
    def of(identifier: str, address: str) -> PresenceSubscriptionMembership:
        """Show a membership."""
        at = {
            "membership": f"{identifier},{address}",
            "person": address,
            "subscription": identifier,
        }
        return PresenceSubscriptionMembership(_at=at)

    @staticmethod
    def find(call: Call) -> tuple[Subscription, str]:
        """Return the subscription and the address in the path. Raises ``Refused``: NotFound."""
        identifier, _, uri = call.params["membership"].partition(",")
        subscription = subscription_named(call, identifier)
        address = address_of(uri)
        if address is None or address not in subscription.members:
            raise Refused(Refusal.NOT_FOUND, "This person is not in the subscription.")
        return subscription, address

    @staticmethod
    @get()
    def show(call: Call) -> PresenceSubscriptionMembership:
        subscription, address = PresenceSubscriptionMembership.find(call)
        return PresenceSubscriptionMembership.of(subscription.id, address)

    @staticmethod
    @delete()
    def remove(call: Call) -> None:
        subscription, address = PresenceSubscriptionMembership.find(call)
        call.tell(leave(call.application, subscription, [address]))


@resource(
    "subscribedContacts",
    at="people/subscribedContacts",
    also=("subscribedContacts",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class SubscribedContacts(Representation):
    """Everyone the application watches."""

    links = (Embed("contact", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> SubscribedContacts:
        contacts = await contacts_at(call, sorted(call.application.watched()))
        return SubscribedContacts(_embedded={"contact": contacts})
