"""The rules about the source itself: layers, sizes, names, mirrors, links."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "openucwa"
TESTS = ROOT / "tests"
MODULES = sorted(SRC.rglob("*.py"))
FOLDERS = ("src", "tests", "tools", "bench", "docs", "examples", "requirements", ".ci", "deploy")

# Modules without a test file of their own, and what tests them instead.
WITHOUT_MIRROR = {
    "__main__.py": "one call; the command that it calls has tests in cli and e2e",
    "adapters/sql/meetings.py": "the port's tests run against it, and nothing else implements it",
    "resources/own_meetings.py": "what it does is seen in test_meetings.py and test_extensions.py",
    "domain/live.py": "declarations only; every adapter's tests run against them",
    "domain/ports.py": "declarations only; every adapter's tests run against them",
    "settings/rules.py": "declarations only; test_settings.py goes through all of them",
    "settings/server.py": "declarations only; test_settings.py goes through all of them",
    "settings/units.py": "what is read and spelled with them is in test_settings.py",
}

PURE = {"domain": set[str](), "hyper": {"msgspec"}}
ROOMS_WITHOUT_A_NAME = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?)(_|$)")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
HOMES = (re.escape(str(ROOT)), "/root", r"/home/\w+", r"/Users/\w+")
MACHINE = re.compile(rf"(?<![\w./-])(?:{'|'.join(HOMES)})/")
MARKDOWN_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def texts() -> Iterator[tuple[Path, str]]:
    """Yield the project's text files, but for this one, which names what it forbids.

    What others wrote is theirs.
    """
    found = [*ROOT.iterdir(), *(path for name in FOLDERS for path in (ROOT / name).rglob("*"))]
    for path in found:
        own = path != Path(__file__) and not {"__pycache__", "vendor"}.intersection(path.parts)
        if path.is_file() and own:
            with suppress(UnicodeDecodeError):
                yield path, path.read_text(encoding="utf-8")


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def imported(path: Path) -> set[str]:
    """Return the top-level names that a module imports."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def test_layers():
    """Each layer imports only from below (the contracts are in pyproject.toml)."""
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stderr), done.stdout


@pytest.mark.parametrize("layer", PURE)
def test_pure_layers_need_only_the_standard_library(layer: str):
    """Domain imports nothing else, hyper only msgspec besides."""
    allowed = sys.stdlib_module_names | {"openucwa"} | PURE[layer]

    assert {} == {
        path.name: foreign
        for path in (SRC / layer).rglob("*.py")
        if (foreign := imported(path) - allowed)
    }


def test_sizes():
    """No module has more than 600 lines."""
    check = runpy.run_path(str(ROOT / "tools" / "check_size.py"))

    assert [] == list(check["long_modules"](check["STOP"]))


def test_names():
    """No module is a room for things that have no name."""
    parts = {part for path in MODULES for part in path.relative_to(SRC).with_suffix("").parts}

    assert [] == sorted(filter(ROOMS_WITHOUT_A_NAME.search, parts))


def test_mirrors():
    """Each module with code has a test file at the same place, or an excuse."""
    without = {
        module.as_posix()
        for module in (path.relative_to(SRC) for path in MODULES)
        if module.name != "__init__.py" and "migrations" not in module.parts
        if not (TESTS / module.with_name(f"test_{module.name}")).is_file()
    }

    assert set(WITHOUT_MIRROR) == without


def test_exports():
    """Every module can be imported, and what it exports exists."""
    for path in MODULES:
        if "migrations" in path.parts:
            continue  # they run inside Alembic only
        name = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))

        assert [] == [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)]


def test_nothing_is_left_unfinished():
    assert [] == lines_matching(UNFINISHED)


def test_no_path_of_one_machine():
    assert [] == lines_matching(MACHINE)


def test_links_between_documents():
    """Relative links in the documentation lead to a file."""
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for target in MARKDOWN_LINK.findall(path.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists()
    ]

    assert [] == broken
