"""Real PostgreSQL and Redis for tests. Each worker has its own; where none is, tests say so."""

from __future__ import annotations

import contextlib
import itertools
import os

import pytest

from daemons import Missing, Nginx, Postgres, Redis, RedisCluster, Sentinel

__all__ = ["Nginx", "Postgres", "Redis", "RedisCluster", "Sentinel", "needed"]


@contextlib.contextmanager
def needed():
    """Skip a test for which a program is missing; where everything is tested, let it fail."""
    try:
        yield
    except Missing as missing:
        (pytest.fail if "TEST_EVERYTHING" in os.environ else pytest.skip)(str(missing))


@contextlib.contextmanager
def _running(kind, folder, **options):
    with needed():
        engine = kind(folder, **options)
        try:
            engine.start()
            yield engine
        finally:
            engine.stop()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """PostgreSQL that the tests share: ``postgres.database()`` makes one and returns its URL."""
    with _running(Postgres, tmp_path_factory.mktemp("postgres")) as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory):
    with _running(Redis, tmp_path_factory.mktemp("redis")) as engine:
        yield engine


@pytest.fixture
def redis(shared_redis):
    """Redis with nothing in it. Tests that stop or pause it use ``engine``."""
    shared_redis.clear()
    return shared_redis


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory):
    with _running(RedisCluster, tmp_path_factory.mktemp("cluster")) as engine:
        yield engine


@pytest.fixture
def redis_cluster(shared_cluster):
    """A Redis Cluster with nothing in it."""
    shared_cluster.clear()
    return shared_cluster


@pytest.fixture
def engine(tmp_path):
    """Start an engine that only this test uses: ``engine(Redis, password="secret")``."""
    numbers = itertools.count(1)
    with contextlib.ExitStack() as started:

        def start(kind, **options):
            folder = tmp_path / f"engine{next(numbers)}"
            return started.enter_context(_running(kind, folder, **options))

        yield start
