"""Accounts from the server's side: the first administrator, a forgotten password."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import as_system
from core.access.models import Person
from core.access.roles import load_roles
from core.access.services import add_person, grant, role_named, set_password
from core.commands import Refusal, ready
from core.i18n import _


@click.group("users")
def users_group() -> None:
    """Manage accounts from the server's side."""


@users_group.command("list")
def users_list() -> None:
    """Show the accounts."""
    with as_system(), ready().database.unit(read_only=True) as session:
        for person in session.scalars(select(Person).order_by(Person.username)):
            click.echo(f"{person.username:24} {person.label}{'' if person.active else ' ' + _('(inactive)')}")


@users_group.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.password_option()
def users_add(username: str, name: str, password: str) -> None:
    """Create an account; what it may do comes with `users grant`."""
    with as_system(), ready().database.unit() as session:
        add_person(session, username, name, password)
    click.echo(_("%(name)s may sign in; grant a role with: atrium users grant %(name)s ROLE …", name=username))


@users_group.command("password")
@click.argument("username")
@click.password_option()
def users_password(username: str, password: str) -> None:
    """Set an account's password."""
    with as_system(), ready().database.unit() as session:
        set_password(session, _person(session, username), password)
    click.echo(_("The password is set."))


@users_group.command("grant")
@click.argument("username")
@click.argument("role")
@click.option("--region", metavar="CODE")
@click.option("--project", metavar="CODE")
def users_grant(username: str, role: str, region: str | None, project: str | None) -> None:
    """Grant a role: for the group, or for --region CODE or --project CODE."""
    if region and project:
        raise Refusal(_("Name a region or a project, not both."))
    platform = ready()
    tree = platform.principals.organisation()
    region_id = next((one.id for one in tree.regions.values() if one.code == region), None) if region else None
    project_id = next((one.id for one in tree.projects.values() if one.code == project), None) if project else None
    if region and region_id is None:
        raise Refusal(_("There is no region %(code)s.", code=region))
    if project and project_id is None:
        raise Refusal(_("There is no project %(code)s.", code=project))
    scope = "project" if project_id else "region" if region_id else "group"
    with as_system(), platform.database.unit() as session:
        found = role_named(load_roles(platform.settings.config_dir), role)
        grant(session, _person(session, username), found, scope, region_id=region_id, project_id=project_id)
    where = project or region or _("the group")
    click.echo(_("%(name)s holds %(role)s for %(where)s.", name=username, role=role, where=where))


def _person(session: Session, username: str) -> Person:
    found = session.scalars(select(Person).where(Person.username == username)).one_or_none()
    if found is None:
        raise Refusal(_("Nobody is called %(name)s. `atrium users list` shows who there is.", name=username))
    return found
