"""`atrium init`: migrate, sync roles and permissions, import `config/`. Idempotent; two hosts may run it at once."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import migrate
from core.access.context import as_system
from core.access.grants import resources_of
from core.access.roles import load_roles
from core.i18n import _
from core.parameters.catalogue import Catalogue
from core.parameters.errors import ParameterError
from core.parameters.store import apply_folder
from core.platform import Platform
from core.plugin_faults import keep_faults

AUTHOR = "atrium init"


def prepare(platform: Platform) -> list[str]:
    """Bring the installation up to date; returns sentences about what was done.

    In safe mode only core's tables: what the plugins' permissions, parameters and faults are cannot be known without
    their code, and must be as it was when they load again.
    """
    if platform.settings.safe_mode:
        with migrate.locked(platform.settings.database_url, platform.settings.home):
            migrate.upgrade(platform.settings.database_url, [migrate.CORE])
        return [_("Safe mode: no plugin is loaded; permissions and parameters stay as they are.")]
    told = []
    owners = migrate.owners_of(platform.plugins)
    with migrate.locked(platform.settings.database_url, platform.settings.home):
        failed = migrate.upgrade(platform.settings.database_url, owners)
        told += [
            _("Plugin %(name)s: its migration failed: %(reason)s", name=name, reason=reason)
            for name, reason in failed.items()
        ]
        with as_system(), platform.database.unit() as session:
            broken = {one.name: one.reason for one in platform.plugins.found if one.state == "failed"}
            keep_faults(session, failed, broken)
        platform.leave_out(failed)
        with as_system(), platform.database.unit() as session:
            taken = apply_folder(
                session, platform.settings.config_dir, platform.parameters.schemas, AUTHOR, partial(judge, platform)
            )
            told += [_("Took over %(name)s as a new revision.", name=name) for name in taken]
            sync_permissions(session, platform)
    platform.stamps.forget()
    return told


def judge(platform: Platform, catalogue: Catalogue) -> Iterator[ParameterError]:
    """What plugins say of the group's and each region's values beyond their schemas."""
    for region in ("", *catalogue.regions):
        for plugin in platform.plugins.loaded:
            own = {
                key: catalogue.value(key, region) for key in catalogue.parameters if key.startswith(f"{plugin.name}.")
            }
            file = f"{region or 'platform'}.yaml"
            for name, said in platform.plugins.call("check_parameters", [plugin.name], region=region, values=own):
                yield from (ParameterError(file, 0, name, sentence) for sentences in said for sentence in sentences)


def sync_permissions(session: Session, platform: Platform) -> None:
    """Write the compiled grants into Flask-AppBuilder's tables, adding and removing; assignments stay the truth."""
    from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu

    def ensure(model: Any, names: set[str]) -> dict[str, Any]:
        known = {row.name: row for row in session.scalars(select(model))}
        for name in sorted(names - known.keys()):
            known[name] = model(name=name)
            session.add(known[name])
        session.flush()
        return known

    grants = platform.grants
    wanted = {(f"can_{verb}", resource) for resource, verbs in resources_of(grants).items() for verb in verbs}
    permissions = ensure(Permission, {one[0] for one in wanted})
    views = ensure(ViewMenu, {one[1] for one in wanted})
    roles = ensure(Role, set(load_roles(platform.settings.config_dir)) | set(grants))
    pairs = {(row.permission.name, row.view_menu.name): row for row in session.scalars(select(PermissionView))}
    for gone in pairs.keys() - wanted:
        pairs[gone].role = []
        session.delete(pairs.pop(gone))
    session.flush()
    for known, names in ((permissions, {one[0] for one in wanted}), (views, {one[1] for one in wanted})):
        for name in known.keys() - names:
            session.delete(known[name])
    for permission, resource in sorted(wanted - pairs.keys()):
        pairs[permission, resource] = PermissionView(permission=permissions[permission], view_menu=views[resource])
        session.add(pairs[permission, resource])
    for name, role in roles.items():
        held = grants.get(name, {})
        role.permissions = [
            pairs[f"can_{verb}", resource] for resource, verbs in sorted(held.items()) for verb in sorted(verbs)
        ]
