"""What people are allowed, as administrators say it: for everybody, and for one person."""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.ports import EVERYBODY
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import ADMIN, Embed, Link, Representation, delete, get, post, resource
from openucwa.resources import policies
from openucwa.resources.admin_people import ONE as PERSON
from openucwa.resources.administration import ONLY, acting, address_in_path
from openucwa.resources.call import Call


class PolicyInput(Struct, rename="camel"):
    """What a policy is to be."""

    value: Annotated[str, Meta(max_length=100)]


class Ruled(Representation, kw_only=True):
    """What all policies show: the ``value`` in force, and whether it was ``given`` here.

    ``allowed`` has the values that it may have, unless it is a text or a number; ``otherwise`` is
    what would be in force if nothing was given here.
    """

    name: str
    value: str | UnsetType = UNSET
    given: bool
    otherwise: str | UnsetType = UNSET
    kind: str
    allowed: list[str]


Policy = TypeVar("Policy", bound=Ruled)


@resource("adminPolicies", at=f"{ADMIN}/policies", requires=ONLY)
class AdminPolicies(Representation):
    """What holds for everybody."""

    links = (Link("administration"), Embed("adminPolicy", many=True))

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPolicies:
        return AdminPolicies(_embedded={"adminPolicy": await _ruled(call, AdminPolicy, EVERYBODY)})


@resource("adminPolicy", at=f"{ADMIN}/policies/{{policy}}", requires=ONLY)
class AdminPolicy(Ruled):
    """What holds for everybody of whom nothing else is said."""

    links = (Link("adminPolicies"),)

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPolicy:
        return (await _ruled(call, AdminPolicy, EVERYBODY, _name(call)))[0]

    @staticmethod
    @post(200)
    async def set(call: Call, given: PolicyInput) -> AdminPolicy:
        """Give a policy a value."""
        await _set(call, EVERYBODY, given.value)
        return await AdminPolicy.show(call)

    @staticmethod
    @delete()
    async def reset(call: Call) -> None:
        """Let a policy be what it is by default."""
        await _unset(call, EVERYBODY)


@resource("adminPersonPolicies", at=f"{PERSON}/policies", requires=ONLY)
class AdminPersonPolicies(Representation):
    """What holds for one person."""

    links = (Link("adminPerson"), Embed("adminPersonPolicy", many=True))

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPersonPolicies:
        found = await _ruled(call, AdminPersonPolicy, await _person(call))
        return AdminPersonPolicies(_embedded={"adminPersonPolicy": found})


@resource("adminPersonPolicy", at=f"{PERSON}/policies/{{policy}}", requires=ONLY)
class AdminPersonPolicy(Ruled):
    """What holds for one person, whatever holds for others."""

    links = (Link("adminPersonPolicies"),)

    @staticmethod
    @get()
    async def show(call: Call) -> AdminPersonPolicy:
        return (await _ruled(call, AdminPersonPolicy, await _person(call), _name(call)))[0]

    @staticmethod
    @post(200)
    async def set(call: Call, given: PolicyInput) -> AdminPersonPolicy:
        """Give a policy a value."""
        await _set(call, await _person(call), given.value)
        return await AdminPersonPolicy.show(call)

    @staticmethod
    @delete()
    async def reset(call: Call) -> None:
        """Let a policy be what it is for everybody."""
        await _unset(call, await _person(call))


async def _ruled(call: Call, kind: type[Policy], holder: str, only: str = "") -> list[Policy]:
    """Return how policies are for a holder, or one of them."""
    everything = await call.services.administration.look.policies.everything()
    above = dict(policies.DEFAULTS)
    if holder != EVERYBODY:
        above |= everything.get(EVERYBODY, {})
    own = everything.get(holder, {})
    person = {} if holder == EVERYBODY else {"person": holder}
    return [
        kind(
            name=name,
            value=own.get(name, above.get(name, UNSET)),
            given=name in own,
            otherwise=above.get(name, UNSET),
            kind=policies.kind_of(name),
            allowed=list(policies.SWITCH) if policies.kind_of(name) == "Switch" else [],
            _at={"policy": name, **person},
        )
        for name in ([only] if only else policies.NAMES)
    ]


async def _set(call: Call, holder: str, value: str) -> None:
    name = _name(call)
    try:
        spelled = policies.valued(name, value)
    except ValueError as error:
        raise bad_parameter("value", str(error)) from None
    async with acting(call, "policy.set", _about(holder), f"{name} {spelled}") as hand:
        await hand.policies.set(holder, name, spelled)


async def _unset(call: Call, holder: str) -> None:
    name, admin = _name(call), call.services.administration
    if name in (await admin.look.policies.everything()).get(holder, {}):
        async with acting(call, "policy.reset", _about(holder), name) as hand:
            await hand.policies.unset(holder, name)


def _about(holder: str) -> str:
    return "everybody" if holder == EVERYBODY else holder


def _name(call: Call) -> str:
    """Return the policy in the path as it is spelled. Raises ``Refused``: NotFound."""
    name = policies.SPELLED.get(call.params["policy"].lower())
    if name is None:
        raise Refused(Refusal.NOT_FOUND, "There is no such policy.")
    return name


async def _person(call: Call) -> str:
    """Return the address of the person in the path. Raises ``Refused``: NotFound."""
    address = address_in_path(call, "person")
    if await call.services.administration.look.directory.person(address) is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody has this address.")
    return address
