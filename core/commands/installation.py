"""Prepare a home, fill it for a demonstration, start it, and see which plugins it has."""

import json
import os
import sys
from dataclasses import asdict

import click
from sqlalchemy import inspect

from core import demo, init
from core.access.context import as_system
from core.commands import Refusal, ready
from core.i18n import _
from core.platform import Platform
from core.plugin_archive import ArchivedPlugin
from core.plugin_states import PluginState, plugin_states, sentences
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
@click.option(
    "--trace-hooks", is_flag=True, help="Write a line for each call of a plugin's hook (ATRIUM_TRACE_HOOKS=1)."
)
def run_command(safe: bool, trace_hooks: bool) -> None:
    """Prepare this home and start Atrium; load the demo group when the database is empty."""
    from core.serve import port_refusal, serve

    if safe:
        os.environ["ATRIUM_SAFE_MODE"] = "1"  # web server, worker and beat inherit it
    if trace_hooks:
        os.environ["ATRIUM_TRACE_HOOKS"] = "1"
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
def plugins_command(as_json: bool) -> None:
    """List the plugins that were found and what became of each: loaded, failed, archived, not allowed, missing."""
    platform = ready()
    platform.leave_out_unmigrated()
    found = _states(platform)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    if platform.settings.safe_mode:
        click.echo(_("Safe mode: no plugin is loaded. Start without ATRIUM_SAFE_MODE and --safe to load them again."))
    for one in found:
        click.echo(f"{one.name:20} {one.state:10} {one.source}".rstrip())
        for said in sentences(one, {}, safe_mode=platform.settings.safe_mode):
            click.echo(f"{'':20} {said}")


def _states(platform: Platform) -> list[PluginState]:
    if not inspect(platform.database.engine).has_table(ArchivedPlugin.__tablename__):  # before the first `atrium init`
        return [PluginState(one.name, one.state, one.name, source=one.source, reason=one.reason)
                for one in platform.plugins.found]  # fmt: skip
    with as_system(), platform.database.unit(read_only=True) as session:
        return plugin_states(platform, session)
