"""Answers in the format asked for."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from openucwa.app.answers import package, raw, refusal, resource
from openucwa.app.exchange import Request
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import Raw
from openucwa.wire.media import negotiate

JSON, XML = negotiate("application/json"), negotiate("application/xml")
UCWA_JSON = negotiate("application/vnd.microsoft.com.ucwa+json")
NOTHING_NEW = {"_links": {"self": {"href": "/e?ack=1"}, "next": {"href": "/e?ack=2"}}, "sender": []}


def root(response):
    return etree.QName(etree.fromstring(response.body)).localname


def test_a_resource_keeps_its_headers_and_says_its_type():
    tree = {"_links": {"self": {"href": "/me"}}, "rel": "me"}
    response = resource(200, tree, JSON, [(b"ETag", b'"1"')])

    assert (200, tree) == (response.status, json.loads(response.body))
    kind = (b"Content-Type", b"application/json; charset=utf-8")
    assert [(b"ETag", b'"1"'), kind] == response.headers
    assert "resource" == root(resource(200, tree, XML, []))


def test_r1_24_the_type_asked_for_is_the_type_given():
    response = refusal(Refused(Refusal.NOT_FOUND), UCWA_JSON)

    assert dict(response.headers)[b"Content-Type"].startswith(
        b"application/vnd.microsoft.com.ucwa+json"
    )


@pytest.mark.parametrize(("media", "name"), [(JSON, None), (XML, "events")])
def test_a_package_is_counted_by_whoever_asks_for_it(media, name):
    response = package(json.dumps(NOTHING_NEW).encode(), media)

    assert (200, True) == (response.status, response.counted)
    assert name == (name and root(response))


def test_a_refused_package_is_a_reason():
    response = package(Refused(Refusal.PGET_REPLACED), JSON)

    assert (409, True) == (response.status, response.counted)
    assert "PGetReplaced" == json.loads(response.body)["subcode"]


@pytest.mark.parametrize("name", Refusal)
def test_r5_1_r5_3_every_refusal_can_be_written_in_both_formats(name):
    shown = json.loads(refusal(Refused(name), JSON).body)

    assert shown["code"]
    assert shown["message"]
    assert "reason" == root(refusal(Refused(name), XML))


@pytest.mark.parametrize("name", Refusal)
def test_r5_9_only_who_should_wait_is_told_how_long(name):
    response = refusal(Refused(name), JSON)

    assert (response.status in (429, 503)) is (b"Retry-After" in dict(response.headers))


def test_r5_1_bad_parameters_are_listed():
    shown = json.loads(refusal(bad_parameter("duration", "10 to 30"), JSON).body)

    assert [{"name": "duration", "reason": "10 to 30"}] == shown["parameters"]


def test_what_is_no_resource_is_sent_as_it_is():
    response = raw(200, Raw("text/html", b"<p>"), [(b"A", b"b")], Request("GET", "/"), 0.0)

    headers = [(b"A", b"b"), (b"Content-Type", b"text/html")]
    assert (200, headers, b"<p>") == (response.status, response.headers, response.body)


@pytest.mark.parametrize(("known", "status"), [(b'"7"', 304), (b'W/"7"', 304), (b'"8"', 200)])
def test_what_the_client_has_already_is_not_sent_again(known, status):
    """R2.32"""
    request = Request("GET", "/", headers={b"if-none-match": known})
    response = raw(200, Raw("image/jpeg", b"...", "7", 60.0), [], request, 0.0)

    assert (status, b"" if status == 304 else b"...") == (response.status, response.body)
    assert {b"ETag": b'"7"', b"Expires": b"Thu, 01 Jan 1970 00:01:00 GMT"}.items() <= dict(
        response.headers
    ).items()
