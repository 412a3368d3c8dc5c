"""``python -m openucwa`` is the command ``openucwa``."""

from __future__ import annotations

from openucwa.cli.main import main

if __name__ == "__main__":
    main(prog_name="openucwa")
