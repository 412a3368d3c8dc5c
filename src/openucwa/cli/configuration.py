"""The effective settings: from flags, variables and a TOML file.

A flag wins over an ``OPENUCWA_<SECTION>_<KEY>`` variable, which wins over the file. Anything
unknown or out of bounds is a ``SettingsError`` that says where it stands and what is allowed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from openucwa.domain.destinations import Destinations
from openucwa.settings import OPTIONS, PREFIX, SECTIONS, Settings

CONFIG_VARIABLE = "OPENUCWA_CONFIG"
"""The variable that names the TOML file when ``--config`` does not."""


class SettingsError(Exception):
    """A setting is unknown or wrong; the text names it, its place and what is allowed."""


def load(
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the effective settings. Raises ``SettingsError``.

    ``flags`` has dotted names (``server.port``) with text or values; None is a flag not given.
    The file is ``config``, else what ``OPENUCWA_CONFIG`` names, else there is none.
    """
    environ = environ or {}
    config = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    values: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    origins: dict[str, str] = {}

    def put(name: str, raw: Any, place: str, *, strict: bool = False) -> None:
        option = OPTIONS[name]
        try:
            values[option.section][option.key] = option.read(raw, strict=strict)
        except ValueError:
            what = f"is {raw!r}; allowed: {option.allowed()}"
            raise SettingsError(f"{name} ({place}) {what}") from None
        origins[name] = place

    for name, raw, place in _from_file(config) if config else ():
        put(name, raw, place, strict=True)
    variables = {option.variable: name for name, option in OPTIONS.items()}
    for variable in sorted(environ):
        if variable in variables:
            put(variables[variable], environ[variable], f"variable {variable}")
        elif variable.startswith(PREFIX) and variable != CONFIG_VARIABLE:
            nearest = _nearest(variable, variables)
            raise SettingsError(f"{variable} is not a setting's variable{nearest}")
    for name, raw in (flags or {}).items():
        if raw is not None:
            put(name, raw, "flag --" + OPTIONS[name].key.replace("_", "-"))
    sections = {name: replace(getattr(Settings(), name), **keys) for name, keys in values.items()}
    settings = Settings(**sections, origins=origins)
    if bool(settings.server.tls_cert) != bool(settings.server.tls_key):
        raise SettingsError("server.tls_cert and server.tls_key go together: set both or neither")
    try:
        Destinations(settings.webhooks.allowed)
    except ValueError as error:
        raise SettingsError(f"webhooks.allowed: {error}") from None
    return settings


def _from_file(path: Path) -> Iterator[tuple[str, Any, str]]:
    """Yield name, value and place of each key in the file."""
    try:
        text = path.read_text("utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    lines = _lines(text)
    for section, table in tables.items():
        named = isinstance(table, dict) and (table or section in SECTIONS)
        keys = table if named else {"": table}
        for key, raw in keys.items():
            name = f"{section}.{key}" if key else section
            place = f"{path}, line {lines[name]}" if name in lines else str(path)
            if name not in OPTIONS:
                raise SettingsError(f"{name} ({place}) is not a setting{_nearest(name, OPTIONS)}")
            yield name, raw, place


def _lines(text: str) -> dict[str, int]:
    """Return the line on which each dotted key of a TOML text stands, as far as it is plain."""
    header = ""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[\s*([\w.\"' -]+?)\s*\]", line):
            header = found[1] + "."
        elif found := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            lines.setdefault(re.sub(r"[\"']", "", header + found[1]), number)
    return lines


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else "; known are: " + ", ".join(known)
