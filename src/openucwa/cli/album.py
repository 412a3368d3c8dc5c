"""Pictures on their way into the database: in a temporary file, as all may not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Self

from openucwa.domain.photos import Photo


class Album:
    """Pictures by address. The file goes when the block is left."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  closed with the album
        self._places: dict[str, tuple[int, int, str]] = {}

    def keep(self, address: str, photo: Photo) -> None:
        """Put a picture in."""
        start = self._file.seek(0, 2)
        self._file.write(photo.jpeg)
        self._places[address] = (start, len(photo.jpeg), photo.digest)

    @property
    def digests(self) -> dict[str, str]:
        """Which pictures there are, by address."""
        return {address: digest for address, (_, _, digest) in self._places.items()}

    def photos(self, addresses: Iterable[str]) -> Iterator[tuple[str, Photo]]:
        """Yield the pictures of some, one after the other."""
        for address in addresses:
            start, length, digest = self._places[address]
            self._file.seek(start)
            yield address, Photo(self._file.read(length), digest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
