"""Prepare a home, fill it for a demonstration, start it, and see which plugins it has."""

import json
import os
import sys

import click

from core import demo, init
from core.commands import Refusal, ready
from core.i18n import _
from core.settings import Settings
from core.start import accounts, prepare_home


@click.command("init")
def init_command() -> None:
    """Migrate, sync roles and permissions, import config/ as parameter revisions."""
    for line in init.prepare(ready()):
        click.echo(line)
    click.echo(_("Ready."))


@click.command("demo")
def demo_command() -> None:
    """Fill an empty database with the demo group."""
    fresh = demo.load(ready())
    click.echo(_("The demo group is loaded.") if fresh else _("The demo group is there already; nothing was changed."))


@click.command("run")
@click.option("--safe", is_flag=True, help="Start the shell alone, without any plugin (ATRIUM_SAFE_MODE=1).")
def run_command(safe: bool) -> None:
    """Prepare this home and start Atrium; load the demo group when the database is empty."""
    from core.serve import port_refusal, serve

    if safe:
        os.environ["ATRIUM_SAFE_MODE"] = "1"  # web server, worker and beat inherit it
    try:
        settings = Settings.load()
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    refusal = port_refusal(settings.host, settings.port)
    if refusal:  # before anything is written
        click.echo(refusal, err=True)
        sys.exit(1)
    platform = ready()
    for line in prepare_home(platform):
        click.echo(line)
    lines = accounts(platform)
    platform.close()
    sys.exit(serve(settings, on_ready=lambda: click.echo("\n".join(lines)) if lines else None))


@click.command("health")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def health_command(as_json: bool) -> None:
    """Tell how this installation is: database, migrations, workers, plugins. Exit status 1 where people cannot work."""
    from core.web.health import FAILING, health

    found = health(ready())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for name, value in found.items():
            click.echo(f"{name:12} {value if value not in ('', {}) else 'ok'}")
    sys.exit(1 if found["status"] == FAILING else 0)


@click.command("plugins")
def plugins_command() -> None:
    """List the plugins that were found, and why one did not load."""
    platform = ready()
    platform.leave_out_unmigrated()
    if platform.settings.safe_mode:
        click.echo(_("Safe mode: no plugin is loaded. Start without ATRIUM_SAFE_MODE and --safe to load them again."))
    for plugin in platform.plugins.found:
        click.echo(f"{plugin.name:20} {plugin.state:10} {plugin.source}")
        if plugin.reason:
            click.echo(f"{'':20} {plugin.reason}")
    for name in platform.left_behind():
        click.echo(f"{name:20} {'missing':10} {_('is no longer here; its tables stay')}")
