"""Structured logs on standard error, with the request's id and without secrets."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import Literal

import structlog

REQUEST: ContextVar[bytes] = ContextVar("request", default=b"")
"""The number of the request that is worked on; answers carry it too."""

SECRETS = frozenset({"password", "token", "authorization", "access_token", "cookie", "secret"})


def hide_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Blank out values whose names say that they are secret."""
    for key in event:
        if key.lower() in SECRETS:
            event[key] = "***"
    return event


def add_request(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Say which request a line belongs to."""
    if REQUEST.get():
        event["request"] = REQUEST.get().decode()
    return event


def configure(level: str, layout: Literal["auto", "json", "console"]) -> None:
    """Send all logs through structlog to standard error."""
    console = layout == "console" or (layout == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        add_request,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    end: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("alembic", "uvicorn", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
