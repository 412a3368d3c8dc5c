"""The engines that tests and ``make run-pool`` run: they start, hang, die, come back and end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from daemons import Missing, Nginx, Postgres, Redis, Sentinel, program


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules["daemons"].PACKAGES, "no-such-server", "no-such-package")

    with pytest.raises(Missing, match="apt install no-such-package"):
        program("no-such-server")


def test_databases_are_made_one_by_one(postgres):
    one, other = postgres.database(), postgres.database()
    postgres.ask("CREATE TABLE here (id int)", one)

    assert postgres.ask("SELECT to_regclass('here')", one) == "here"
    assert postgres.ask("SELECT to_regclass('here')", other) == ""


def test_postgres_comes_back_after_a_kill_with_what_it_stored(engine):
    postgres = engine(Postgres, durable=True, password="secret")
    url = postgres.database()
    postgres.ask("CREATE TABLE here (id int)", url)

    postgres.kill()
    assert not postgres.alive
    postgres.start()

    assert postgres.ask("SELECT to_regclass('here')", url) == "here"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"password": "secret"},
        {"password": "secret", "account": "openucwa"},
        {"tls": True},
        {"tls": True, "password": "secret"},
    ],
)
def test_redis_with_and_without_passwords_and_tls(engine, options):
    redis = engine(Redis, **options)

    assert redis.ask("SET", "key", "value") == "OK"
    assert redis.ask("GET", "key") == "value"
    assert redis.url.startswith("rediss://" if "tls" in options else "redis://")


@pytest.mark.parametrize("options", [{}, {"password": "secret", "account": "openucwa"}])
def test_redis_keeps_what_it_appended(engine, options):
    redis = engine(Redis, appendonly=True, **options)
    script = "redis.call('SET', KEYS[1], 'value') redis.call('SET', KEYS[2], '')"
    redis.ask("EVAL", script, "2", "key", "other")

    redis.kill()
    redis.start()

    assert redis.ask("GET", "key") == "value"


def test_redis_can_hang_and_go_on(engine):
    redis = engine(Redis)

    redis.pause()
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(
            [program("redis-cli"), "-p", str(redis.port), "PING"],
            check=False,
            timeout=0.3,
            capture_output=True,
        )
    redis.resume()

    assert redis.ask("PING") == "PONG"


def test_redis_is_empty_when_a_test_begins(redis):
    assert redis.ask("DBSIZE") == "0"
    redis.ask("SET", "key", "value")


def test_redis_is_empty_when_the_next_test_begins(redis):
    assert redis.ask("DBSIZE") == "0"


def test_a_cluster_sends_clients_to_the_node_that_has_a_slot(redis_cluster):
    first, *_ = redis_cluster.nodes
    words = [program("redis-cli"), "-c", "-p", str(first.port)]

    for key in ("a", "b", "c", "d"):
        subprocess.run([*words, "SET", key, key], check=True, capture_output=True)

    assert 4 == sum(int(node.ask("DBSIZE")) for node in redis_cluster.nodes)
    assert "0" != redis_cluster.nodes[1].ask("DBSIZE")


def test_a_sentinel_promotes_the_replica(engine):
    sentinel = engine(Sentinel, down_after=0.3)
    assert str(sentinel.primary.port) in sentinel.ask(
        "SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinel.service
    )

    sentinel.primary.kill()

    until = time.monotonic() + 20
    while "role:master" not in sentinel.replica.ask("INFO", "replication"):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_nginx_serves_what_it_is_told(engine):
    nginx = engine(Nginx, http='server { listen 127.0.0.1:{port}; return 200 "here"; }')

    assert (
        b"here"
        == subprocess.run(
            ["curl", "--silent", "--noproxy", "*", nginx.url], capture_output=True, check=True
        ).stdout
    )


ORPHAN = """
import sys, time, pathlib
sys.path[:0] = sys.argv[2:]
from daemons import *
kind, options = sys.argv[1], {}
if kind == "Nginx":
    options = {"http": "server { listen 127.0.0.1:{port}; return 200; }"}
server = globals()[kind](pathlib.Path("engine"), **options)
server.start()
print(server.process.pid, server.port, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("kind", ["Postgres", "Redis", "Nginx"])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of it")
def test_an_engine_ends_when_its_parent_is_killed(kind, tmp_path):
    words = [sys.executable, "-c", ORPHAN, kind, *sys.path]
    parent = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=tmp_path, text=True)
    pid, _ = map(int, parent.stdout.readline().split())

    parent.kill()
    parent.communicate()

    until = time.monotonic() + 10
    while time.monotonic() < until and not _ended(pid):
        time.sleep(0.05)
    assert _ended(pid)


def _ended(pid: int) -> bool:
    """Tell whether a process is gone, or would be if somebody asked how it ended."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return True
    return said.rpartition(")")[2].split()[0] == "Z"
