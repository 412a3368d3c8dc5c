"""The command ``openucwa``. A verb's module is imported only when the verb is needed."""

from __future__ import annotations

from importlib import import_module

import click

from openucwa import __version__

VERBS = {
    "config": "openucwa.cli.config",
    "demo": "openucwa.cli.demo",
    "policy": "openucwa.cli.policy",
    "repair": "openucwa.cli.repair",
    "serve": "openucwa.cli.serve",
    "user": "openucwa.cli.user",
    "watch": "openucwa.cli.watch",
}
"""Each verb's module, which has the command under the verb's name."""


class LazyGroup(click.Group):
    """A group that finds its commands in ``VERBS``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the alphabet."""
        del ctx
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(import_module(VERBS[cmd_name]), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openucwa")
def main() -> None:
    """OpenUCWA: presence, messages and meetings for UCWA apps."""
