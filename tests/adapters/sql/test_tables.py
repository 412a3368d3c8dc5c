"""Text columns hold whatever clients send."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import sqlite

from openucwa.adapters.sql.tables import Text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (None, None),
        ("", ""),
        ("Søren \U0001f600\n", "Søren \U0001f600\n"),
        ("a\0\udc80", "a\ufffd\ufffd"),
    ],
)
def test_only_what_no_engine_can_hold_is_replaced(text, stored):
    assert stored == Text().process_bind_param(text, sqlite.dialect())
