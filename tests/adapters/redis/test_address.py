"""What ``server.live`` says."""

from __future__ import annotations

import pytest

from openucwa.adapters.redis.address import Kind, LiveUnusable, parse


def test_a_url_names_one_server():
    address = parse("redis://localhost:6380/2")

    assert (Kind.SINGLE, False) == (address.kind, address.tls)
    assert [("localhost", 6380)] == address.hosts
    assert 2 == address.account["db"]


def test_accounts_are_percent_encoded():
    address = parse("redis://j%40e:a%2Fb%23c%3A@localhost")

    assert ("j@e", "a/b#c:") == (address.account["username"], address.account["password"])
    assert [("localhost", 6379)] == address.hosts


def test_a_password_needs_no_user():
    address = parse("redis://:secret@localhost")

    assert (None, "secret") == (address.account["username"], address.account["password"])


def test_a_cluster_may_have_several_hosts():
    address = parse("rediss+cluster://one:7000,two:7001,[::1]")

    assert (Kind.CLUSTER, True) == (address.kind, address.tls)
    assert [("one", 7000), ("two", 7001), ("::1", 6379)] == address.hosts


def test_sentinels_know_a_service_by_name():
    address = parse("redis+sentinel://u:p@one,two:26380/main/3?sentinel_password=other")

    assert (Kind.SENTINEL, "main") == (address.kind, address.service)
    assert [("one", 26379), ("two", 26380)] == address.hosts
    assert {"username": "u", "password": "p", "db": 3} == address.account
    assert {"username": None, "password": "other"} == address.watch


def test_options_of_tls_reach_the_connection():
    address = parse("rediss://localhost?ssl_ca_certs=/etc/ca.pem&ssl_cert_reqs=optional")

    assert "/etc/ca.pem" == address.socket(("localhost", 6379)).ca_certs


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://u:hidden@localhost",
        "redis://u:hidden@",
        "redis://u:hid/den@localhost",
        "redis://u:hid#den@localhost",
        "redis://u:hidden@localhost:port",
        "redis://u:hidden@localhost:99999",
        "redis://u:hidden@one,,two",
        "redis://u:hidden@[::1",
        "redis://u:hidden@localhost/x",
        "redis+cluster://u:hidden@localhost/1",
        "redis+sentinel://u:hidden@localhost",
        "redis+sentinel://u:hidden@localhost/main/x",
        "redis://u:hidden@localhost?hidden=1",
        "rediss://u:hidden@localhost?ssl_cert_reqs=hidden",
    ],
)
def test_what_cannot_be_read_is_refused_without_the_password(url: str):
    with pytest.raises(LiveUnusable, match=r"^server\.live") as refused:
        parse(url)

    assert "den" not in str(refused.value).replace("that is not known: hidden", "")
    assert "hidden" not in repr(refused.value.__cause__)


def test_secrets_are_not_shown():
    assert "hidden" not in repr(parse("redis://u:hidden@localhost?sentinel_password=hidden"))
