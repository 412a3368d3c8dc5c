"""Users and a file for the tests of the journal: one that is slow, full or broken on demand."""

from __future__ import annotations

import sqlite3
import threading

from openucwa.adapters.batches import BatchFile
from openucwa.domain.applications import Application, Key
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.presence import Endpoint
from openucwa.domain.users import User, arrive, settle

NOW = 1_000_000.0
LIMIT = 1000


class FlakyFile(BatchFile):
    """A real file that can be made to wait or to fail; it remembers the calls."""

    def __init__(self, folder):
        super().__init__(folder)
        self.full = self.cannot_drop = False
        self.appended = 0
        self.may_write = threading.Event()
        self.may_write.set()

    def append(self, body):
        self.may_write.wait(10)
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        self.appended += 1
        return super().append(body)

    def drop_before(self, number, most):
        if self.full or self.cannot_drop:
            raise sqlite3.OperationalError("database or disk is full")
        return super().drop_before(number, most)


def a_user(address: str, standing=None) -> User:
    """Return a person with one application that left lurker mode."""
    user = arrive(address, standing) if standing else User(address)
    user.applications["1"] = Application(
        "1", Key("e1", "en-US", "test/1", ""), NOW, NOW, {"": Channel("e")}, Endpoint(NOW, 300, 300)
    )
    settle(user, NOW)
    return user


def an_event(about: str) -> Event:
    """Return an event about a person; no two of them merge unless they are about the same."""
    return Event(Ref("people", "people"), Ref("contactPresence", f"people/{about}"), "updated")
