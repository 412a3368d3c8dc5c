"""Webhooks as administrators register them. Their secrets are shown once."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.destinations import LONGEST
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.webhooks import Webhook, host_of
from openucwa.hyper.declare import ADMIN, Embed, Link, Representation, delete, get, post, resource
from openucwa.resources.administration import ONLY, Address, acting
from openucwa.resources.call import Call

WEBHOOKS = f"{ADMIN}/webhooks"

MOST = 500
"""So many may be registered by this way."""


class WebhookInput(Struct, rename="camel"):
    """Where changes of presence are to go, and whose: everybody's, or some people's and groups'."""

    url: Annotated[str, Meta(max_length=LONGEST)]
    everybody: bool = False
    subjects: Annotated[list[Address], Meta(max_length=1000)] | None = None


@resource("adminWebhooks", at=WEBHOOKS, requires=ONLY)
class AdminWebhooks(Representation):
    """All webhooks by id."""

    links = (Link("administration"), Embed("adminWebhook", many=True))

    @staticmethod
    @get()
    async def show(call: Call) -> AdminWebhooks:
        found = await call.services.administration.look.webhooks.webhooks()
        return AdminWebhooks(_embedded={"adminWebhook": list(map(AdminWebhook.of, found))})

    @staticmethod
    @post(201)
    async def create(call: Call, given: WebhookInput) -> AdminWebhook:
        """Register a webhook; the secret is shown this once."""
        admin, subjects = call.services.administration, given.subjects or []
        try:
            admin.check_url(given.url)
        except ValueError as error:
            raise bad_parameter("url", str(error)) from None
        named = [address_of(one) or "" for one in subjects]
        if bool(named) == given.everybody:
            raise bad_parameter("subjects", "Name people and groups, or say everybody.")
        if len(await admin.look.webhooks.webhooks()) >= MOST:
            raise Refused(Refusal.LIMIT_EXCEEDED)
        whom = ("everybody",) if given.everybody else tuple(named[:_FEW])
        async with acting(call, "webhook.add", host_of(given.url), *whom) as hand:
            try:
                made = await hand.webhooks.add_webhook(given.url, named, everybody=given.everybody)
            except KeyError as error:
                unknown = subjects[named.index(error.args[0])]
                text = f"Nobody has the address {unknown}."
                raise bad_parameter("subjects", text) from None
        call.headers.append((b"Cache-Control", b"no-store"))
        return AdminWebhook.of(made, made.secret)


_FEW = 10
"""So many are named in the audit log."""


@resource("adminWebhook", at=f"{WEBHOOKS}/{{webhook}}", requires=ONLY)
class AdminWebhook(Representation, kw_only=True):
    """Where changes of presence go, and whose. The ``secret`` is shown once, to who made it."""

    links = (Link("adminWebhooks"),)

    id: str
    url: str
    everybody: bool
    subjects: list[str]
    secret: str | UnsetType = UNSET

    @classmethod
    def of(cls, one: Webhook, secret: str = "") -> AdminWebhook:
        """Show a webhook."""
        return cls(
            id=one.id,
            url=one.url,
            everybody=one.everybody,
            subjects=list(one.subjects),
            secret=secret or UNSET,
            _at={"webhook": one.id},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> AdminWebhook:
        return AdminWebhook.of(await _webhook(call))

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        """Push there no longer."""
        one = await _webhook(call)
        async with acting(call, "webhook.remove", host_of(one.url), one.id) as hand:
            await hand.webhooks.remove(one)


async def _webhook(call: Call) -> Webhook:
    for one in await call.services.administration.look.webhooks.webhooks():
        if one.id == call.params["webhook"]:
            return one
    raise Refused(Refusal.NOT_FOUND, "There is no such webhook.")
