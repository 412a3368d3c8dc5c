"""docs/testing-your-app.md: its example is run as its readers would, its tables are tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from docs.blocks import ROOT, blocks
from openucwa.testing import _send
from process import environment

PAGE = ROOT / "docs" / "testing-your-app.md"


def test_the_example_passes(tmp_path):
    app, tests = [text for kind, text in blocks(PAGE) if kind == "python"]
    (tmp_path / "doorman.py").write_text(app)
    (tmp_path / "test_doorman.py").write_text(tests)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment() | {"no_proxy": "127.0.0.1"},
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_requests_in_the_table_work(ucwa_server):
    rows = re.findall(
        r"^\| `(\w+) (/test/\w+)` \| (?:`(.+?)`)? ?\|", PAGE.read_text(), re.MULTILINE
    )

    assert len(rows) == 9
    for method, path, body in rows:
        if body:
            json.loads(body)
        assert isinstance(_send(method, ucwa_server.url + path, body.encode() or None), dict)


def test_the_members_of_the_fixture_exist(ucwa_server):
    named = re.findall(r"`ucwa_server\.(\w+)", PAGE.read_text())

    assert named
    assert [] == [name for name in named if not hasattr(ucwa_server, name)]
