"""Copy the few files of npm packages that the console and its tests use, with their licences.

`make vendor` runs it, and only who moves to another version needs to: change package.json in the
folder, run `npm install --package-lock-only --omit-lockfile-registry-resolved` there, then this.
Nobody who runs or tests the server needs npm.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = ROOT / "src/openucwa/console/vendor"
TESTS = ROOT / "tests/browser/vendor"
FLUENT = [
    "ast",
    "builtins",
    "bundle",
    "index",
    "memoizer",
    "resolver",
    "resource",
    "scope",
    "types",
]
PREACT = """\
// Preact with its hooks, and htm to write its elements without a build.

import { createElement } from "./preact/preact.js";
import htm from "./preact/htm.js";

export * from "./preact/preact.js";
export * from "./preact/hooks.js";
export const html = htm.bind(createElement);
"""


# Comments that have lines of their own, as in what a compiler of TypeScript writes.
COMMENT = re.compile(r"^[ ]*(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file of a package: its path there, where it goes, and what is edited on the way.

    ``bare`` is without comments, which would be half of what browsers load.
    """

    package: str
    path: str
    target: str
    replace: tuple[str, str] = ("", "")
    bare: bool = False

    def text(self, modules: Path) -> str:
        """Return what goes into the folder. Raises ValueError where an edit finds nothing."""
        text = (modules / self.package / self.path).read_text(encoding="utf-8")
        old, new = self.replace
        if old not in text:
            raise ValueError(f"{self.package}/{self.path} has no {old}")
        text = text.replace(old, new) if old else text
        text = COMMENT.sub("", text) if self.bare else text
        lines = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL=")]
        return "\n".join(lines).rstrip() + "\n"


FILES = {
    CONSOLE: [
        File("preact", "dist/preact.mjs", "preact/preact.js"),
        # Browsers find no packages by name, so the one import of a package becomes that of a file.
        File("preact", "hooks/dist/hooks.mjs", "preact/hooks.js", ('"preact"', '"./preact.js"')),
        File("htm", "dist/htm.mjs", "preact/htm.js"),
        *(
            File("@fluent/bundle", f"esm/{name}.js", f"fluent/{name}.js", bare=True)
            for name in FLUENT
        ),
    ],
    TESTS: [File("axe-core", "axe.min.js", "axe.min.js")],
}
WRITTEN = {CONSOLE: {"preact.js": PREACT}, TESTS: dict[str, str]()}
COPYRIGHT = {
    "@fluent/bundle": "Mozilla Foundation and others",
    "axe-core": "Deque Systems, Inc.",
    "htm": "Google Inc.",
    "preact": "Jason Miller",
}


def licences(packages: dict[str, dict[str, str]]) -> str:
    """Return LICENSES.md: which package, of which version, is whose and under which licence."""
    rows = [
        f"| {name} | {package['version']} | {package['license']} | {COPYRIGHT[name]} |"
        for name, package in sorted(packages.items())
    ]
    head = [
        "# Whose the files of this folder are",
        "",
        "`make vendor` copied them from npm packages and wrote this page.",
        "`licenses/` has the texts that the packages carry.",
        "",
        "| package | version | licence | copyright |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def locked(folder: Path) -> dict[str, dict[str, str]]:
    """Return what the lock file of a folder says of each package, by its name."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    found = lock["packages"].items()
    return {path.removeprefix("node_modules/"): package for path, package in found if path}


def contents(folder: Path, modules: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of everything that belongs into a vendor's folder."""
    for file in FILES[folder]:
        yield file.target, file.text(modules)
    yield from WRITTEN[folder].items()
    packages = locked(folder)
    for name in packages:
        text = modules / name / "LICENSE"
        if text.exists():
            yield f"licenses/{name.replace('/', '-')}.txt", text.read_text(encoding="utf-8")
    yield "LICENSES.md", licences(packages)


def vendor(folder: Path) -> None:
    """Install what a folder locks, without running anything of it, and copy what we use."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(folder / file, place)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, check=True
        )
        texts = dict(contents(folder, place / "node_modules"))
    for target, text in texts.items():
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    prints = {
        target: hashlib.sha256(text.encode()).hexdigest() for target, text in sorted(texts.items())
    }
    (folder / "fingerprints.json").write_text(json.dumps(prints, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for folder in FILES:
        vendor(folder)
