"""The grid as journeys speak of it: rows by number, cells by column, keys as people press them."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Place, Project
from core.issues.models import Issue
from tests.journeys.live import Live

COLUMNS = ("category", "location", "description", "note", "contractor_id", "also")


@dataclass
class GridPage:
    """A page with the grid."""

    page: Page

    def find(self, home: str) -> None:
        """F4, the home, Enter; then its first blank cell is in edit."""
        self.page.keyboard.press("F4")
        self.page.keyboard.type(home)
        self.page.keyboard.press("Enter")
        self.is_at("category")

    def keys(self, *typed: str) -> None:
        """Type each text; what stands in <> is a key: `<Enter>`, `<Control+s>`."""
        for one in typed:
            if one.startswith("<") and one.endswith(">"):
                self.page.keyboard.press(one[1:-1])
            else:
                self.page.keyboard.type(one)

    def row(self, number: int) -> Locator:
        return self.page.locator("tr[data-row]").nth(number - 1)

    def cell(self, number: int, column: str) -> Locator:
        return self.row(number).locator(f"[data-column={column}]")

    def is_state(self, number: int, state: str) -> None:
        """`blank`, `typed`, `changed`, `saved`, `refused` or `similar`."""
        expect(self.row(number)).to_have_attribute("data-state", state)

    def why(self, number: int) -> Locator:
        """The sentence below a row."""
        uuid = self.row(number).get_attribute("data-row")
        return self.page.locator(f"tr[data-why='{uuid}']")

    @property
    def field(self) -> Locator:
        """The cell in edit."""
        return self.page.locator("td.cell-now input")

    def is_at(self, column: str, number: int = 0) -> None:
        """The cell in edit is in this column (and row), and has the focus."""
        expect(self.page.locator("td.cell-now")).to_have_attribute("data-column", column)
        expect(self.field).to_be_focused()
        if number:
            expect(self.cell(number, column).locator("input")).to_be_focused()

    def last(self) -> int:
        """The number of the last row, the blank one."""
        return self.page.locator("tr[data-row]").count()

    def shows(self, number: int, *texts: str) -> None:
        """The row's cells, from the left."""
        for column, text in zip(COLUMNS, texts, strict=False):
            cell = self.cell(number, column)
            if cell.locator("input").count():
                expect(cell.locator("input")).to_have_value(text)
            else:
                expect(cell).to_have_text(text)

    def saves(self, key: str = "<Control+s>") -> None:
        """Press the key and wait for the answer."""
        with self.page.expect_response("**/inspection/entry/save"):
            self.keys(key)

    @property
    def draft(self) -> Locator:
        return self.page.locator(".at-actions [data-grid-draft]")

    @property
    def notes(self) -> Locator:
        return self.page.locator("[data-grid-notes]")

    def is_told(self, about: str) -> None:
        """A note above the rows is about this: `offline`, `signed-out`, `restored` …"""
        expect(self.notes.locator(f"[data-about={about}]")).to_be_visible()

    def paste(self, text: str) -> None:
        """As Ctrl V with this text on the clipboard."""
        self.page.evaluate(
            """(text) => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }""",
            text,
        )


def findings(live: Live, home: str, project: str = "SZ-WH", **by: object) -> list[Issue]:
    """What is recorded at a home, oldest first."""
    with as_system(), live.platform.database.unit(read_only=True) as session:
        place = (
            select(Place.id).join(Project, Project.id == Place.project_id).where(Project.code == project,
                                                                                Place.label == home)
        )  # fmt: skip
        query = select(Issue).where(Issue.place_id.in_(place)).filter_by(**by).order_by(Issue.id)
        return list(session.scalars(query))


def count(live: Live) -> int:
    with as_system(), live.platform.database.unit(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Issue)) or 0
