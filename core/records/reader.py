"""Who reads a page, as the columns need it: language, words, day and zone of a row's region, labels read at once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.access.reach import Named, Principal, RegionRef
from core.i18n import language
from core.parameters import store
from core.parameters.options import OptionSet
from core.records.labels import Lookup


class Reader:
    """One reader of one page."""

    def __init__(self, session: Session, base: str = "", project_id: int | None = None) -> None:
        self.session = session
        self.base = base
        """Address of the view's list, without the slash at its end."""
        self.project_id = project_id
        """The project one looks at, when only one."""
        self.lang = language()
        self.lookup = Lookup(session)
        """Labels of what visible rows point at."""
        self.asked = Lookup(session, scoped=True)
        """Labels of ids that somebody typed into an address or a form: only what they may read."""
        self.held: set[tuple[Any, int]] = set()
        """Ids that the record at hand holds already, whose labels may be shown in its form."""
        self.extra: dict[str, Any] = {}
        """What a view read for the whole page at once (counts, progress)."""

    def load(self) -> None:
        """Read all labels wanted."""
        self.lookup.load()
        self.asked.load()

    def want_asked(self, model: type[Any], record_id: int) -> None:
        """Want the label of an id that came from outside."""
        (self.lookup if (model, record_id) in self.held else self.asked).want(model, record_id)

    def label_asked(self, model: type[Any], record_id: int) -> str:
        return (self.lookup if (model, record_id) in self.held else self.asked).label(model, record_id)

    @cached_property
    def principal(self) -> Principal:
        return current()

    def region_of(self, row: Any) -> RegionRef | None:
        """The region of a row, by its project or its own column."""
        tree = self.principal.organisation
        project_id = getattr(row, "project_id", None)
        if project_id is not None:
            return tree.region_of(project_id)
        return tree.regions.get(getattr(row, "region_id", None) or 0)

    def region_code(self, row: Any) -> str:
        region = self.region_of(row)
        return region.code if region else ""

    def zone_of(self, row: Any) -> str:
        region = self.region_of(row)
        return region.zone if region else clock.DEFAULT_ZONE

    def today_of(self, row: Any) -> date:
        return clock.today(self.zone_of(row))

    def options(self, key: str, region: str) -> OptionSet:
        """The options in force in a region."""
        return store.catalogue().options(key, region or None)

    def project_names(self) -> Mapping[int, str]:
        """Names of all projects by id, without a statement."""
        return {one.id: self.name_of(one) for one in self.principal.organisation.projects.values()}

    def name_of(self, one: Named) -> str:
        """A project's or region's name in the reader's language."""
        return one.name_in(self.lang)
