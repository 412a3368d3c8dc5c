"""The parts of docs/presence.md that say what the code does: computed by asking it.

Nothing here knows a rule of presence or privacy. What is asked are ``Endpoint``, ``aggregate``,
``presence_seen``, ``card_seen`` and ``VIEWS``, and the default timeouts.
"""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

from markdown_parts import table
from openucwa.domain.people import Level, Person
from openucwa.domain.presence import (
    ACTIVITY_OF,
    CLAIM_HOURS,
    OFFLINE,
    Aggregate,
    Availability,
    Claim,
    Endpoint,
    Machine,
    Preferred,
    aggregate,
    manual_claim,
)
from openucwa.domain.privacy import VIEWS, View, card_seen, presence_seen
from openucwa.settings import Presence

NOW = 1_790_000_000.0
DEFAULTS = Presence()
CHOICES = (None, *Preferred)
AUTOMATIC = {
    "none": None,
    "later Busy": Claim(Preferred.BUSY, NOW + 1),
    "earlier Busy": Claim(Preferred.BUSY, NOW - 1),
    "later DoNotDisturb": Claim(Preferred.DO_NOT_DISTURB, NOW + 1),
    "earlier DoNotDisturb": Claim(Preferred.DO_NOT_DISTURB, NOW - 1),
}
"""What a source may claim beside a choice that is made at ``NOW``."""

FACETS = {
    "availability": "availability",
    "detail": "activity, device and last activity",
    "card": "of the card",
    "note": "note",
    "location": "location",
    "modalities": "ways to reach her",
    "photo": "photo",
    "titles": "titles of her meetings",
    "interrupts": "may interrupt DoNotDisturb",
    "calls": "may call",
}
CARD = Person(*[("x",) if field.name == "emails" else "x" for field in fields(Person)])
CARD_WORDS = {"uri": "address", "emails": "e-mail addresses"}


def parts() -> dict[str, list[str]]:
    """Return the lines of all parts."""
    return {
        "states": states(),
        "timeouts": timeouts(),
        "choices": choices(),
        "sources": table(("source", "activity"), ACTIVITY_OF.items()),
        "aggregate": together(),
        "levels": levels(),
        "seen": seen_by_levels(),
    }


def endpoint(idle: float = 0.0) -> Endpoint:
    """Return an endpoint that was last active so many seconds ago."""
    return Endpoint(NOW - idle, DEFAULTS.inactive_timeout, DEFAULTS.away_timeout)


def fading() -> dict[Machine, float]:
    """Return the states of an endpoint without reports, and after how many seconds each begins."""
    found, when, one = dict[Machine, float](), NOW, endpoint()
    while when is not None:
        found[one.state(when)] = when - NOW
        when = one.next_change(when)
    return found


def clock(seconds: float) -> str:
    """Write a span as minutes and seconds."""
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"


def states() -> list[str]:
    """Draw an endpoint's states."""
    known = fading()
    lines = [
        f"{one.name} --> {other.name}: {known[other] / 60:g} minutes without activity"
        for one, other in pairwise(known)
    ]
    for state, idle in known.items():
        woken = endpoint(idle)
        if woken.report(NOW):
            lines.append(f"{state.name} --> {woken.state(NOW).name}: activity")
    lines += [f"{state.name} --> [*]: the application ends" for state in known]
    first = f"[*] --> {endpoint().state(NOW).name}: makeMeAvailable"
    return [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {line}" for line in (first, *lines)),
        "```",
        "",
    ]


def timeouts() -> list[str]:
    """Tell the state at the beginning and at the end of each span."""
    starts = list(fading().values())
    moments = sorted({*starts, *(start - 1 for start in starts[1:])})
    rows = [
        (clock(idle), endpoint(idle).state(NOW).name, seen(None, None, idle)) for idle in moments
    ]
    return table(("since the last activity", "state", "shown without a choice"), rows)


def choices() -> list[str]:
    """Tell what each choice is shown as while its person is active, and when it ends."""
    rows = []
    for choice in Preferred:
        claim = manual_claim(choice, NOW)
        shown = aggregate(claim, {}, [endpoint()], NOW)
        timed = claim.expires is not None
        end = f"after {CLAIM_HOURS} hours, or when reset" if timed else "when reset"
        rows.append((choice, shown.availability, shown.activity or "", end))
    return table(("choice", "shown as", "activity", "ends"), rows)


def combined(choice: Preferred | None, automatic: Claim | None, idle: float) -> Aggregate:
    """Return what is shown a while after choice and claim; a source's activity is called so."""
    manual = choice and manual_claim(choice, NOW)
    found = set()
    for source, activity in ACTIVITY_OF.items():
        claims = {} if automatic is None else {source: automatic}
        shown = aggregate(manual, claims, [endpoint(idle)], NOW)
        same = shown.activity == activity
        found.add((shown.availability, "that of the source" if same else shown.activity))
    [(availability, activity)] = found  # or sources differ by more than that, and so must the table
    return Aggregate(availability, activity)


def seen(choice: Preferred | None, automatic: Claim | None, idle: float) -> Availability:
    """Return the availability alone."""
    return combined(choice, automatic, idle).availability


def together() -> list[str]:
    """Tell what comes of every choice with every claim in every state; equal rows are one."""
    rows = []
    for choice in CHOICES:
        found: dict[tuple[str, ...], list[str]] = {}
        for name, claim in AUTOMATIC.items():
            shown = [combined(choice, claim, idle) for idle in fading().values()]
            [activity] = {one.activity or "" for one in shown}
            alone = aggregate(choice and manual_claim(choice, NOW), {}, [], NOW)
            cells = (*(one.availability for one in (*shown, alone)), activity)
            found.setdefault(cells, []).append(name)
        for cells, names in found.items():
            claims = "any" if len(names) == len(AUTOMATIC) else ", ".join(names)
            rows.append((choice or "none", claims, *cells))
    states = [state.name for state in fading()]
    return table(("choice", "automatic claim", *states, "no endpoint", "activity"), rows)


def people() -> list[str]:
    """Return the heads of the columns of levels."""
    return ["oneself" if level is Level.UNKNOWN else level for level in VIEWS]


def levels() -> list[str]:
    """Tell what each level may see and do."""
    rows = []
    for facet in View._fields:
        may = ["yes" if getattr(view, facet) else "no" for view in VIEWS.values()]
        rows.append((FACETS[facet], *(map(card, VIEWS) if facet == "card" else may)))
    return table(("", *people()), rows)


def card(level: Level) -> str:
    """Name what a level sees of a card on which there is everything."""
    shown = card_seen(level, CARD)
    names = [field.name for field in fields(Person) if getattr(shown, field.name)]
    if len(names) == len(fields(Person)):
        return "everything"
    return ", ".join(CARD_WORDS.get(name, name) for name in names if name != "address")


def seen_by_levels() -> list[str]:
    """Tell what each level sees of everything that can be shown."""
    shown = {
        aggregate(choice and manual_claim(choice, NOW), claims, [endpoint(idle)], NOW)
        for choice in CHOICES
        for idle in fading().values()
        for claims in (
            {},
            *({source: claim} for source in ACTIVITY_OF for claim in AUTOMATIC.values() if claim),
        )
    }
    rows = sorted(
        (list(Availability).index(one.availability), words(one), one) for one in {*shown, OFFLINE}
    )
    return table(
        ("shown", *people()),
        ((text, *(words(presence_seen(level, one)) for level in VIEWS)) for _, text, one in rows),
    )


def words(shown: Aggregate) -> str:
    """Write availability and activity."""
    return ", ".join(filter(None, (shown.availability, shown.activity)))
