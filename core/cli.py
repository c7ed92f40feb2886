"""The `atrium` command: its parts stand in `core.commands`, and each plugin may bring commands of its own."""

import logging
import sys
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from core import __version__
from core.commands import Refusal, ready
from core.commands.exports import export_group
from core.commands.imports import import_command
from core.commands.installation import (
    demo_command,
    health_command,
    init_command,
    plugins_command,
    run_command,
)
from core.commands.params import params_group
from core.commands.plugin import plugin_group
from core.commands.users import users_group
from core.errors import RuleError
from core.i18n import LANGUAGES, _, reading
from core.plugins import PluginError


class Atrium(click.Group):
    """The platform's commands and the plugins'. Refusals are sentences, never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or brought().get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        with reading(ctx.params["lang"]):
            try:
                return super().invoke(ctx)
            except (RuleError, PluginError) as refusal:
                raise Refusal(str(refusal)) from None
            except DatabaseError as fault:
                logging.getLogger(__name__).debug("the database refused", exc_info=fault)
                raise Refusal(
                    _("The database refused: %(reason)s Was `atrium init` run in this home (ATRIUM_HOME)?",
                      reason=str(fault.orig).strip().partition("\n")[0])
                ) from None  # fmt: skip


def brought() -> dict[str, click.Command]:
    """Commands of the loaded plugins by name."""
    found = (command for plugin in ready().plugins.loaded for command in plugin.commands)
    return {command.name: command for command in found if command.name}


@click.group(cls=Atrium)
@click.version_option(__version__)
@click.option("--lang", type=click.Choice(list(LANGUAGES)), default="zh", envvar="ATRIUM_LANG", show_default=True,
              help="Language of sentences.")  # fmt: skip
def cli(lang: str) -> None:
    """Atrium: customer service for property developers."""


for command in (
    init_command,
    demo_command,
    run_command,
    plugins_command,
    params_group,
    plugin_group,
    health_command,
    import_command,
    export_group,
    users_group,
):
    cli.add_command(command)


def main() -> None:
    """Entry point."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    cli()


if __name__ == "__main__":
    main()
