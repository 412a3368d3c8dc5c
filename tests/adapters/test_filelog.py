from __future__ import annotations

import pytest

from journals import FlakyFile
from openucwa.adapters.filelog import FileLog
from openucwa.adapters.journal import NotWritten


async def test_batches_are_kept_until_they_are_dropped(tmp_path):
    log = FileLog(FlakyFile(tmp_path))
    assert [1, 2] == [await log.append(b"one"), await log.append(b"two")]
    assert (6, 6) == (log.grown, log.size())

    assert await log.drop_before(2, 10)
    assert (6, 3) == (log.grown, log.size())
    await log.close()


async def test_what_the_disk_refuses_is_not_written(tmp_path):
    file = FlakyFile(tmp_path)
    log = FileLog(file)
    file.full = True

    with pytest.raises(NotWritten, match="full"):
        await log.append(b"one")
    with pytest.raises(NotWritten, match="full"):
        await log.drop_before(1, 1)
    await log.close()
