"""Pictures on their way into the database."""

from __future__ import annotations

from openucwa.cli.album import Album
from openucwa.domain.photos import Photo


def test_pictures_come_back_in_the_order_in_which_they_are_asked_for():
    one, other = Photo(b"\0one", "1"), Photo(b"", "2")

    with Album() as album:
        for address, photo in (("a", other), ("b", one), ("a", one), ("c", other)):
            album.keep(address, photo)

        assert {"a": "1", "b": "1", "c": "2"} == album.digests
        assert [("c", other), ("a", one)] == list(album.photos(["c", "a"]))
