"""`atrium import`: judge an Excel register, say what it would change, write it whole or its good rows."""

import json
import sys
from pathlib import Path

import click

from core.commands import Refusal, ready, speaking_to
from core.excel import read_sheets
from core.i18n import _
from core.imports import engine
from core.registers import registers

REFUSED_ROWS = 3
"""Exit status when rows were refused."""


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "username", required=True, metavar="USERNAME", help="The person who imports.")
@click.option("--dry-run", is_flag=True, help="Judge only.")
@click.option("--partial", is_flag=True, help="Write the good rows of a file that has bad ones.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Where the checked workbook goes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def import_command(
    kind: str, file: Path, username: str, dry_run: bool, partial: bool, report: Path | None, as_json: bool
) -> None:
    """Import an Excel register: rooms, contractors, or one that a plugin brings (inspection-issues)."""
    platform = ready()
    known = registers(platform.plugins)
    if kind not in known:
        raise Refusal(_("There is no register “%(kind)s”. Known: %(known)s.", kind=kind, known=", ".join(known)))
    if not file.is_file():
        raise Refusal(_("There is no file %(path)s.", path=file))
    report = report or file.with_name(f"{file.name}.checked.xlsx")
    if _is_same(report, file):
        raise Refusal(
            _("The checked workbook may not go to %(path)s, as that is the file being imported; "
              "name another place with --report.", path=report)
        )  # fmt: skip
    principal = platform.principal_named(username)
    with speaking_to(platform, principal):
        if not principal.may(known[kind].resource, known[kind].verb):
            raise Refusal(
                _("%(name)s may not import “%(kind)s”; an administrator can grant the role that does.",
                  name=username, kind=known[kind].label)
            )  # fmt: skip
        register = known[kind].build(file.name)
        sheets = read_sheets(file)  # before the database is locked for writing
        with platform.working_as(principal, read_only=dry_run) as session:
            result = engine.judge(session, register, sheets)
            if not as_json:
                _tell(result)
            if not dry_run:
                engine.write_good(session, register, result, partial=partial)
        path = _report(report, register, result)
        if as_json:
            click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        else:
            _sum_up(result, path, None if dry_run else not result.bad or partial)
    sys.exit(REFUSED_ROWS if result.bad and not dry_run else 0)


def _is_same(report: Path, file: Path) -> bool:
    """Whether the checked workbook would take the place of the register, by whatever name it is called."""
    try:
        return report.samefile(file)
    except OSError:  # not there yet, or out of reach: `_report` tells when it cannot be written
        return False


def _report(path: Path, register: engine.RegisterKind, result: engine.Result) -> Path | None:
    """Write the checked workbook; where it cannot go, say so: what was imported stays imported."""
    if not result.bad:
        return None
    try:
        engine.write_report(path, register, result)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        click.echo(
            _("The checked workbook cannot be written to %(path)s (%(reason)s); name another place with --report.",
              path=path, reason=reason),
            err=True,
        )  # fmt: skip
        return None
    return path


def _tell(result: engine.Result) -> None:
    """What is refused and what would change, before anything is written; what running work depends on stands apart."""
    for line in result.bad:
        for heading, message in line.errors.items():
            click.echo(f"{line.row}\t{heading}\t{message}")
    changed = [line for line in result.good if line.state == "changed"]
    _tell_changes(_("Changes:"), [line for line in changed if not line.matters])
    _tell_changes(_("Changes that running work depends on:"), [line for line in changed if line.matters])


def _tell_changes(title: str, lines: list[engine.Line]) -> None:
    if lines:
        click.echo(title)
    for line in lines:
        for heading, (old, new) in line.changes.items():
            click.echo(f"{line.row}\t{heading}\t{_shown(old)} → {_shown(new)}")


def _shown(value: object) -> str:
    return "—" if value is None else str(value)


def _sum_up(result: engine.Result, path: Path | None, was_written: bool | None) -> None:
    """`was_written`: None in a dry run, False where bad rows held the good ones back."""
    click.echo(
        _("%(rows)s rows: %(new)s new, %(changed)s changed, %(same)s the same, %(bad)s refused.",
          rows=len(result.lines), new=result.count("new"), changed=result.count("changed"),
          same=result.count("same"), bad=len(result.bad))
    )  # fmt: skip
    if was_written is None:
        click.echo(_("Nothing was written, as this was a dry run."))
    elif not was_written:
        click.echo(_("Nothing was written. Mend the rows, or write the good ones with --partial."))
    else:
        click.echo(_("%(n)s rows were written.", n=result.written))
    if path is not None:
        click.echo(_("The refused rows stand in %(path)s, ready to be mended and imported.", path=path))
