"""The platform's own pieces of the desk."""

from collections.abc import Sequence
from typing import Any

from core.access.context import current
from core.estate import services
from core.extend import Card
from core.i18n import _, ngettext
from core.records.home_page import HomePart
from core.records.parts import Action, Todo
from core.records.reader import Reader


def core_cards() -> list[Card]:
    """For administrators: what is missing in the ground they keep."""
    return [Card("gaps", "contractor", gaps, verb="write", roles=("region_admin",), order=50)]


def gaps(reader: Reader, project_ids: Sequence[int] | None) -> Any:
    """Projects whose map of categories leaves findings to nobody."""
    reach, tree, todos = current().reach("contractor", "write"), current().organisation, []
    mine = [one for one in tree.projects.values() if reach.holds_project(one.id)]
    mine = [one for one in mine if project_ids is None or one.id in project_ids]
    missing = services.uncovered(reader.session, [one.id for one in mine])
    for project in sorted(mine, key=lambda one: one.code):
        if count := len(missing[project.id]):
            text = ngettext(
                "%(name)s: %(n)s category has no {contractor}",
                "%(name)s: %(n)s categories have no {contractor}",
                count,
                name=reader.name_of(project),
            )
            link = Action(_("Look"), f"/estate/categories/gaps?project={project.code}")
            todos.append(Todo(text, icon="alert-triangle", tone="amber", action=link))
    return HomePart(todos=todos)
