"""One server for all client styles, called by the names that a company would give it."""

from __future__ import annotations

import pytest

from clients.wire import DOMAIN, POOL, Wire
from openucwa.testing import UcwaServer
from process import Folder

CONFIG = f"""
[server]
public_url = "{POOL}"
domains = ["{DOMAIN}"]
[events]
queue_limit = 20
[photos]
upload = true
[tokens]
lifetime = "10m"
[web]
allowed_origins = ["https://apps.{DOMAIN}"]
"""


@pytest.fixture(scope="session")
def pool(tmp_path_factory):
    """A process in test mode that every test finds as if it had just started."""
    folder = Folder(tmp_path_factory.mktemp("pool"), tmp_path_factory.mktemp("nobody"))
    yield folder.start("--test-mode", config=CONFIG, people=False).url
    folder.stop()


@pytest.fixture
def server(pool):
    """What the test does to the server: people come, time passes, things go wrong."""
    controls = UcwaServer(pool)
    controls.reset()
    return controls


@pytest.fixture
def wire(pool):
    """The network between the clients and the server."""
    return Wire(pool)


@pytest.fixture
def lene(server):
    return server.person("lene", "Lene Aaling")


@pytest.fixture
def sara(server):
    return server.person("sara", "Sara Davis")
