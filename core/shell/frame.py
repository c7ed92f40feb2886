"""The frame around every page: menu, project switcher, person. Frozen values for `base.html`, given as `frame`."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Text


@dataclass(frozen=True, slots=True)
class NavItem:
    """A menu entry the person may open. A grey count waits for them, a red one is overdue; nothing else is counted."""

    label: Text
    url: str
    icon: str = "file-text"
    active: bool = False
    count: str = ""
    red: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries under a heading; an empty label draws none (home)."""

    label: Text
    items: Sequence[NavItem]


@dataclass(frozen=True, slots=True)
class SwitchOption:
    label: Text
    url: str
    code: str = ""
    group: Text = ""
    """Region the project belongs to."""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Switcher:
    """The region / project one looks at: a filter and a default inside one's scope, carried in the address."""

    label: Text
    code: str = ""
    region: Text = ""
    options: Sequence[SwitchOption] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    role: Text = ""
    username: str = ""

    @property
    def initial(self) -> str:
        """The avatar's letter."""
        return (self.name or self.username or "·")[:1].upper()


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language to switch to by POST to `url`, named in itself."""

    code: str
    label: str
    short: str
    url: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    label: Text


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything `base.html` needs. Empty addresses draw nothing: no control on a page is dead."""

    lang: str = "zh-CN"
    """For `<html lang>`."""
    csrf: str = ""
    """Value of the hidden field `csrf_token` in every form."""
    home_url: str = "/"
    path: str = "/"
    """This page's address with its query, sent as `next` when the language changes."""
    nav: Sequence[NavGroup] = ()
    switcher: Switcher | None = None
    find_url: str = ""
    """GET address of the search (`?q=`)."""
    new_url: str = ""
    new_label: Text = ""
    languages: Sequence[LanguageChoice] = ()
    person: Person | None = None
    profile_url: str = ""
    password_url: str = ""
    sign_out_url: str = ""
    """POST address."""
    jobs_url: str = ""
    awaits: bool = False
    """Whether a job of theirs is under way or ended unseen: the bell asks how far it is."""
    demo: bool = False
    safe_mode: bool = False
    """Said on every page, to administrators."""
    drawn: str = ""
    """When this page was drawn, by the clock of `zone`; told on paper, as what is printed may have stood open."""
    zone: str = ""
    product: str = "Atrium"
    product_note: str = "中庭"
    version: str = ""
