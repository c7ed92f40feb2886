"""A page's address, and its place in the menu as the frame needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.access.reach import Principal
from core.extend import Page
from core.i18n import Text


@dataclass(frozen=True)
class MenuPage:
    """An entry for whoever holds `verb` on `resource`."""

    url: str
    label: Text
    icon: str
    resource: str
    verb: str
    group: Text
    new_url: str = ""
    new_label: Text = ""
    when: Callable[[Principal], bool] | None = None
    owner: str = "core"
    quick: bool = False
    """F2 makes one of these, before anything else."""

    def is_for(self, who: Principal) -> bool:
        """Whether this person sees the entry."""
        return self.when(who) if self.when is not None else who.may(self.resource, self.verb)


def view_of(page: Page, owner: str) -> tuple[type[Any], str]:
    """A view class at its address below its plugin's, and its endpoint `<owner>:<path>`, never the class's name."""
    url = f"/{page.path}" if owner == "core" else f"/{owner}/{page.path}"
    given = {"route_base": url.rstrip("/"), "class_permission_name": page.view.resource}
    return type(page.view.__name__, (page.view,), given), f"{owner}:{page.path.replace('/', '-')}"
