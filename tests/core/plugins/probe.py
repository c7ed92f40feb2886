"""Run in a process of its own: what is there of a plugin, and whether everything else goes on. Prints one JSON object.

The words after the script's name are plugins to look for; ATRIUM_PROBE_WRITE names folders whose first migration is
written before anything else.
"""

import json
import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from core import history, init, migrate
from core.access.context import as_system
from core.access.models import GROUP, PROJECT, Assignment
from core.access.scope import scoped_classes
from core.access.services import add_person
from core.estate.models import Project, Region
from core.i18n import _folders
from core.issues import origins
from core.model import Model, metadata
from core.platform import Platform, build

PASSWORD = "Lamp-post-26-yellow"
logging.disable(logging.CRITICAL)


def main(names: list[str]) -> None:
    platform = build()
    for folder in filter(None, os.environ.get("ATRIUM_PROBE_WRITE", "").split(os.pathsep)):
        if not (Path(folder) / "migrations").exists():
            migrate.revision(migrate.Owner(Path(folder).name, Path(folder)), "first")
    told = init.prepare(platform)
    fill(platform)
    from core.app import create_app

    app = create_app(platform)
    pages = look_around(app)
    found = {
        "states": [[one.name, one.state, one.reason] for one in platform.plugins.found],
        "told": told,
        "pages": pages,
        "traces": {name: traces(platform, app, name, pages["home"][1]) for name in names},
    }
    for text in pages.values():
        text[1] = ""
    print(json.dumps(found))


def fill(platform: Platform) -> None:
    """A project, and two people: one who administers, one who inspects."""
    with as_system(), platform.database.unit() as session:
        if session.scalar(select(Region.id).limit(1)) is not None:
            return
        region = Region(code="SZ", name="深圳")
        session.add(region)
        session.flush()
        project = Project(code="SZ-WH", name="湾湖", region_id=region.id)
        session.add(project)
        anna, bea = (add_person(session, name, name, PASSWORD) for name in ("anna", "beate"))
        session.flush()
        session.add(Assignment(user_id=anna.id, role="group_admin", scope=GROUP))
        session.add(Assignment(user_id=bea.id, role="inspection", scope=PROJECT, project_id=project.id))
    platform.stamps.forget()


def look_around(app: Any) -> dict[str, list[Any]]:
    """name → [status, text] of sign-in and of every list, as somebody who may see most of them."""
    client = app.test_client()
    page = client.get("/login/")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    sent = {"username": "beate", "password": PASSWORD, "csrf_token": token[1] if token else ""}
    found = {"door": [page.status_code, ""], "sign-in": [client.post("/login/", data=sent).status_code, ""]}
    answer = client.get("/")
    found["home"] = [answer.status_code, answer.text]
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith(".index") and "GET" in (rule.methods or ()):
            found[rule.rule] = [client.get(rule.rule).status_code, ""]
    return found


def traces(platform: Platform, app: Any, name: str, home: str) -> dict[str, Any]:
    """Everything that is there of a plugin."""
    from flask_appbuilder.security.sqla.models import PermissionView, ViewMenu

    with as_system(), platform.database.unit(read_only=True) as session:
        menus = session.scalars(select(ViewMenu.name)).all()
        held = [one.view_menu.name for one in session.scalars(select(PermissionView))]
    stands = inspect(platform.database.engine).get_table_names()
    mappers = [mapper for registry in _registries() for mapper in registry.mappers]
    packages = (name, f"acme_{name}", f"plugins.{name}")
    inside = tuple(f"{package}." for package in packages)
    return {
        "routes": sorted(one.rule for one in app.url_map.iter_rules() if one.rule.startswith(f"/{name}/")),
        "endpoints": sorted(one for one in app.view_functions if one.startswith(f"{name}:")),
        "menu": f'href="/{name}/' in home,
        "permissions": sorted(one for one in {*menus, *held} if one.startswith(f"{name}.")),
        "grants": sorted(res for by in platform.grants.values() for res in by if res.startswith(f"{name}.")),
        "tables": sorted(one for one in stands if one.startswith(f"{name}_")),
        "metadata": sorted(one for one in metadata.tables if one.startswith(f"{name}_")),
        "mappers": sum(str(one.local_table).startswith(f"{name}_") for one in mappers),
        "scoped": sorted(one.__name__ for one in scoped_classes() if str(one.__resource__).startswith(f"{name}.")),
        "modules": sorted(one for one in sys.modules if one in packages or one.startswith(inside)),
        "hooks": platform.plugins.manager.has_plugin(name),
        "listens": sum(owner == name for owner, _ in history._listeners),
        "origins": sorted(code for code, owner in origins._origins.items() if owner == name),
        "words": sum(f"/{name}/" in str(folder) for folder in _folders),
    }  # fmt: skip


def _registries() -> list[Any]:
    from sqlalchemy.orm import mapperlib

    return [one for one in mapperlib._all_registries() if one is not Model.registry]


if __name__ == "__main__":
    main(sys.argv[1:])
