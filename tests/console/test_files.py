"""The files of the console as browsers get them: found without a build, allowed, and small."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "src/openucwa/console"
FIRST_VIEW_BYTES = 80_000
AHEAD = re.compile(r'(?:^|;)\s*(?:import|export)\b[^;"]*?\bfrom\s*"([^"]+)"', re.MULTILINE)
IMPORTED = re.compile(rf'{AHEAD.pattern}|\bimport\(\s*"([^"]+)"', re.MULTILINE)
LINKED = re.compile(r'(?:href|src)="/console/-/([^"]+)"')
PAGES = {"index.html": "app.js", "guest.html": "guest.js"}
"""What is shown first, and the script that it starts."""


def linked(page: str) -> list[str]:
    """The files that a page names."""
    return LINKED.findall((CONSOLE / page).read_text(encoding="utf-8"))


def scripts() -> list[Path]:
    return sorted(CONSOLE.rglob("*.js"))


def named(file: Path, what: re.Pattern[str]) -> set[str]:
    """What a script imports, by the names that it says."""
    found = what.finditer(file.read_text(encoding="utf-8"))
    return {next(filter(None, one.groups())) for one in found}


def imported(file: Path, what: re.Pattern[str]) -> set[Path]:
    """The files that a script imports."""
    return {Path(os.path.normpath(file.parent / name)) for name in named(file, what)}


def reached(file: Path) -> set[Path]:
    """The scripts that a browser needs before it runs one."""
    found, waiting = set(), [file]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(imported(one, AHEAD))
    return found


def test_scripts_import_files_that_are_there():
    for script in scripts():
        for name in named(script, IMPORTED):
            assert name.startswith(("./", "../")), f"{script.name} imports {name}"
        for file in imported(script, IMPORTED):
            assert file.is_file(), f"{script.name} imports {file}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_every_script_of_the_first_view_at_once(page: str):
    scripts = {CONSOLE / name for name in linked(page) if name.endswith(".js")}

    assert reached(CONSOLE / PAGES[page]) == scripts


@pytest.mark.parametrize("page", PAGES)
def test_a_page_and_its_files_are_all_there(page: str):
    for name in linked(page):
        assert (CONSOLE / name).is_file()


def test_names_are_in_lower_case():
    """The server compares paths in lower case."""
    for path in CONSOLE.rglob("*.*"):
        if path.suffix in {".js", ".css", ".ftl", ".svg", ".html"}:
            name = path.relative_to(CONSOLE).as_posix()
            assert name == name.lower()


def test_nothing_that_the_policy_forbids_is_in_the_markup():
    ours = [path for path in scripts() if "vendor" not in path.parts]
    for path in [*map(CONSOLE.joinpath, PAGES), *ours]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|\son\w+="|<style|<script>|javascript:', text), path.name
        assert not re.search(r"\binnerHTML\b|\beval\(|new Function\b|insertAdjacentHTML", text), (
            path.name
        )


@pytest.mark.parametrize("page", PAGES)
def test_the_first_view_is_small(page: str):
    names = {*linked(page), "words/en.ftl", page}
    sizes = {name: len(gzip.compress((CONSOLE / name).read_bytes(), 9)) for name in names}

    assert sum(sizes.values()) < FIRST_VIEW_BYTES
