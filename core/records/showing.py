"""A record as a page: state, facts, next steps, files, history, and its neighbours in the list one came from."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from core.attachments.pages import RecordFiles, files_and_history_of
from core.attachments.services import is_attachable
from core.history import Change
from core.i18n import Text, _
from core.records import timeline, undoing
from core.records.columns import Column
from core.records.helping import helps_for
from core.records.once import new_token
from core.records.page import session
from core.records.parts import Action, Cell, Crumb
from core.records.reader import Reader
from core.records.show_page import Fact, RailStep, Section, ShowPage
from core.records.verbs import Verb
from core.records.web import remembered_list
from core.workflow import Flow

if TYPE_CHECKING:
    from core.records.view import RecordView


def show_page(view: "RecordView", row: Any) -> ShowPage:
    """The page of a visible row."""
    reader = Reader(session(), view.route_base)
    named = {column.name: column for column in view.columns}
    changes = timeline.changes_of(session(), row.__tablename__, row.id) if view.keeps_history else []
    for column in view.columns:
        column.want(row, reader)
    timeline.want(changes, named, reader)
    view.prepare_rows([row], reader)
    reader.load()
    previous, following = neighbours(view, row)
    heading, name, words = view.heading(row), view.name_of(row), verb_words(view)
    files = files_of(session(), row)
    told = timeline.entries(changes, row, named, words, reader)
    if files is not None:
        told = sorted([*told, *files.entries], key=lambda pair: pair[0], reverse=True)
    state = named.get("state")
    due = next((column for column in view.columns if column.kind == "due"), None)
    verbs = [verb for verb in view.verbs if verb.single and verb.allowed(row)]
    version = getattr(row, "version", 0) or 0
    return ShowPage(
        title=heading, number=name if heading != name else "",
        crumbs=[Crumb(view.title, f"{view.route_base}/"), Crumb(name)],
        state=state.draw(row, reader) if state and state.kind == "state" else None,
        due=due.draw(row, reader) if due is not None and due.raw(row) else None,
        actions=[*(action_of(view, row, verb) for verb in verbs if not verb.rare), *view.record_actions(row)],
        more=[*taken_back(view, changes, row), *([edit_action(view, row)] if view.may_edit(row) else []),
              *(action_of(view, row, verb) for verb in verbs if verb.rare)],
        rail=rail(state.flow, row.state, view.rail_words(row, reader)) if state and state.flow else (),
        notes=view.notes_of(row, reader), sections=facts(view, row, named, reader),
        panels=view.panels(row, reader), side=view.side(row, reader),
        timeline=[entry for _at, entry in told] if view.keeps_history else None,
        attachments=files.attachments if files is not None else None, version=version, once=new_token(),
        previous_url=f"{view.route_base}/{previous}" if previous else "",
        next_url=f"{view.route_base}/{following}" if following else "",
    )  # fmt: skip


def neighbours(view: "RecordView", row: Any) -> tuple[int | None, int | None]:
    """The records beside this one in the list as its reader last saw it."""
    return view.listing(dict(parse_qsl(remembered_list(view.route_base)))).neighbours(row)


def verb_words(view: "RecordView") -> Mapping[str, Text]:
    return {verb.name: verb.label for verb in view.verbs}


def facts(view: "RecordView", row: Any, named: Mapping[str, Column], reader: Reader) -> list[Section]:
    """The declared panels; each fact by its column."""
    declared = view.panels_of(row) or [(view.singular or view.title, [column.name for column in view.columns])]
    sections = []
    own = f"{view.route_base}/{row.id}"
    helps = helps_for(view, reader.region_code(row), reader)
    for title, names in declared:
        drawn = [
            Fact(named[name].label, plain_cell(named[name].draw(row, reader), own), wide=named[name].wide, name=name,
                 help=helps.get(name))
            for name in names
        ]  # fmt: skip
        sections.append(Section(title, drawn))
    if sections and view.may_edit(row):
        first = sections[0]
        sections[0] = Section(first.title, first.facts, edit_url=f"{view.route_base}/{row.id}/edit")
    return sections


def plain_cell(cell: Cell, own: str) -> Cell:
    """A cell of a list as a fact: a link to the record itself is only its text here, a cut text is whole."""
    if cell.kind == "link" and cell.url == own:
        return Cell(cell.title or cell.text)
    return Cell(cell.title) if cell.kind == "text" and cell.title else cell


def action_of(view: "RecordView", row: Any, verb: Verb) -> Action:
    """The button of a verb: one that asks more opens its form, another acts at once."""
    url = f"{view.route_base}/{row.id}/{verb.name}"
    if verb.fields:
        return Action(verb.label, url, verb.icon, primary=verb.primary, key=verb.key, danger=verb.danger, dialog=True)
    return Action(
        verb.label, url, verb.icon, primary=verb.primary, method="post", danger=verb.danger, confirm=verb.confirm
    )


def taken_back(view: "RecordView", changes: Sequence[Change], row: Any) -> list[Action]:
    """The button that undoes the newest change, while that can be."""
    newest = next(iter(changes), None)
    if newest is None or not undoing.is_open(view, newest, row):
        return []
    return [undoing.action(view, newest, verb_words(view), f"{view.route_base}/{row.id}")]


def edit_action(view: "RecordView", row: Any) -> Action:
    return Action(_("Edit"), f"{view.route_base}/{row.id}/edit", "pencil")


def rail(flow: Flow, state: str, words: Mapping[str, str]) -> list[RailStep]:
    """The states a record passes through, with the one it is in; a void record has no rail.

    Of several ends it has come to one, or is on its way to the first.
    """
    ends = [one.code for one in flow.states if not one.is_open and one.code != "void"]
    end = state if state in ends else next(iter(ends), "")
    steps = [one for one in flow.states if one.code != "void" and (one.is_open or one.code == end)]
    codes = [one.code for one in steps]
    if state not in codes:
        return []
    at = codes.index(state)
    found = []
    for place, one in enumerate(steps):
        phase: Any = "past" if place < at else "now" if place == at else "todo"
        family: Any = one.family
        found.append(RailStep(one.label, words.get(one.code, "") if place <= at else "", phase, family))
    return found


def files_of(store: Session, row: Any) -> RecordFiles | None:
    """The files of a record whose kind carries files, and what the history says of them."""
    return files_and_history_of(store, row) if is_attachable(type(row)) else None
