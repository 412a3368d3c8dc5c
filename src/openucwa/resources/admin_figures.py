"""How much goes on: now, since the start, and in short intervals of the last hour, for plots."""

from __future__ import annotations

from functools import reduce
from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.administration import Figures, Question
from openucwa.domain.samples import EVERY, KEPT, percentile, together
from openucwa.hyper.declare import ADMIN, Link, Representation, get, resource
from openucwa.hyper.values import Date
from openucwa.resources.administration import ONLY
from openucwa.resources.call import Call

Series = list[float | None]
"""A number for each interval; None where nothing is known."""


@resource("adminFigures", at=f"{ADMIN}/figures", requires=ONLY)
class AdminFigures(Representation, kw_only=True):
    """Numbers over all ``nodes`` but those that are ``silent``.

    From ``requests`` on they count since the start of each node, the first of them at ``since``.
    """

    links = (Link("administration"), Link("adminSamples"))

    time: Date
    since: Date
    signed_in: int
    applications: int
    available: int
    parked_polls: int
    conversations: int
    requests: int
    sign_ins: int
    transitions: int
    messages: int
    deliveries: int
    sessions_ended: int
    dropped_queues: int
    nodes: list[str]
    silent: list[str]

    @staticmethod
    @get()
    async def show(call: Call) -> AdminFigures:
        found, silent = await call.services.administration.overview.ask(Question("figures"))
        all_ = reduce(Figures.added, (one.figures for one in found.values()))
        return AdminFigures(
            time=Date(call.now),
            since=Date(all_.since),
            signed_in=all_.signed_in,
            applications=all_.applications,
            available=all_.available,
            parked_polls=all_.parked,
            conversations=all_.conversations,
            requests=all_.requests,
            sign_ins=all_.sign_ins,
            transitions=all_.transitions,
            messages=all_.messages,
            deliveries=all_.deliveries,
            sessions_ended=all_.ended,
            dropped_queues=all_.dropped,
            nodes=sorted(found),
            silent=sorted(silent),
        )


class SamplesInput(Struct, rename="camel"):
    """How many intervals, the latest ones."""

    limit: Annotated[int, Meta(ge=1, le=KEPT)] = KEPT


@resource("adminSamples", at=f"{ADMIN}/samples", requires=ONLY)
class AdminSamples(Representation, kw_only=True):
    """The latest intervals, each of so many seconds, the first of which begins at ``start``.

    Rates are by the second; latencies, in seconds, are those of half of the deliveries and of 99
    in 100 at most.
    """

    links = (Link("administration"), Link("adminFigures"))

    start: Date
    interval: float
    signed_in: Series
    available: Series
    parked_polls: Series
    transitions: Series
    deliveries: Series
    requests: Series
    messages: Series
    latency50: Series
    latency99: Series
    nodes: list[str]
    silent: list[str]

    @staticmethod
    @get()
    async def show(call: Call, given: SamplesInput) -> AdminSamples:
        """Show the latest intervals, up to the last one that any node knows."""
        question = Question("samples", given.limit)
        found, silent = await call.services.administration.overview.ask(question)
        samples = together(one.samples for one in found.values())
        last = max(samples, default=int(call.now // EVERY) - 1)
        first = max(min(samples, default=last + 1), last + 1 - given.limit)
        shown = [samples.get(interval) for interval in range(first, last + 1)]

        def series(name: str) -> Series:
            return [one and round(getattr(one, name), 3) for one in shown]

        def latency(part: float) -> Series:
            found = (one and percentile(one.latencies, part) for one in shown)
            return [None if one is None else round(one, 3) for one in found]

        return AdminSamples(
            start=Date(first * EVERY),
            interval=EVERY,
            signed_in=series("signed_in"),
            available=series("available"),
            parked_polls=series("parked"),
            transitions=series("transitions"),
            deliveries=series("deliveries"),
            requests=series("requests"),
            messages=series("messages"),
            latency50=latency(0.5),
            latency99=latency(0.99),
            nodes=sorted(found),
            silent=sorted(silent),
        )
