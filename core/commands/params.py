"""Parameters between files and the database: check, compare, take over, write out, look back, put back."""

import json
import sys
from functools import partial
from pathlib import Path

import click

from core import init
from core.access.context import as_system
from core.commands import ready
from core.i18n import _, language
from core.parameters.catalogue import Catalogue
from core.parameters.publishing import Difference, differences, export_folder, history, in_words, restore
from core.parameters.store import apply_folder, in_force, layer_of, read_folder
from core.platform import Platform

AUTHOR = "atrium params"
FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group("params")
def params_group() -> None:
    """Check, compare, take over and write out parameters; see earlier revisions and put one back."""


@params_group.command("validate")
@FOLDER
def validate_command(folder: Path | None) -> None:
    """Read FOLDER (by default config/) and tell every fault with file and line. Nothing is changed."""
    platform = ready()
    found = read_folder(_folder(platform, folder), platform.parameters.schemas, partial(init.judge, platform))
    click.echo(_("%(n)s files are in order.", n=len(found)))


@params_group.command("diff")
@FOLDER
def diff_command(folder: Path | None) -> None:
    """Tell what taking over FOLDER (by default config/) would change. Exit status 1 where something would."""
    platform = ready()
    schemas = platform.parameters.schemas
    files = read_folder(_folder(platform, folder), schemas, partial(init.judge, platform))
    with as_system(), platform.database.unit(read_only=True) as session:
        held = {(one.level, one.scope_code): layer_of(one, schemas) for one in in_force(session)}
    named = {(one.layer.level.word, one.layer.scope): one.layer for one in files}
    after = Catalogue(schemas, [*{**held, **named}.values()])
    found = list(differences(Catalogue(schemas, [*held.values()]), after, language()))
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo(_("The files say what is in force."))
    sys.exit(1 if found else 0)


@params_group.command("apply")
@FOLDER
def apply_command(folder: Path | None) -> None:
    """Take over FOLDER (by default config/) as new revisions, in force at once; all of it, or with a fault nothing."""
    platform = ready()
    with as_system(), platform.database.unit() as session:
        taken = apply_folder(session, _folder(platform, folder), platform.parameters.schemas, AUTHOR,
                             partial(init.judge, platform), asked=True)  # fmt: skip
    for name in taken:
        click.echo(_("Took over %(name)s as a new revision.", name=name))
    if not taken:
        click.echo(_("The files say what is in force."))


@params_group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_command(folder: Path) -> None:
    """Write what is in force into FOLDER, as files that `apply` takes back unchanged."""
    with as_system(), ready().database.unit(read_only=True) as session:
        for path in export_folder(session, folder):
            click.echo(_("Written: %(path)s", path=path))


@params_group.command("history")
@click.option("--scope", help="A region's code; `group` for the group.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
def history_command(scope: str | None, as_json: bool) -> None:
    """List the revisions, the newest first."""
    with as_system(), ready().database.unit(read_only=True) as session:
        held = {one.id for one in in_force(session)}
        found = [
            {"revision": row.id, "scope": row.scope_code or "group", "author": row.author, "approver": row.approver,
             "effective_on": row.effective_on.isoformat(), "in_force": row.id in held, "digest": row.digest}
            for row in history(session, "" if scope == "group" else scope)
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        mark = _("in force") if one["in_force"] else ""
        line = f"{one['revision']:>6} {one['scope']:8} {one['effective_on']} {one['author']:20} {mark}"
        click.echo(line.rstrip())


@params_group.command("restore")
@click.argument("revision", type=int)
def restore_command(revision: int) -> None:
    """Put REVISION in force again, as a new revision."""
    platform = ready()
    with as_system(), platform.database.unit() as session:
        made = restore(session, revision, platform.parameters.schemas, AUTHOR, partial(init.judge, platform)).id
    click.echo(_("Revision %(n)s is in force again, as revision %(made)s.", n=revision, made=made))


def _folder(platform: Platform, folder: Path | None) -> Path:
    return folder or platform.settings.config_dir


def _line(one: Difference) -> str:
    entry = next((line.key for line in (one.before, one.after) if line and line.key), "")
    where = f"{one.key}.{entry}" if entry else one.key
    return f"{one.scope or _('Group')}  {where}: {in_words(one.before)} → {in_words(one.after)}"
