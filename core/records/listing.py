"""A page of a list: rows, tabs, filters, chips, bulk verbs and pager, in a fixed handful of statements."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from core.access.context import current
from core.i18n import _
from core.records import column_choice, editing_several, paging
from core.records.by_number import entrance
from core.records.columns import Column
from core.records.list_page import (
    BulkVerb,
    ChipGroup,
    Choice,
    ColumnPanel,
    Head,
    ListPage,
    Pager,
    Row,
    Search,
    Tab,
    Token,
)
from core.records.list_query import ListQuery
from core.records.parts import Action, EmptyState

EDIT = "edit"
"""The bulk action that is no verb of a view."""


class Listing(ListQuery):
    """One look at a list, ready to be drawn."""

    def page(self, chosen: Sequence[str] = (), **more: Any) -> ListPage:
        """The page; `chosen` names the columns this person wants to see, in their order."""
        view, rows = self.view, self.window.rows
        usual = view.list_columns()
        shown = column_choice.choose(view.columns, usual, chosen)
        columns = column_choice.with_usual(shown, usual)
        for column in columns:
            for row in rows:
                column.want(row, self.reader)
        for one in view.filters:
            one.want(self.given, self.reader)
        view.prepare_rows(rows, self.reader)
        self.reader.load()
        tokens = self._tokens()
        bulk = self._bulk()
        heads, drawn = self._heads(columns), [self._row(row, columns, bulk) for row in rows]
        if chosen:
            heads, drawn = column_choice.cards_as_usual(heads, drawn, shown, usual)
        return ListPage(
            title=view.title,
            address=f"{view.route_base}/",
            subtitle=view.subtitle(self.reader),
            tabs=self._tabs(),
            search=Search("q", self.given.get("q", ""), view.search_words) if view.search else None,
            filters=[one.control(self.given, self.reader, self.region) for one in view.filters],
            chips=self._chips(),
            tokens=tokens,
            clear_url=self.url_cleared(),
            sort_words=self._sort_words(),
            heads=heads,
            rows=drawn,
            columns=self._column_panel(shown, usual),
            bulk=bulk if drawn else (),
            pager=self._pager(),
            empty=self._empty(bool(tokens) or "q" in self.given),
            export=self._export() if view.may_export() else None,
            hidden=self._hidden(),
            back=self.url(),
            actions=[*entrance(view), *view.list_actions()],
            **more,
        )

    def url_cleared(self) -> str:
        kept: dict[str, str] = {name: self.state[name] for name in ("tab", "sort", "size") if name in self.state}
        return f"{self.view.route_base}/?" + (urlencode(kept) or "reset=1")

    def _hidden(self) -> list[tuple[str, str]]:
        return [(name, self.state[name]) for name in ("tab", "sort", "size", "mine", "days") if name in self.state]

    def _row(self, row: Any, columns: Sequence[Column], bulk: Sequence[BulkVerb]) -> Row:
        names = {one.name for one in bulk}
        verbs = frozenset(
            verb.name for verb in self.view.verbs if verb.bulk and verb.name in names and verb.allowed(row)
        )
        if EDIT in names and self.view.may_edit(row):
            verbs |= {EDIT}
        cells = [column.draw(row, self.reader) for column in columns]
        title = next((cell for column, cell in zip(columns, cells, strict=True) if column.card == "title"), None)
        return Row(
            row.id, f"{self.view.route_base}/{row.id}", cells, version=getattr(row, "version", 0) or 0, verbs=verbs,
            label=str(title.text) if title is not None else self.view.name_of(row),
        )  # fmt: skip

    def _heads(self, columns: Sequence[Column]) -> list[Head]:
        name, down = self.sort
        heads = []
        for column in columns:
            on = column.name == name
            following = f"-{column.name}" if on and not down else column.name
            heads.append(Head(
                column.name, column.label, column.width, number=column.is_number,
                cut=column.cut and column.kind != "state",
                card=column.card, sort_url=self.url(sort=following) if column.sort is not None else "",
                direction=("descending" if down else "ascending") if on else "", css=column.css,
            ))  # fmt: skip
        return heads

    def _column_panel(self, shown: Sequence[Column], usual: Sequence[Column]) -> ColumnPanel:
        view, names = self.view, [one.name for one in shown]
        changed = names != [one.name for one in usual]
        asked = {**self.state, "columns": ",".join(names)}
        return ColumnPanel(
            f"{view.route_base}/columns", column_choice.options(view.columns, usual, shown), changed,
            export_url=f"{view.route_base}/export?{urlencode(asked)}" if changed and view.may_export() else "",
        )  # fmt: skip

    def _sort_words(self) -> str:
        name, down = self.sort
        if name not in self.sorts:
            return _("newest first") if down else _("oldest first")
        label = str(self.sorts[name].label)
        return _("by %(column)s, descending", column=label) if down else _("by %(column)s", column=label)

    def _tabs(self) -> list[Tab]:
        piles = self.view.piles
        if not piles:
            return []
        return [
            Tab(one.label, self.url(tab=one.name), paging.count_text(count), red=one.red and count > 0,
                current=one is self.tab)
            for one, count in zip(piles, self._counts[: len(piles)], strict=True)
        ]  # fmt: skip

    def _chips(self) -> list[ChipGroup]:
        groups = []
        if self.view.mine is not None:
            on = self.given.get("mine") == "1"
            chips = [Choice(_("mine"), self.url(mine="1"), on)]
            if self.project_id is None:
                chips.append(Choice(_("everybody's"), self.url(mine=""), not on))
            else:  # the header's choice narrows every list; here is the way out of it
                chips.append(Choice(_("this project's"), self.url(mine=""), not on))
                chips.append(Choice(_("all projects'"), f"{self.url(mine='')}&project=", False))
            groups.append(ChipGroup(_("Whose"), chips))
        if self.view.day_column is not None:
            now = self.given.get("days", "")
            groups.append(ChipGroup(_("Since"), [
                Choice(_("today"), self.url(days="today"), now == "today"),
                Choice(_("this week"), self.url(days="week"), now == "week"),
                Choice(_("any time"), self.url(days=""), now not in ("today", "week")),
            ]))  # fmt: skip
        return groups

    def _tokens(self) -> list[Token]:
        found = []
        for one in self.view.filters:
            words = one.words(self.given, self.reader, self.region)
            if words:
                cleared = dict.fromkeys((one.name, f"{one.name}_from", f"{one.name}_to"), "")
                found.append(Token(one.label, words, self.url(**cleared)))
        return found

    def _bulk(self) -> list[BulkVerb]:
        who, found = current(), []
        for verb in self.view.verbs:
            if verb.bulk and who.may(self.view.resource, verb.granted_by):
                found.append(BulkVerb(
                    verb.name, verb.label, f"{self.view.route_base}/bulk/{verb.name}", verb.icon, primary=verb.primary,
                    danger=verb.danger, needs_form=bool(verb.fields), reason=verb.reason,
                ))  # fmt: skip
        if editing_several.fields_of(self.view) and who.may(self.view.resource, self.view.edit_verb):
            reason = _("Some cannot be changed any more as they stand, or not by you.")
            found.append(BulkVerb(EDIT, _("Edit"), f"{self.view.route_base}/edit-several", "pencil", reason=reason))
        return [*found, *self.view.more_bulk()]

    @cached_property
    def _counts(self) -> Sequence[int]:
        """Of each tab and then of this very list, in one statement. As far as anybody counts."""
        of_tabs = [self.of_pile(self.in_project, one) for one in self.view.piles]
        asked = [*of_tabs, self.query] if self._is_narrowed or not of_tabs else of_tabs
        return paging.capped_counts(self.session, asked, self.model.id)

    @property
    def _is_narrowed(self) -> bool:
        return self.conditions is not self.in_project

    @cached_property
    def count(self) -> int:
        """How many rows the conditions meet, as far as anybody counts."""
        if self.view.piles and not self._is_narrowed:
            return self._counts[self.view.piles.index(self.tab)]
        return self._counts[-1]

    def _export(self) -> Action:
        """A download; where it may be long, a button, as it asks the worker."""
        address = f"{self.view.route_base}/export"
        if self.count <= paging.MOST_COUNTED:
            return Action(_("Export Excel"), f"{address}?{urlencode(self.state)}", "download", download=True)
        return Action(_("Export Excel"), address, "download", method="post", hidden=list(self.state.items()))

    def _pager(self) -> Pager:
        page, count = self.window, self.count
        at = self._at(count)
        first, last = at, at + len(page.rows) - 1
        return Pager(
            first=self.url() if page.has_previous else "",
            previous=self._turn("before", page, 0, at - self.size) if page.has_previous else "",
            next=self._turn("after", page, -1, at + len(page.rows)) if page.has_next else "",
            last=self.url() + "&last=1" if page.has_next else "",
            range_text=_("%(first)s–%(last)s", first=first, last=last) if page.rows and at > 0 else "",
            count_text=(
                _("more than %(n)s", n=f"{paging.MOST_COUNTED:,}")
                if count > paging.MOST_COUNTED
                else _("%(n)s in all", n=f"{count:,}")
            )
            if page.rows
            else "",
            on_paper=self._on_paper(count, first, last) if page.rows else "",
            sizes=[Choice(_("%(n)s / page", n=one), self.url(size=str(one)), one == self.size) for one in paging.SIZES],
        )

    def _on_paper(self, count: int, first: int, last: int) -> str:
        """A printed list is the page one sees; the sheet says so, and where the others are."""
        more = count > paging.MOST_COUNTED
        if not more and count <= len(self.window.rows):
            return _("all %(n)s", n=f"{count:,}")
        n = f"{paging.MOST_COUNTED if more else count:,}"
        shown = f"{first:,}–{last:,}" if first > 0 else ""
        if not shown:
            told = _("a part of more than %(n)s", n=n) if more else _("a part of %(n)s", n=n)
        elif more:
            told = _("%(shown)s of more than %(n)s", shown=shown, n=n)
        else:
            told = _("%(shown)s of %(n)s", shown=shown, n=n)
        rest = (
            _("the export has all of them") if self.view.may_export() else _("the others are on the list's other pages")
        )
        return _("%(told)s; %(rest)s", told=told, rest=rest)

    def _at(self, count: int) -> int:
        """The number of the page's first row, as the address carries it; 0 where nobody counted."""
        if "last" in self.given and count <= paging.MOST_COUNTED:
            return max(1, count - len(self.window.rows) + 1)
        if not self.window.has_previous:
            return 1
        text = self.given.get("at", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _turn(self, way: str, page: paging.Window, edge: int, at: int) -> str:
        cursor = paging.write_cursor(page.values[edge], page.rows[edge].id)
        known = self._at_known
        return f"{self.url()}&{urlencode({way: cursor, **({'at': str(max(1, at))} if known else {})})}"

    @property
    def _at_known(self) -> bool:
        return not self.window.has_previous or "at" in self.given or "last" in self.given

    def _empty(self, filtered: bool) -> EmptyState:
        view = self.view
        if filtered:
            return EmptyState(
                _("Nothing matches these conditions"), _("Take one of them out, or clear them all."), filtered=True
            )
        actions: list[Action] = [view.new_action()] if view.may_add() else []
        return EmptyState(view.empty_title, view.empty_text, actions)
