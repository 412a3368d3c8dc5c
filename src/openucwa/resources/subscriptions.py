"""Presence subscriptions: asking for news about people for a while (BEHAVIOUR 7.4)."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.subscriptions import Subscription, lease
from openucwa.domain.users import unsubscribe
from openucwa.hyper.declare import (
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
from openucwa.resources.people import Contact, contacts_of

MAX_URIS = 1000
"""So many addresses may come in one request, whatever the limit of a subscription is."""

Uris = Annotated[list[str], Meta(min_length=1, max_length=MAX_URIS)]


def addresses_of(name: str, uris: list[str]) -> list[str]:
    """Return the canonical addresses of SIP URIs, each once. Raises ``Refused`` for others."""
    found = {uri: address_of(uri) for uri in uris}
    for uri, address in found.items():
        if address is None:
            raise bad_parameter(name, f"SIP addresses like sip:user@domain, not {uri[:100]!r}")
    return list(dict.fromkeys(address for address in found.values() if address))


def subscription_named(call: Call, identifier: str) -> Subscription:
    """Return one of the application's subscriptions. Raises ``Refused``: NotFound (R16.14)."""
    found = call.application.subscriptions.get(identifier)
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "This subscription has ended; subscribe again.")
    return found


async def watch(call: Call, subscription: Subscription, addresses: list[str]) -> None:
    """Add people to a subscription and tell what there is to know of them (R7.31, R7.37).

    Whoever is watched already causes no events again (R7.36).
    """
    app, rules = call.application, call.rules
    first = subscription.id not in app.subscriptions
    people = {address: await call.services.live.peek(address) for address in addresses}
    if len(subscription.members.keys() | people.keys()) > rules.contacts_per_subscription:
        raise Refused(Refusal.LIMIT_EXCEEDED, "This subscription has too many contacts.")
    if not first:
        subscription_named(call, subscription.id)  # it may have ended while we looked people up
    known = app.watched()
    if first and len(app.subscriptions) >= rules.subscriptions_per_application:
        raise Refused(Refusal.LIMIT_EXCEEDED, "This application has too many subscriptions.")
    app.subscriptions[subscription.id] = subscription
    subscription.members.update(dict.fromkeys(people))
    new = [address for address in people if address not in known]
    for address in new:
        call.notify("contact", "added", "subscribedContacts", person=address)
    if first:
        call.notify("presenceSubscription", "added", subscription=subscription.id)
    for address in new:
        person = people[address]
        call.notify("contactPresence", person=address)
        if person.standing.note is not None:
            call.notify("contactNote", person=address)
        if person.standing.location is not None:
            call.notify("contactLocation", person=address)
        if person.modalities():
            call.notify("contactSupportedModalities", person=address)
    call.changed = True


class SubscribeInput(Struct, rename="camel"):
    """Whom to watch, for how many minutes."""

    duration: int
    uris: Uris


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
        addresses = addresses_of("uris", given.uris)
        expires = call.now + lease(given.duration)
        subscription = Subscription(call.services.identifier(32), expires)
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
            query="presenceSubscriptionId={subscription}",
        ),
        Link(
            "addToPresenceSubscription",
            to="presenceSubscriptionMemberships",
            query="presenceSubscriptionId={subscription}",
        ),
    )

    id: str

    @staticmethod
    def of(subscription: Subscription) -> PresenceSubscription:
        """Show a subscription."""
        return PresenceSubscription(id=subscription.id, _at={"subscription": subscription.id})

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
        del subscription.members[address]
        if address not in call.application.watched():
            call.notify("contact", "deleted", "subscribedContacts", person=address)
        call.changed = True


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
        addresses = sorted(call.application.watched())
        cards = await call.services.directory.people(addresses)
        known = dict(zip(cards, await contacts_of(call, cards.values()), strict=True))
        contacts = [known.get(address) or Contact.stranger(address) for address in addresses]
        return SubscribedContacts(_embedded={"contact": contacts})
