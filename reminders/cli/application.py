"""The one application, and which module holds which command. Imports nothing slow."""

from __future__ import annotations

from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

MODULES = {
    "check": "checking",
    "preview": "previewing",
    "import": "importing",
    "upcoming": "charts",
    "tick": "ticking",
    "show": "charts",
    "explain": "charts",
    "segments": "counting",
    "status": "charts",
    "triage": "triaging",
    "resume": "ticking",
    "inbox": "inbox",
    "take": "staff",
    "close": "staff",
    "reply": "staff",
    "consent": "consenting",
    "drill": "drilling",
    "serve": "serving",
    "demo": "demonstration",
}
"""Every command, in the order of the help, and the module under reminders.cli that adds it."""


class CannotRun(Exception):
    """The command cannot do its work; the words say why and what to do. Exit code 2."""


class OnDemand(TyperGroup):
    """Imports a command's module when it is asked for, so that light ones start at once."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002
        """Name every command there is."""
        return list(MODULES)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:  # noqa: ARG002
        """Return the command; None for a name that is none."""
        if cmd_name not in MODULES:
            return None
        import_module(f"reminders.cli.{MODULES[cmd_name]}")
        found = get_group(app).commands.get(cmd_name)
        return found if isinstance(found, TyperCommand) else None


app = typer.Typer(
    cls=OnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def reminders() -> None:
    """Follow-up texts for clinics that give botulinum-toxin treatments."""
