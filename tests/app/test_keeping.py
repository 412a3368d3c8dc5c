"""The audit log is cut once an hour."""

from __future__ import annotations

from openucwa.app.keeping import EVERY, Keeping


class Log:
    def __init__(self):
        self.cuts = []

    async def purge(self, before, most):
        self.cuts.append((before, most))


async def test_what_is_too_old_is_forgotten_once_an_hour():
    log = Log()
    keeping = Keeping(log, 100.0, 7)
    for now in (1000.0, 1000.0 + EVERY / 2, 1000.0 + EVERY, 10.0):
        await keeping.recheck(now)

    assert [(900.0, 7), (900.0 + EVERY, 7), (-90.0, 7)] == log.cuts
