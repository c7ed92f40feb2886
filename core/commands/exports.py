"""Workbooks from the command line: lists to contractors, one command for each module that records findings."""

from datetime import datetime, time
from pathlib import Path

import click

from core import clock
from core.access.reach import Principal
from core.commands import Refusal, ready, speaking_to
from core.i18n import _, language
from core.issues.origins import origin_resources


class Exports(click.Group):
    """`<origin>-list` for each origin of findings that a loaded plugin brings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        ready()
        return [f"{origin}-list" for origin in sorted(origin_resources("list"))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _list_command(cmd_name.removesuffix("-list")) if cmd_name in self.list_commands(ctx) else None


@click.group("export", cls=Exports)
def export_group() -> None:
    """Write workbooks."""


def _list_command(origin: str) -> click.Command:
    @click.command(f"{origin}-list")
    @click.option("--project", "code", required=True, metavar="CODE", help="Findings of this project.")
    @click.option("--contractor", metavar="NAME", help="Only this contractor's.")
    @click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Entered on this day or later.")
    @click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="Entered on this day or earlier.")
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The workbook.")
    @click.option("--as", "username", required=True, metavar="USERNAME", help="The person who sends the lists.")
    def command(
        code: str, contractor: str | None, start: datetime | None, end: datetime | None, out: Path, username: str
    ) -> None:
        """Put findings that are on no list yet on numbered lists, one per contractor, and write the workbook."""
        platform = ready()
        with speaking_to(platform, principal := platform.principal_named(username)):
            _export(origin, principal, code, contractor, start, end, out)

    return command


def _export(
    origin: str,
    principal: Principal,
    code: str,
    contractor: str | None,
    start: datetime | None,
    end: datetime | None,
    out: Path,
) -> None:
    from core.issues.selection import unlisted
    from core.issues.services import export_copy, put_on_lists
    from core.issues.workbook import lists_workbook

    project = next((one for one in principal.organisation.projects.values() if one.code == code), None)
    resource = origin_resources("issue")[origin]
    if project is None or not principal.reach(resource, "list").holds_project(project.id):
        raise Refusal(_("%(name)s may not make lists in a project %(code)s.", name=principal.name, code=code))
    region = principal.organisation.region_of(project.id)
    platform = ready()
    zone = platform.parameters.catalogue().zone(region.code if region else None)
    since = clock.from_local(start, zone) if start else None
    until = clock.from_local(datetime.combine(end, time.max), zone) if end else None
    part = out.with_name(f".{out.name}.part")
    try:
        with platform.working_as(principal) as session:
            issues = unlisted(session, origin, project.id, contractor=contractor, since=since, until=until)
            made = [export_copy(session, one) for one in put_on_lists(session, issues)]
            part.write_bytes(lists_workbook(session, made, language()))
        part.replace(out)  # after the commit: nobody holds a list that is not there, nor misses one that is
    except OSError as fault:
        raise Refusal(_("%(path)s cannot be written: %(reason)s.", path=out, reason=fault.strerror)) from None
    finally:
        part.unlink(missing_ok=True)
    numbers = ", ".join(one.number or "" for one in made)
    click.echo(
        _("%(lists)s lists with %(findings)s findings: %(numbers)s → %(path)s",
          lists=len(made), findings=len(issues), numbers=numbers, path=out)
    )  # fmt: skip
