"""Draws docs/images/presence.svg: one person over time, and what those who watch her are told.

When she is shown as what is computed; only when she reports and chooses is made up. The drawing
follows the colours that the reader's system prefers, light or dark.
"""

from __future__ import annotations

from itertools import pairwise

from openucwa.cli.board import LOOKS
from openucwa.domain.presence import (
    Claim,
    Endpoint,
    Preferred,
    aggregate,
    manual_claim,
    next_change,
)
from openucwa.settings import Presence

REPORTS = (-4, 0, 14, 18, 22)
"""When she reports activity, in minutes since the last report before lunch."""

CHOICE = (20, Preferred.BUSY)
END = 25
LEFT, WIDTH = 150, 690
FILLS = {"green": "#1a7f37", "yellow": "#9a6700", "red": "#cf222e"}
STYLE = """
    .page { fill: #ffffff; stroke: #d0d7de }
    .text { fill: #1f2328 }
    .small { fill: #59636e; font-size: 12px }
    .line { stroke: #8c959f; stroke-width: 2 }
    .report { fill: #0969da }
    .choice { fill: #cf222e }
    .told { stroke: #8250df; fill: #8250df; stroke-width: 2 }
    .state { fill: #ffffff; font-size: 13px; font-weight: bold }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #3d444d }
      .text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .report { fill: #4493f8 }
      .choice { fill: #f85149 }
      .told { stroke: #ab7df8; fill: #ab7df8 }
    }
"""


def changes() -> list[tuple[float, str]]:
    """Return when, in minutes, she begins to be shown as what."""
    timeouts = Presence()
    one = Endpoint(REPORTS[0] * 60.0, timeouts.inactive_timeout, timeouts.away_timeout)
    manual: Claim | None = None
    found: list[tuple[float, str]] = []
    now = one.last_activity
    while now < END * 60:
        if now / 60 in REPORTS:
            one.report(now)
        if now / 60 == CHOICE[0]:
            manual = manual_claim(CHOICE[1], now)
        shown = aggregate(manual, {}, [one], now).availability
        if not found or found[-1][1] != shown:
            found.append((now / 60, shown.value))
        by_hand = (minute * 60.0 for minute in (*REPORTS, CHOICE[0], END) if minute * 60 > now)
        now = min([*by_hand, next_change(manual, {}, [one], now) or END * 60.0])
    return found


def across(minute: float) -> float:
    """Return where a moment is drawn."""
    return LEFT + (minute - REPORTS[0]) * WIDTH / (END - REPORTS[0])


def after_the_last_report(minute: float) -> str:
    """Say when something was as the reader should count; empty if nothing had to be waited for."""
    since = minute - max(report for report in REPORTS if report <= minute)
    if minute == CHOICE[0]:
        return "chosen"
    if since:
        return f"+{int(since)}:{round(since % 1 * 60):02}"
    return "at once" if minute > REPORTS[0] else ""


def text(where: tuple[float, float], css: str, said: str) -> str:
    """Write something, centred."""
    x, y = where
    return f'<text x="{x:.0f}" y="{y}" class="{css}" text-anchor="middle">{said}</text>'


def spoken(found: list[tuple[float, str]]) -> str:
    """Tell the drawing in words."""
    told = [
        f"{shown} ({after})" if (after := after_the_last_report(minute)) else shown
        for minute, shown in found
    ]
    return (
        "Lene's app reports activity every four minutes, pauses and goes on; times are minutes "
        f"since its last report. She is shown as {', '.join(told)}. "
        "Those who watch her are told of each of these changes once."
    )


def drawing() -> str:
    """Return the whole picture."""
    found = changes()
    parts = [
        f'<circle cx="{across(minute):.0f}" cy="60" r="6" class="report"/>' for minute in REPORTS
    ]
    pause = max(pairwise(REPORTS), key=lambda pair: pair[1] - pair[0])
    parts += [
        text((across(sum(pause) / 2), 50), "small", "no reports: at lunch"),
        f'<rect x="{across(CHOICE[0]) - 5:.0f}" y="55" width="10" height="10" class="choice"/>',
        text((across(CHOICE[0]), 42), "small", f"chooses {CHOICE[1]}"),
    ]
    for (minute, shown), (until, _) in pairwise([*found, (END, "")]):
        left, right = across(minute), across(until)
        shape, colour = LOOKS[shown]
        fill, middle = FILLS[colour.split()[-1]], (left + right) / 2
        place = f'x="{left:.0f}" y="122" width="{right - left - 2:.0f}" height="40" rx="4"'
        parts += [
            f'<rect {place} fill="{fill}"/>',
            text((middle, 147), "state", f"{shape} {shown}"),
            f'<path d="M{left + 1:.0f} 166v66m-5 0h10l-5 10z" class="told"/>',
        ]
        if when := after_the_last_report(minute):
            parts.append(text((left, 112), "small", when))
    body = "\n  ".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 300" \
font-family="Helvetica, Arial, sans-serif" font-size="14" role="img" aria-labelledby="title desc">
  <title id="title">Presence that follows activity</title>
  <desc id="desc">{spoken(found)}</desc>
  <style>{STYLE}  </style>
  <rect x="1" y="1" width="858" height="298" rx="10" class="page"/>
  <text x="20" y="58" class="text" font-weight="bold">Lene's app</text>
  <text x="20" y="76" class="small">reports activity</text>
  <text x="20" y="147" class="text" font-weight="bold">Lene is</text>
  <text x="20" y="242" class="text" font-weight="bold">Sara's app</text>
  <text x="20" y="260" class="small">hears of changes</text>
  <line x1="{LEFT - 10}" y1="60" x2="{LEFT + WIDTH}" y2="60" class="line"/>
  <line x1="{LEFT - 10}" y1="248" x2="{LEFT + WIDTH}" y2="248" class="line"/>
  {body}
  {text((495, 278), "small", "each change is told once and in order; other reports tell nothing")}
</svg>
"""
