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
    Aggregate,
    Availability,
    Claim,
    Endpoint,
    Machine,
    Preferred,
    Source,
    aggregate,
    manual_claim,
)
from openucwa.domain.privacy import VIEWS, View, card_seen, presence_seen
from openucwa.settings import Presence

NOW = 1_790_000_000.0
CHOSEN = NOW - 3600
DEFAULTS = Presence()
CHOICES = (None, *Preferred)
CLAIMS = {
    f"{when} {preferred}": Claim(preferred, since)
    for preferred in (Preferred.BUSY, Preferred.DO_NOT_DISTURB)
    for when, since in (("later", CHOSEN + 1), ("earlier", CHOSEN - 1))
}
"""What a source may claim after a choice and before it."""

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
    gone = endpoint()
    if gone.leave(NOW):
        lines.insert(1, f"{endpoint().state(NOW).name} --> {gone.state(NOW).name}: inactivity")
    lines += [f"{state.name} --> [*]: the application ends" for state in known]
    lines.insert(0, f"[*] --> {endpoint().state(NOW).name}: makeMeAvailable")
    return ["```mermaid", "stateDiagram-v2", *(f"    {line}" for line in lines), "```", ""]


def timeouts() -> list[str]:
    """Tell the state at the beginning and at the end of each span."""
    starts = list(fading().values())
    moments = sorted({*starts, *(start - 1 for start in starts[1:])})
    rows = [
        (clock(idle), endpoint(idle).state(NOW).name, shown(None, {}, idle).availability)
        for idle in moments
    ]
    return table(("since the last activity", "state", "shown without a choice"), rows)


def choices() -> list[str]:
    """Tell what each choice is shown as while its person is active, and when it ends."""
    rows = []
    for choice in Preferred:
        seen = shown(choice, {}, 0)
        timed = manual_claim(choice, CHOSEN).expires is not None
        end = f"after {CLAIM_HOURS} hours, or when reset" if timed else "when reset"
        rows.append((choice, seen.availability, seen.activity or "", end))
    return table(("choice", "shown as", "activity", "ends"), rows)


def shown(
    choice: Preferred | None, automatic: dict[Source, Claim], idle: float | None
) -> Aggregate:
    """Return what is shown with an endpoint that is idle for so long, or with none."""
    manual = None if choice is None else manual_claim(choice, CHOSEN)
    return aggregate(manual, automatic, [] if idle is None else [endpoint(idle)], NOW)


def outcomes(choice: Preferred | None, claim: Claim | None) -> tuple[str, ...]:
    """Return what is shown in each state and without an endpoint, and the activity.

    Raises ``ValueError`` if that is more than one row can say.
    """
    idle = [*fading().values(), None]
    found = set()
    for source, own in ACTIVITY_OF.items():
        seen = [shown(choice, {source: claim} if claim else {}, one) for one in idle]
        [activity] = {one.activity for one in seen[:-1]}
        activity = "that of the source" if activity == own else activity or ""
        found.add((*(one.availability for one in seen), activity))
    [cells] = found
    return cells


def together() -> list[str]:
    """Tell what comes of every choice with every claim in every state; equal rows are one."""
    rows = []
    for choice in CHOICES:
        same: dict[tuple[str, ...], list[str]] = {}
        for name, claim in {"none": None, **CLAIMS}.items():
            same.setdefault(outcomes(choice, claim), []).append(name)
        for cells, names in same.items():
            named = names if choice else dict.fromkeys(name.split()[-1] for name in names)
            rows.append((choice or "none", "any" if len(same) == 1 else ", ".join(named), *cells))
    names = [state.name for state in fading()]
    return table(("choice", "automatic claim", *names, "no endpoint", "activity"), rows)


def people() -> list[str]:
    """Return the heads of the columns of levels."""
    return ["oneself" if level is Level.UNKNOWN else level.value for level in VIEWS]


def levels() -> list[str]:
    """Tell what each level may see and do."""
    rows = []
    for facet in View._fields:
        may = ["yes" if getattr(view, facet) else "no" for view in VIEWS.values()]
        rows.append((FACETS[facet], *(map(card, VIEWS) if facet == "card" else may)))
    return table(("what", *people()), rows)


def card(level: Level) -> str:
    """Name what a level sees of a card on which there is everything."""
    seen = card_seen(level, CARD)
    names = [field.name for field in fields(Person) if getattr(seen, field.name)]
    if len(names) == len(fields(Person)):
        return "everything"
    return ", ".join(CARD_WORDS.get(name, name) for name in names if name != "address")


def seen_by_levels() -> list[str]:
    """Tell what each level sees of everything that can be shown; of activities there are more."""
    call = {Source.CALL: CLAIMS["later Busy"]}
    sharing = {Source.SHARING: CLAIMS["later DoNotDisturb"]}
    everything = {
        shown(choice, claims, idle)
        for choice in CHOICES
        for claims in ({}, call, sharing)
        for idle in (*fading().values(), None)
    }
    order = list(Availability)
    rows = sorted(everything, key=lambda one: (order.index(one.availability), words(one)))
    return table(
        ("shown", *people()),
        [(words(one), *(words(presence_seen(level, one)) for level in VIEWS)) for one in rows],
    )


def words(seen: Aggregate) -> str:
    """Write availability and activity."""
    return ", ".join(filter(None, (seen.availability, seen.activity)))
