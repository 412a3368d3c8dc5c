"""A batch of twenty GETs against the same twenty one by one.

Two kinds: what a presence board shows (oneself, and presence, note and modalities of five
contacts), and what an app reads when it starts, some of which is looked up in the database.
Everything comes with the headers of a browser (but for Accept-Encoding: nothing is compressed
here) and over six connections that stay open, the most that a browser opens. The first
kind comes over 32 connections, too: many apps at once, whose single requests are cheaper
because the server answers in turns. What counts is processor time.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rich.progress import track

from bench.client import ask_all, request, run
from bench.crowd import Member, address, enrol, sign_in
from bench.figures import Figure, Result
from bench.processes import CONNECTIONS, CannotMeasure, Running, openucwa
from openucwa.app.auth import RECHECK

PEOPLE = 50
BROWSER = 6
"""So many connections a browser opens to a server."""

FACETS = ("presence", "note", "supportedMedia")


OWN = ("me", "me/presence", "me/note", "me/location", "people")
START = (
    *("me", "me/presence", "me/note", "me/location", "policies", "people", "communication"),
    *("onlineMeetings", "people/presenceSubscriptions", "people/presenceSubscriptionMemberships"),
    *("people/subscribedContacts", "people/search?query=person"),
)

BROWSERS = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    b"Chrome/131.0.0.0 Safari/537.36\r\n"
    b"Accept: application/json\r\n"
    b"Accept-Language: en-GB,en;q=0.9\r\n"
    b"Cache-Control: no-cache\r\n"
    b"Pragma: no-cache\r\n"
    b"Referer: http://bench/Autodiscover/XFrame/XFrame.html\r\n"
    b"Sec-Fetch-Dest: empty\r\n"
    b"Sec-Fetch-Mode: cors\r\n"
    b"Sec-Fetch-Site: same-origin\r\n"
    b"X-Ms-Origin: http://bench\r\n"
)
"""What a page's request through the XFrame carries besides."""


def from_browser(made: bytes) -> bytes:
    """Return a request as a browser would send it."""
    line, _, rest = made.partition(b"\r\n")
    return b"%b\r\n%b%b" % (line, BROWSERS, rest)


def facets(number: int, contacts: int) -> list[str]:
    """Return what an app asks for of some contacts of this member of the crowd."""
    known = [address((number + 1 + other) % PEOPLE) for other in range(contacts)]
    return [f"people/{contact}/{facet}" for contact in known for facet in FACETS]


def batch(path: str, token: str, hrefs: list[str], method: str = "GET") -> bytes:
    """Return a batch as it goes over the wire."""
    part = "--B\r\nContent-Type: application/http; msgtype=request\r\n\r\n{} {} HTTP/1.1\r\n"
    headers = "Host: bench\r\nAccept: application/json\r\n\r\n\r\n"
    parts = (part.format(method, href) + headers for href in hrefs)
    body = "".join([*parts, "--B--\r\n"]).encode()
    return request("POST", path, token, body, "multipart/batching; boundary=B")


class Load:
    """The same GETs of all members one by one and in batches, and what each cost (µs).

    They come ``over`` so many connections.
    """

    def __init__(self, members: list[Member], wanted: list[list[str]], over: int = BROWSER) -> None:
        self.over = over
        self.gets: list[bytes] = []
        self.batches: list[bytes] = []
        self.alone: list[float] = []
        self.together: list[float] = []
        for one, below in zip(members, wanted, strict=True):
            paths = [f"{one.path}/{path}" for path in below]
            self.gets += [from_browser(request("GET", path, one.token)) for path in paths]
            self.batches.append(from_browser(batch(f"{one.path}/batch", one.token, paths)))

    def check(self, url: str) -> None:
        """Raise ``CannotMeasure`` unless every part of every batch is answered with 200."""
        for answer in run(ask_all(url, self.batches)):
            if answer.count(b"\r\nHTTP/1.1 200 OK\r\n") * PEOPLE != len(self.gets):
                raise CannotMeasure(answer.decode())

    def measure(self, server: Running, times: int) -> None:
        """Send everything so many times in both ways."""
        for found, requests in ((self.alone, self.gets), (self.together, self.batches)):
            before = server.seconds()
            run(ask_all(server.url, requests * times, self.over))
            found.append((server.seconds() - before) / (len(self.gets) * times) * 1e6)

    def figures(self, what: str, aim: float | None = None) -> list[Figure]:
        """Return what was found."""
        ratio = [one / other for one, other in zip(self.alone, self.together, strict=True)]
        return [
            Figure(f"{what}, one by one", "µs per GET", self.alone),
            Figure(f"{what}, in a batch", "µs per GET", self.together),
            Figure(f"{what}, cheaper in a batch", "times", ratio, at_least=aim),
        ]


def measure(rounds: int, *, quick: bool) -> Result:
    """Return processor time for each GET, and how many times less it is in a batch."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tokens = run(enrol(place, PEOPLE))
        with openucwa(place) as server:
            members = run(sign_in(server.url, tokens))
            everyone = range(PEOPLE)
            board = [[*OWN, *facets(number, 5)] for number in everyone]
            shown = Load(members, board)
            busy = Load(members, board, over=CONNECTIONS)
            start = Load(members, [[*START, *facets(number, 3)[:8]] for number in everyone])
            time.sleep(RECHECK)  # until the tokens have been looked up, once and for all
            for load in (shown, start):
                load.check(server.url)
            for _ in track(range(rounds), "batch"):
                shown.measure(server, 2 if quick else 20)
                busy.measure(server, 2 if quick else 20)
                start.measure(server, 2)
    figures = [
        *shown.figures("a board", 2.5),
        *busy.figures("a board over many connections"),
        *start.figures("the start"),
    ]
    figures.sort(key=lambda figure: figure.unit, reverse=True)
    return Result("batch", figures, quick)
