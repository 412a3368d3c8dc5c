"""What `make vendor` copied is what the lock files name, and nobody has changed it since."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "src/openucwa/console/vendor", ROOT / "tests/browser/vendor"]
OURS = {"package.json", "package-lock.json", "fingerprints.json"}


def read(path: Path) -> dict[str, object]:
    return json.loads(path.read_text(encoding="utf-8"))


def locked(folder: Path) -> dict[str, dict[str, str]]:
    """What the lock file says of each package."""
    packages = read(folder / "package-lock.json")["packages"]
    return {path.removeprefix("node_modules/"): said for path, said in packages.items() if path}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
class TestVendor:
    def test_every_file_is_as_it_was_copied(self, folder: Path):
        files = [path for path in folder.rglob("*") if path.is_file() and path.name not in OURS]
        found = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

        assert read(folder / "fingerprints.json") == found

    def test_exact_versions_are_asked_for_and_locked(self, folder: Path):
        asked = read(folder / "package.json")["dependencies"]

        assert asked == {name: package["version"] for name, package in locked(folder).items()}

    def test_every_package_is_locked_by_its_contents(self, folder: Path):
        for package in locked(folder).values():
            assert package["integrity"].startswith("sha512-")
            assert "resolved" not in package
            assert "hasInstallScript" not in package

    def test_the_licences_are_those_of_the_locked_versions(self, folder: Path):
        text = (folder / "LICENSES.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| (\S+) \| (\d\S*) \| (\S+) \| \S", text, re.MULTILINE)
        packages = sorted(locked(folder).items())

        assert rows == [(name, one["version"], one["license"]) for name, one in packages]
