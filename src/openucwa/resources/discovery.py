"""Discovery: from a bare host name to the place where applications are created (BEHAVIOUR 1.1).

Whoever is served by another pool is shown the way to its root instead (R1.6). Clients follow a
``user`` for as long as they see one, so none is beside a ``redirect``.
"""

from __future__ import annotations

from openucwa.hyper.declare import Link, Representation, get, resource
from openucwa.resources.call import Call

NEVER_KEEP = [(b"Pragma", b"no-cache"), (b"Expires", b"-1")]
"""Discovery must not be cached on the way (R1.3)."""

ROOT = "/Autodiscover/AutodiscoverService.svc/root"


@resource("root", at=ROOT, also=("/",), public=True)
class Root(Representation):
    """The entry point: where to sign in."""

    links = (Link("redirect"), Link("user"), Link("xframe"))

    @staticmethod
    @get()
    async def show(call: Call) -> Root:
        pool = await _elsewhere(call)
        if pool:
            return Root(_without=("user",), _foreign={"redirect": pool + ROOT})
        return Root(_without=("redirect",))


@resource("user", at=f"{ROOT}/oauth/user", also=(f"{ROOT}/user",))
class User(Representation):
    """The signed-in user's way to his applications; the first place that asks for a token."""

    links = (Link("applications"), Link("redirect"), Link("xframe"))

    @staticmethod
    @get()
    async def show(call: Call) -> User:
        pool = await _elsewhere(call)
        if pool:
            return User(_without=("applications",), _foreign={"redirect": pool + ROOT})
        return User(_without=("redirect",))


@resource("redirect", at=f"{ROOT}/user/redirect")
class Redirect(Representation):
    """Where the signed-in user is served: links to that pool, be it this one or another."""

    links = (Link("user"), Link("xframe"))

    @staticmethod
    @get()
    async def show(call: Call) -> Redirect:
        call.origin = await _elsewhere(call) or call.origin
        return Redirect()


async def _elsewhere(call: Call) -> str:
    """Return the URL of the pool that serves the caller, empty if it is this one."""
    call.headers += NEVER_KEEP
    return await call.services.elsewhere(call.identity.address, call.now)
