"""Chromium, as the system has it, and an office whose people look at the board in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.board import Office
from openucwa.testing import UcwaPerson, UcwaServer
from process import Folder

QUICK = """
[server]
domains = ["contoso.test"]
[events]
medium = "100ms"
low = "100ms"
[tokens]
lifetime = "2h"
"""
"""Events come soon, so that nobody waits for them."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a test that failed what was on the screens."""
    report = yield
    office = getattr(item, "funcargs", {}).get("office")
    if report.failed and report.when == "call" and office is not None:
        report.sections += office.screens()
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing = "these tests need a browser; on Debian: apt install chromium"
        (pytest.fail if "TEST_EVERYTHING" in os.environ else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UcwaServer]:
    """A server in test mode, for the tests of a module."""
    folder = Folder(tmp_path_factory.mktemp("board"), Path())
    yield UcwaServer(folder.start("--test-mode", config=QUICK, people=False).url)
    folder.stop()


@pytest.fixture
def office(running: UcwaServer, browser: Browser) -> Iterator[Office]:
    """An office with nobody in it yet; no page may complain of anything."""
    running.reset()
    made = Office(running, browser)
    yield made
    assert [] == made.close()


@pytest.fixture
def lene(office: Office) -> UcwaPerson:
    return office.server.person("lene", "Lene Aaling")


@pytest.fixture
def sara(office: Office) -> UcwaPerson:
    return office.server.person("sara", "Sara Davis")
