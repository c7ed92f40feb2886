"""Plugins written for tests: one that is well, and changes that make it ill."""

from collections.abc import Mapping
from pathlib import Path

WELL = {
    "__init__.py": "",
    "models.py": '''
        from sqlalchemy import String
        from sqlalchemy.orm import Mapped, mapped_column, relationship

        from core.estate.models import Project
        from core.model import Audited, ProjectScoped, Versioned, plugin_base

        Base = plugin_base("NAME")


        class Bay(Base, ProjectScoped, Audited, Versioned):
            __tablename__ = "NAME_bay"
            __resource__ = "NAME.bay"

            name: Mapped[str] = mapped_column(String(40))
            project: Mapped[Project] = relationship(Project)

            @property
            def label(self):
                return self.name
        ''',
    "views.py": '''
        from core.records.columns import Column
        from core.records.view import RecordView
        from PACKAGE.models import Bay


        class BayView(RecordView):
            model, resource = Bay, "NAME.bay"
            title, singular = "Bays of NAME", "Bay of NAME"
            columns = (Column("name", "Name", "name", sort=Bay.name),)
            search = (Bay.name,)
        ''',
    "plugin.py": '''
        from core.extend import Grant, Manifest, Page, hookimpl
        from PACKAGE.models import Bay
        from PACKAGE.views import BayView


        @hookimpl
        def manifest():
            return Manifest("NAME", "Label of NAME")


        @hookimpl
        def register_models():
            return [Bay]


        @hookimpl
        def register_pages():
            return [Page(BayView, "bays", "Menu of NAME")]


        @hookimpl
        def register_grants():
            return [Grant("inspection", "NAME.bay", ("read", "write"))]


        @hookimpl
        def on_event(event, session):
            pass
        ''',
}  # fmt: skip


def write(folder: Path, name: str, package: str = "", files: Mapping[str, str] | None = None) -> Path:
    """A plugin's files at `folder`; `files` replace or join those of the one that is well."""
    folder.mkdir(parents=True)
    for path, text in {**WELL, **(files or {})}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = text.replace("NAME", name).replace("PACKAGE", package or name).split("\n")
        target.write_text("\n".join(line.removeprefix(" " * 8) for line in lines).lstrip("\n"), encoding="utf-8")
    return folder


def added(file: str, text: str) -> dict[str, str]:
    """A file of the one that is well, with more at its end."""
    return {file: WELL[file] + text}


def instead(file: str, old: str, new: str) -> dict[str, str]:
    """A file of the one that is well, with one thing replaced."""
    assert old in WELL[file], old
    return {file: WELL[file].replace(old, new)}
