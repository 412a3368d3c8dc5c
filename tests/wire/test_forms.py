"""The token endpoint's forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire.forms import fields
from openucwa.wire.malformed import Malformed

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=----x"


def multipart(*parts: tuple[str, str], end: str = "------x--\r\n") -> bytes:
    head = 'Content-Disposition: form-data; name="{}"\r\nContent-Type: text/plain'
    body = "".join(f"------x\r\n{head.format(name)}\r\n\r\n{text}\r\n" for name, text in parts)
    return (body + end).encode()


@pytest.mark.parametrize(
    "content_type",
    [URLENCODED, f"{URLENCODED};charset='utf-8'", f"{URLENCODED}; charset=UTF-8", "", None],
)
def test_urlencoded(content_type):
    """Clients quote the charset oddly and do not escape @ (R1.38, CLIENT-RULES R6)."""
    body = b"Grant_Type=password&username=alice@contoso.test&password=a%2Bb+c%C3%A9&resource=\r\n"

    assert {
        "grant_type": "password",
        "username": "alice@contoso.test",
        "password": "a+b cé",
        "resource": "",
    } == fields(content_type, body)


@pytest.mark.parametrize(
    "content_type", [MULTIPART, 'Multipart/Form-Data; charset=utf-8; boundary="----x"']
)
def test_multipart(content_type):
    """PHP posts the grant as multipart (CLIENT-RULES R6)."""
    body = multipart(("Grant_type", "password"), ("username", "alice@x"), ("password", "ä\r\n&="))

    assert {"grant_type": "password", "username": "alice@x", "password": "ä\r\n&="} == fields(
        content_type, body
    )


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text(max_size=20)))
def test_multipart_values_are_kept(given_fields):

    assert given_fields == fields(MULTIPART, multipart(*given_fields.items()) or b"")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", multipart(("a", "b"))),
        (MULTIPART, b""),
        (MULTIPART, b"grant_type=password"),
        (MULTIPART, multipart(("a", "b"), end="")),
        (MULTIPART, multipart(*[("a", "b")] * 51)),
        ("multipart/form-data; boundary=" + "x" * 1000, b""),
        ("multipart/form-data; boundary=\u20ac", b""),
        (URLENCODED, b"&" * 51),
    ],
)
def test_unreadable_forms(content_type, body):
    with pytest.raises(Malformed):
        fields(content_type, body)
