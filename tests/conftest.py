"""What all tests share: the Hypothesis profiles, and a server in a test."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

import nodes
from engines import (  # noqa: F401
    engine,
    postgres,
    redis,
    redis_cluster,
    shared_cluster,
    shared_redis,
)
from openucwa.cli.serve import SWITCH
from places import place, postgresql, shared_database  # noqa: F401
from process import company, network, openucwa, people, servers  # noqa: F401
from receiver import receiver, receivers_certificate  # noqa: F401
from world import World

# Shared machines stall, so there are no deadlines; CI repeats the same examples every time.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("pool", settings.get_profile("ci"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# A database answers from a thread, which the loop would let wait for 5 ms whenever it turns.
sys.setswitchinterval(SWITCH)


ON_POOLS = {"resources", "dialogues"}
"""What is tested with ``--stores=pool``: all that clients see. The rest looks at parts."""


class Scheduling(LoadFileScheduling):
    """Workers take a file after the other; all files of browsers are one, for they need a core."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return BROWSERS if file.startswith(BROWSERS) else file


BROWSERS = "tests/browser/"


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_addoption(parser):
    parser.addoption(
        "--stores",
        choices=["process", "pool"],
        default="process",
        help="what worlds are: one process each, or pools of three nodes",
    )
    parser.addoption("--long", action="store_true", help="also what takes long, before a release")
    parser.addoption(
        "--pictures", action="store_true", help="draw docs/images/ anew, from what browsers show"
    )
    parser.addoption(
        "--first", action="store_true", help="of tests with parameters, run the first of each only"
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("stores") == "pool":
        settings.load_profile("pool")
        items[:] = [item for item in items if ON_POOLS.intersection(item.path.parts)]
    if not config.getoption("long"):
        items[:] = [item for item in items if item.get_closest_marker("long") is None]
    if config.getoption("first"):
        firsts = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
        items[:] = [item for item in items if firsts[item.nodeid.partition("[")[0]] is item]


@pytest.fixture(scope="session")
def shared_stores(postgres, shared_redis, shared_database):  # noqa: F811  fixtures
    """What the nodes of worlds share."""
    return nodes.Shared(postgres, shared_redis, shared_database.rpartition("/")[2])


@pytest.fixture(autouse=True)
def stores(request):
    """Build worlds on what was asked for."""
    if request.config.getoption("stores") == "process":
        yield
        return
    if request.node.get_closest_marker("one_process"):
        pytest.skip("looks into a single process")
    with request.getfixturevalue("shared_stores").used():
        yield


@pytest.fixture
async def pool(shared_stores, tmp_path):
    """A pool of three nodes with nobody in it yet, whatever worlds are else."""
    with shared_stores.used():
        made = await World.create(tmp_path)
        yield made
        await made.close()


@pytest.fixture
async def world(tmp_path):
    """A server with nobody in it yet."""
    made = await World.create(tmp_path)
    yield made
    await made.close()
