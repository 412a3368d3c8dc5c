"""People in front of the board, each with a browser of her own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from docs.blocks import ROOT
from openucwa.testing import UcwaPerson, UcwaServer

PATIENCE = 20_000
"""Milliseconds until something must be on the screen: the machine may be busy."""

PICTURES = ROOT / "docs" / "images"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"

expect.set_options(timeout=PATIENCE)


@dataclass
class Viewer:
    """Somebody who looks at the board."""

    page: Page
    person: UcwaPerson
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        # Browsers complain of every answer that is no success; those are part of the protocol.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def sign_in(self, password: str = "") -> None:
        self.page.get_by_label("Name", exact=True).fill(self.person.address)
        self.page.get_by_label("Password", exact=True).fill(password or self.person.password)
        self.page.get_by_role("button", name="Sign in").click()

    def go(self, way: str) -> None:
        """Look at a view by its name in the navigation."""
        self.page.get_by_role("navigation", name="Views").get_by_role("link", name=way).click()

    @property
    def status(self) -> Locator:
        """The button that shows one's own availability."""
        return self.page.get_by_role("region", name="You").locator("button.status")

    def choose(self, choice: str) -> None:
        """Choose an availability from the menu."""
        self.status.click()
        self.page.get_by_role("menuitem", name=choice, exact=True).click()

    def tile(self, person: UcwaPerson) -> Locator:
        """Somebody's tile, in the first group that she is in."""
        return self.page.locator(f'[data-address="{person.address}"]').first

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def add(self, person: UcwaPerson) -> None:
        """Find somebody in the directory and put her on the list."""
        find = self.page.get_by_role("searchbox")
        find.fill(person.name)
        self.page.get_by_role("button", name=f"Add {person.name}").click()
        find.fill("")
        expect(self.tile(person)).to_be_visible()

    def write(self, text: str) -> None:
        """Say something in the conversation that is open."""
        box = self.page.get_by_role("textbox", name="Message to")
        box.fill(text)
        box.press("Enter")

    @property
    def said(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    def begin(self, person: UcwaPerson) -> None:
        """Open a conversation with somebody on the board."""
        self.tile(person).hover()
        self.tile(person).get_by_role("button", name="Message").click()

    def look(self, file: Path, *, keep: bool) -> None:
        """Find no flaw in what is shown; the picture of it is in the docs, too, to ``keep``."""
        self.page.screenshot(path=file, animations="disabled")
        if keep:
            shutil.copy(file, PICTURES)
        assert [] == self.flaws(), file.name

    def flaws(self) -> list[str]:
        """What axe-core finds in what is shown now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run().then((found) => found.violations)")
        return [
            f"{one['id']}: {json.dumps([node['html'] for node in one['nodes']])}" for one in found
        ]


@dataclass
class Office:
    """A server, and people who open its board in browsers."""

    server: UcwaServer
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    viewers: list[Viewer] = field(default_factory=list)

    def visitor(self, person: UcwaPerson, **options) -> Viewer:
        """Return somebody whose browser shows the first page."""
        return self._open("/", person, **options)

    def guest(self, link: str, name: str = "Gunnar Gast", **options) -> Viewer:
        """Return somebody without an account, whose browser shows what is behind a meeting's link.

        Nobody else knows the name of the link's host, so it is the server's own here.
        """
        return self._open(urlsplit(link).path, UcwaPerson("", name, ""), **options)

    def _open(self, path: str, person: UcwaPerson, *, alone: bool = False, **options) -> Viewer:
        """Return somebody at a page of a browser that is nobody else's.

        ``alone`` browsers have no shared workers, so everything happens in the page, whose clock
        can be moved.
        """
        given = {"locale": "en-GB", "timezone_id": "Europe/Oslo", "reduced_motion": "reduce"}
        context = self.browser.new_context(**{**given, **options})
        self.contexts.append(context)
        page = context.new_page()
        if alone:
            page.add_init_script("delete window.SharedWorker")
            page.clock.install()
        viewer = Viewer(page, person)
        self.viewers.append(viewer)
        page.goto(self.server.url + path)
        return viewer

    def viewer(self, person: UcwaPerson, **options) -> Viewer:
        """Return somebody who has signed in."""
        viewer = self.visitor(person, **options)
        viewer.sign_in()
        expect(viewer.status).to_contain_text("Available")
        return viewer

    def another_tab(self, viewer: Viewer) -> Viewer:
        """Return the same person at another tab of the same browser."""
        other = Viewer(viewer.page.context.new_page(), viewer.person)
        self.viewers.append(other)
        other.page.goto(f"{self.server.url}/")
        return other

    def advance(self, duration: str) -> None:
        """Let time pass at the server and in all pages whose clock can be moved."""
        self.server.advance(duration)
        seconds = float(duration[:-1]) * {"s": 1, "m": 60, "h": 3600}[duration[-1]]
        for viewer in self.viewers:
            if viewer.page.evaluate("!('SharedWorker' in window)"):
                viewer.page.clock.run_for(seconds * 1000)

    def screens(self) -> list[tuple[str, str]]:
        """Return what each sees, under her name."""
        return [
            (
                f"what {one.person.name} sees at {one.page.url}",
                one.page.locator("body").inner_text(),
            )
            for one in self.viewers
        ]

    def close(self) -> list[str]:
        """Close all browsers; return what pages complained of."""
        for context in self.contexts:
            context.close()
        return [complaint for viewer in self.viewers for complaint in viewer.complaints]
