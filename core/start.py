"""What `atrium run` does before the first process serves: the home up to date, the demo in an empty one."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from core import demo, init, migrate
from core.access.roles import load_roles
from core.i18n import _
from core.jobs.doorbell import prepare_broker
from core.platform import Platform

LOADING = "demo.loading"
"""Lies in the home while the demo is loaded; one that still lies there at the next start was interrupted."""


def prepare_home(platform: Platform) -> list[str]:
    """Bring the home up to date and fill an empty one with the demo; sentences about what was done.

    Two that start at once take turns: the second finds everything done.
    """
    settings = platform.settings
    told = init.prepare(platform)
    prepare_broker(settings.broker_url)
    if settings.safe_mode:  # a demo without the plugins' records would stay half
        return told
    with migrate.locked(settings.database_url, settings.home):
        with platform.database.unit(read_only=True) as session:
            empty = demo.is_empty(session)
        loading = settings.home / LOADING
        if empty or loading.exists():
            loading.touch()
            demo.load(platform)
            loading.unlink()
            told.append(_("The demo group is loaded."))
    return told


def accounts(platform: Platform) -> list[str]:
    """The lines that say who may sign in to a demo home; none for another."""
    if not platform.settings.is_demo:
        return []
    rows = [(_("user name"), _("name"), _("role"), _("where")), *demo.told(load_roles(platform.settings.config_dir))]
    return [*table(rows), _("The password of each is %(password)s.", password=demo.PASSWORD)]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned lines; a Chinese character is two columns of a terminal wide."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
