"""What can be wrong with a plugin: the files that differ from the one that is well, and what the reason must say."""

from collections.abc import Mapping

from tests.core.plugins.samples import added, instead

Fault = tuple[Mapping[str, str], str]

ALONE: dict[str, Fault] = {
    "raises at import": (added("plugin.py", "\n        raise RuntimeError('not today')"), "RuntimeError: not today"),
    "raises in a hook": (
        instead("plugin.py", "return [Page(BayView", "raise ZeroDivisionError\n            return [Page(BayView"),
        "ZeroDivisionError",
    ),
    "a misspelt hook": (
        added("plugin.py", "\n        @hookimpl\n        def register_pagez():\n            return []\n"),
        "register_pagez",
    ),
    "returns the wrong type": (
        instead("plugin.py", "return [Bay]", "return ['Bay']"),
        "register_models() returned 'Bay'",
    ),
    "a colliding table": (
        instead("models.py", '__tablename__ = "NAME_bay"', '__tablename__ = "core_room"'),
        "core_room",
    ),
    "a table without its prefix": (instead("models.py", '"NAME_bay"', '"bay"'), "must be named NAME_…"),
    "a relationship to a missing class": (
        instead("models.py", "relationship(Project)", 'relationship("Garage")'),
        "Garage",
    ),
    "a route that cannot be": (
        added(
            "views.py",
            """
            from flask_appbuilder import expose

            @expose("/<nonsense:x>")
            def odd(self, x):
                return ""
        """,
        ),
        "nonsense",
    ),
    "requires what is not here": (
        instead("plugin.py", '"Label of NAME"', '"Label", requires=("weather",)'),
        "requires weather, which is not here",
    ),
}
"""Each is tried in a process of its own."""

TOGETHER: dict[str, Fault] = {
    "leaves Python at import": (added("models.py", "\n        raise SystemExit(3)"), "SystemExit"),
    "cannot be read": (added("plugin.py", "\n        def ("), "SyntaxError"),
    "imports what is not there": (added("views.py", "\n        import nowhere_to_be_found"), "nowhere_to_be_found"),
    "raises in its manifest": (
        instead("plugin.py", 'return Manifest("NAME"', 'raise KeyError("x")\n            return Manifest("NAME"'),
        "KeyError",
    ),
    "a hook without its mark": (
        instead("plugin.py", "@hookimpl\n        def register_pages", "def register_pages"),
        "not marked with @hookimpl",
    ),
    "a hook that asks for what it is not given": (
        instead("plugin.py", "def on_event(event, session)", "def on_event(event, weather)"),
        "weather",
    ),
    "no manifest": (instead("plugin.py", "@hookimpl\n        def manifest", "def no_manifest"), "no manifest() hook"),
    "another's name": (
        instead("plugin.py", 'Manifest("NAME"', 'Manifest("other"'),
        "its manifest says “other”",
    ),
    "for a newer platform": (
        instead("plugin.py", '"Label of NAME"', '"Label", platform="99.0"'),
        "needs Atrium 99.0",
    ),
    "returns no sequence": (instead("plugin.py", "return [Bay]", "return 7"), "which is not a sequence"),
    "returns nothing": (instead("plugin.py", "return [Bay]", "pass"), "register_models() returned None"),
    "names a table of ours": (
        instead("plugin.py", "return [Bay]", "from core.estate.models import Room\n            return [Room]"),
        "Room, which is not declared on the plugin's base",
    ),
    "a colliding table of its own": (
        added("models.py", '\n\n        class Again(Base):\n            __tablename__ = "NAME_bay"\n'),
        "exists already",
    ),
    "a bare table without its prefix": (
        added(
            "models.py",
            """
        from sqlalchemy import Column, Integer, Table
        Table("links", Base.metadata, Column("id", Integer))
        """,
        ),
        "must be named NAME_…",
    ),
    "more columns for a table of ours": (
        added(
            "models.py",
            """
        from sqlalchemy import Column, Integer, Table
        Table("core_region", Base.metadata, Column("poor", Integer), extend_existing=True)
        """,
        ),
        "may not change the table “core_region”",
    ),
    "an index on a table of ours": (
        added("models.py", '\n        from sqlalchemy import Index\n        Index("ix_poor", Project.name)\n'),
        "may not change the table “core_project”",
    ),
    "a column for a class of ours": (
        added("models.py", "\n        Project.poor = mapped_column(String(3))\n"),
        "may not add “poor” to Project",
    ),
    "a relationship for a class of ours": (
        added("models.py", "\n        Project.bays = relationship(Bay)\n"),
        "may not add “bays” to Project",
    ),
    "a class on our base": (
        added(
            "models.py",
            """
        from core.model import Model

        class Odd(Model):
            __tablename__ = "NAME_odd"
        """,
        ),
        "must be declared on core.model.plugin_base",
    ),
    "the base of another": (
        instead("models.py", 'plugin_base("NAME")', 'plugin_base("inspection")'),
        "asked for the base of “inspection”",
    ),
    "a relationship with a backref": (
        instead("models.py", "relationship(Project)", 'relationship(Project, backref="bays")'),
        "backref",
    ),
    "a relationship tied to one of ours": (
        instead("models.py", "relationship(Project)", 'relationship(Project, back_populates="region")'),
        "region",
    ),
    "a scoped table without a resource": (
        instead("models.py", '__resource__ = "NAME.bay"', "__resource__ = None"),
        "names no __resource__",
    ),
    "a table under our resource": (instead("models.py", '"NAME.bay"', '"estate"'), "not the plugin's own"),
    "a right on what is ours": (
        instead("plugin.py", 'Grant("inspection", "NAME.bay"', 'Grant("inspection", "estate"'),
        "“estate” is not its own",
    ),
    "a page for a resource of ours": (
        instead("views.py", '"NAME.bay"', '"estate"'),
        "a resource that is not its own",
    ),
    "a page that is none": (instead("plugin.py", "Page(BayView", "Page(Bay"), "is no RecordView or PlatformPage"),
    "two pages at one address": (
        instead(
            "plugin.py",
            'Page(BayView, "bays", "Menu of NAME")',
            'Page(BayView, "bays", "1"), Page(BayView, "bays", "2")',
        ),
        "bays",
    ),
    "a page with a bad path": (instead("plugin.py", '"bays"', '"../estate/homes"'), "../estate/homes"),
    "unreadable parameters": ({"parameters.yaml": "a: [b\n"}, "parameters.yaml"),
    "templates in another's name": ({"templates/atrium/base.html": "mine"}, "templates/NAME/"),
    "an origin of another's": (
        added(
            "plugin.py",
            """
        from core.extend import Origin

        @hookimpl
        def register_origins():
            return [Origin("inspection", "Mine")]
        """,
        ),
        "“inspection” is claimed twice",
    ),
    "a job in another's name": (
        added(
            "plugin.py",
            """
        from core.extend import JobKind

        @hookimpl
        def register_jobs():
            return [JobKind("purge", "Mine", print)]
        """,
        ),
        "must be named NAME.…",
    ),
}
"""All of them stand side by side in one process: nobody hinders the next."""
