"""How far a verb reaches, and who is at work. Pure values: no session, no web."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

READING = frozenset({"read", "status", "export", "export_personal", "print", "unmask"})
"""Verbs that change nothing."""


@dataclass(frozen=True)
class Reach:
    """The part of the group a verb holds in: everything, or regions held whole and projects (theirs included)."""

    everything: bool = False
    regions: frozenset[int] = frozenset()
    projects: frozenset[int] = frozenset()
    touched: frozenset[int] = frozenset()
    """Regions of any project reached; enough for a label, not for the region's own rows."""

    def __or__(self, other: "Reach") -> "Reach":
        if self.everything or other.everything:
            return EVERYTHING
        return Reach(
            False,
            self.regions | other.regions,
            self.projects | other.projects,
            self.touched | other.touched,
        )

    def __bool__(self) -> bool:
        return self.everything or bool(self.regions or self.projects)

    def holds_project(self, project_id: int | None) -> bool:
        return self.everything or project_id in self.projects

    def holds_region(self, region_id: int | None) -> bool:
        return self.everything or region_id in self.regions

    def holds(self, region_id: int | None, project_id: int | None) -> bool:
        """Whether the place of an assignment lies within: a project, else a region, else the group."""
        return self.holds_project(project_id) if project_id is not None else self.holds_region(region_id)


EVERYTHING = Reach(everything=True)
NOTHING = Reach()


@dataclass(frozen=True)
class Held:
    """A live assignment, as the engine needs it."""

    role: str
    scope: str
    region_id: int | None = None
    project_id: int | None = None


class Named:
    """What has a name in Chinese and perhaps one in English."""

    name: str
    name_en: str | None

    def name_in(self, lang: str) -> str:
        """The name for readers of `lang`; the Chinese one where there is no other."""
        return (self.name_en or self.name) if lang == "en" else self.name


@dataclass(frozen=True)
class ProjectRef(Named):
    id: int
    code: str
    name: str
    region_id: int
    name_en: str | None = None


@dataclass(frozen=True)
class RegionRef(Named):
    id: int
    code: str
    name: str
    name_en: str | None = None
    modules_off: frozenset[str] = frozenset()
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Organisation:
    """A snapshot of the tree: which project is in which region, which modules a region has switched off."""

    regions: Mapping[int, RegionRef] = field(default_factory=dict)
    projects: Mapping[int, ProjectRef] = field(default_factory=dict)

    @cached_property
    def by_region(self) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = {region: set() for region in self.regions}
        for project in self.projects.values():
            found.setdefault(project.region_id, set()).add(project.id)
        return {region: frozenset(ids) for region, ids in found.items()}

    def region_of(self, project_id: int) -> RegionRef | None:
        project = self.projects.get(project_id)
        return self.regions.get(project.region_id) if project else None

    def is_on(self, module: str, region_id: int) -> bool:
        region = self.regions.get(region_id)
        return region is not None and module not in region.modules_off

    def reach_of(self, held: Held) -> Reach:
        if held.scope == "group":
            return EVERYTHING
        if held.scope == "region" and held.region_id is not None:
            whole = frozenset({held.region_id})
            return Reach(False, whole, self.by_region.get(held.region_id, frozenset()), whole)
        project = self.projects.get(held.project_id) if held.project_id is not None else None
        if held.scope == "project" and project is not None:
            return Reach(False, frozenset(), frozenset({project.id}), frozenset({project.region_id}))
        return NOTHING

    def without_module(self, reach: Reach, module: str) -> Reach:
        """`reach` less the regions where `module` is switched off."""
        off = frozenset(region.id for region in self.regions.values() if module in region.modules_off)
        if not off:
            return reach
        regions = frozenset(self.regions) if reach.everything else reach.regions
        projects = frozenset(self.projects) if reach.everything else reach.projects
        return Reach(
            False,
            regions - off,
            frozenset(project for project in projects if self.projects[project].region_id not in off),
            (frozenset(self.regions) if reach.everything else reach.touched) - off,
        )


Grants = Mapping[str, Mapping[str, frozenset[str]]]
"""role → resource → verbs."""


@dataclass(frozen=True)
class Principal:
    """Who is at work, with everything needed to answer “may they do this here?” without asking the database."""

    user_id: int | None = None
    username: str = ""
    name: str = ""
    held: tuple[Held, ...] = ()
    grants: Grants = field(default_factory=dict)
    organisation: Organisation = field(default_factory=Organisation)
    modules: frozenset[str] = frozenset()
    """Names of loaded plugins; a resource `<plugin>.x` is out of reach where its plugin is off."""
    is_system: bool = False
    lens: str | None = None
    """A verb that lets rows be read besides `read`: an importer without reading rights compares through `import`."""
    _cache: dict[tuple[str, str], Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(held.role for held in self.held)

    def reach(self, resource: str, verb: str) -> Reach:
        """Where this person may do `verb` on `resource`: the union over the assignments whose role grants just that."""
        if self.is_system:
            return EVERYTHING
        key = (resource, verb)
        if key not in self._cache:
            self._cache[key] = self._reach(resource, verb)
        return self._cache[key]

    def _reach(self, resource: str, verb: str) -> Reach:
        found = NOTHING
        for held in self.held:
            if verb in self.grants.get(held.role, {}).get(resource, ()):
                found = found | self.organisation.reach_of(held)
        module = resource.partition(".")[0]
        return self.organisation.without_module(found, module) if module in self.modules else found

    def reading(self, resource: str) -> Reach:
        """Where rows of `resource` may be read: the verb `read`, and the lens if one is set."""
        found = self.reach(resource, "read")
        return found | self.reach(resource, self.lens) if self.lens else found

    def writing(self, resource: str) -> Reach:
        """Where any changing verb on `resource` is held; each service verb then checks its own."""
        if self.is_system:
            return EVERYTHING
        key = (resource, "*")
        if key not in self._cache:
            found = NOTHING
            for verb in self.verbs(resource) - READING:
                found = found | self.reach(resource, verb)
            self._cache[key] = found
        return self._cache[key]

    def verbs(self, resource: str) -> frozenset[str]:
        """Every verb some assignment grants on `resource`, wherever."""
        found: set[str] = set()
        for held in self.held:
            found |= self.grants.get(held.role, {}).get(resource, frozenset())
        return frozenset(found)

    def readable_projects(self) -> frozenset[int]:
        """Projects in which this person may read anything at all."""
        seen: set[int] = set()
        for resource in {res for held in self.held for res in self.grants.get(held.role, {})}:
            reach = self.reach(resource, "read")
            seen |= set(self.organisation.projects) if reach.everything else reach.projects
        return frozenset(seen)

    @property
    def only_region(self) -> RegionRef | None:
        """The region of somebody who works in one only: its words and lists hold where no project is chosen."""
        found: set[int] = set()
        for held in self.held:
            reach = self.organisation.reach_of(held)
            if reach.everything:
                return None
            found |= reach.touched
        return self.organisation.regions[found.pop()] if len(found) == 1 else None

    def may(self, resource: str, verb: str) -> bool:
        """Whether the verb is held anywhere at all."""
        return bool(self.reach(resource, verb))

    def may_any(self, resource: str, verbs: Iterable[str]) -> bool:
        return any(self.may(resource, verb) for verb in verbs)

    def through(self, verb: str) -> "Principal":
        """The same person reading through `verb` as well (see `lens`)."""
        return Principal(
            self.user_id,
            self.username,
            self.name,
            self.held,
            self.grants,
            self.organisation,
            self.modules,
            self.is_system,
            verb,
            self._cache,
        )


SYSTEM = Principal(username="system", is_system=True)
NOBODY = Principal()
