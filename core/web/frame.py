"""The frame around a page: menu, switcher, person – for whoever asks, in one pass without a statement of its own."""

import logging
from typing import Any

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.access.context import as_system, current
from core.access.grants import ADMINS
from core.access.roles import load_roles
from core.i18n import LANGUAGES, _, language, listed
from core.platform import Platform
from core.records.preferences import remember
from core.shell.frame import Frame, LanguageChoice, NavGroup, NavItem, Person, Switcher, SwitchOption
from core.web.pages import MenuPage

log = logging.getLogger(__name__)


def frame_of(platform: Platform, menu: list[MenuPage]) -> Frame:
    """For the request at hand."""
    who, lang = current(), language()
    languages = [
        LanguageChoice(code, name, {"zh": "中"}.get(code, code.upper()), f"/language/{code}")
        for code, name in LANGUAGES.items()
        if code != lang
    ]
    base = Frame(
        lang="zh-CN" if lang == "zh" else "en", csrf=generate_csrf(), path=request.full_path.rstrip("?"),
        languages=languages, demo=platform.settings.is_demo,
    )  # fmt: skip
    if not who.is_signed_in:
        return base
    roles = load_roles(platform.settings.config_dir)
    names = list(dict.fromkeys(roles[held.role].label for held in who.held if held.role in roles))
    makers = sorted(
        (one for one in menu if one.new_url and who.may(one.resource, "write")), key=lambda one: not one.quick
    )
    new = makers[0] if makers else None
    zone = _zone()
    return Frame(
        lang=base.lang, csrf=base.csrf, path=base.path, languages=languages, demo=base.demo, nav=_nav(menu),
        switcher=_switcher(), person=Person(who.name, listed(names[:2]), who.username), sign_out_url="/logout/",
        profile_url="/me/", password_url="/me/password", find_url="/find/",
        jobs_url="/jobs/" if who.may("job", "read") else "",
        awaits=bool(session.get("awaits")),
        safe_mode=platform.settings.safe_mode and any(held.role in ADMINS for held in who.held),
        drawn=f"{clock.local(clock.now(), zone):%Y-%m-%d %H:%M}", zone=zone,
        new_url=new.new_url if new else "", new_label=new.new_label if new else "",
    )  # fmt: skip


def _zone() -> str:
    """Whose clock a printed page shows: the chosen project's, else that of the only region one works in."""
    chosen = chosen_project()
    region = current().organisation.region_of(chosen) if chosen else current().only_region
    return region.zone if region else clock.DEFAULT_ZONE


def _nav(menu: list[MenuPage]) -> list[NavGroup]:
    who = current()
    groups: dict[str, list[NavItem]] = {"": [NavItem(_("Desk"), "/", "home", active=request.path == "/")]}
    for one in menu:
        if one.is_for(who):
            active = request.path.startswith(one.url)
            groups.setdefault(str(one.group), []).append(NavItem(one.label, one.url, one.icon, active=active))
    return [NavGroup(label, items) for label, items in groups.items()]


def _switcher() -> Switcher | None:
    seen = current().readable_projects()
    if not seen:
        return None
    chosen, lang = chosen_project(), language()
    tree = current().organisation
    options = [SwitchOption(_("All projects"), f"{request.path}?project=", current=chosen is None)]
    for project in sorted((tree.projects[one] for one in seen), key=lambda one: one.code):
        address, region = f"{request.path}?project={project.code}", tree.regions[project.region_id].name_in(lang)
        options.append(SwitchOption(project.name_in(lang), address, project.code, region, project.id == chosen))
    current_one = tree.projects.get(chosen) if chosen else None
    if current_one is None:
        return Switcher(_("All projects"), options=options)
    region = tree.regions[current_one.region_id].name_in(lang)
    return Switcher(current_one.name_in(lang), current_one.code, region, options)


def keep(name: str, value: Any) -> None:
    """Keep something for the person from one sign-in to the next, in a unit of work of its own.

    A database that is locked or full just now costs the memory and not the page.
    """
    user_id = current().user_id
    if user_id is None:
        return
    try:
        with as_system(), current_app.extensions["atrium"].database.unit(hasty=True) as store:
            remember(store, user_id, name, value)
    except SQLAlchemyError as fault:
        log.warning("“%s” could not be kept for user %s: %s", name, user_id, fault)


def chosen_project() -> int | None:
    """The project one looks at: named in the address, else the last one named; a filter, never a widening.

    One that is not the person's is answered as one that nobody has: not at all.
    """
    tree = current().organisation
    wanted = request.args.get("project")
    if wanted is not None and wanted != session.get("project", ""):
        session["project"] = wanted[:20]
        keep("project", wanted[:20])
    code = session.get("project", "")
    found = next((one.id for one in tree.projects.values() if code and one.code == code), None)
    return found if found in current().readable_projects() else None
