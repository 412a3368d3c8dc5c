"""Counting who is inside, to learn when all who are inside now have left."""

from __future__ import annotations

from collections.abc import Callable


class Turnstile:
    """Those inside, in two halves: who came before the last question, and who came since."""

    def __init__(self) -> None:
        self._inside: set[object] = set()
        self._asked: list[tuple[set[object], Callable[[], None]]] = []

    def enter(self) -> object:
        """Come in; return what is to be given back on leaving."""
        token = object()
        self._inside.add(token)
        return token

    def leave(self, token: object) -> None:
        """Go out."""
        self._inside.discard(token)
        for left, done in list(self._asked):
            left.discard(token)
            if not left:
                self._asked.remove((left, done))
                done()

    def when_left(self, done: Callable[[], None]) -> None:
        """Have ``done`` called once all who are inside now have left."""
        if self._inside:
            self._asked.append((set(self._inside), done))
        else:
            done()
