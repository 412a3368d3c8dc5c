"""The command ``openucwa``. A verb's module is imported only when the verb is needed."""

from __future__ import annotations

from importlib import import_module

import click

from openucwa import __version__

VERBS = {
    "callback": "openucwa.cli.callback",
    "chat": "openucwa.cli.chat",
    "config": "openucwa.cli.config",
    "demo": "openucwa.cli.demo",
    "export": "openucwa.cli.exporting",
    "group": "openucwa.cli.group",
    "history": "openucwa.cli.history",
    "import": "openucwa.cli.importing:import_files",
    "meeting": "openucwa.cli.meeting",
    "policy": "openucwa.cli.policy",
    "pool": "openucwa.cli.pool",
    "repair": "openucwa.cli.repair",
    "say": "openucwa.cli.say",
    "serve": "openucwa.cli.serve",
    "user": "openucwa.cli.user",
    "watch": "openucwa.cli.watch",
    "webhook": "openucwa.cli.webhook",
}
"""Each verb's module, and the command's name there if it is not that of the verb."""


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
        module, _, name = VERBS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name or cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openucwa")
def main() -> None:
    """OpenUCWA: presence, messages and meetings for UCWA apps."""
