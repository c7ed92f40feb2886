"""The parts of the `atrium` command, and what they share: this home's platform, refusals, and who is spoken to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import click

from core.access.reach import Principal
from core.i18n import _, language, reading
from core.platform import Platform, build
from core.settings import Settings


class Refusal(click.ClickException):
    """A sentence on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@cache
def ready() -> Platform:
    """The platform of this home; one for the whole command."""
    try:
        return build(Settings.load())
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    except OSError as fault:
        raise Refusal(_("%(path)s cannot be used: %(reason)s.", path=fault.filename, reason=fault.strerror)) from None


@contextmanager
def speaking_to(platform: Platform, principal: Principal) -> Iterator[None]:
    """Sentences use the words of the person's region, where it is only one; else the group's."""
    tree = principal.organisation
    regions = {
        project.region_id
        for held in principal.held
        for project in tree.projects.values()
        if tree.reach_of(held).holds_project(project.id)
    }
    region = tree.regions[regions.pop()].code if len(regions) == 1 else None
    with reading(language(), platform.parameters.catalogue().words(region)):
        yield
