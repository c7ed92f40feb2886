"""Flask-AppBuilder alone over the shared tables, with selects that ask: without them a page carries every home."""

import os

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.fields import AJAXSelectField
from flask_appbuilder.fieldwidgets import Select2AJAXWidget
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.utils.legacy import get_sqla_class

from benchmarks.peers.given import PAGE, PASSWORD, SECRET, USER, database_url
from benchmarks.peers.rows import tables

app = Flask(__name__)
app.config.update(SECRET_KEY=SECRET, SQLALCHEMY_DATABASE_URI=database_url(os.environ), WTF_CSRF_ENABLED=True)


Issue = tables(Model)[-1]
ISSUES = SQLAInterface(Issue)


def asking(way, *names):
    """Fields whose choices come from the server while one types."""
    return {
        name: AJAXSelectField(
            name.title(), datamodel=ISSUES, col_name=name,
            widget=Select2AJAXWidget(endpoint=f"/issueview/api/column/{way}/{name}"),
        )
        for name in names
    }  # fmt: skip


class IssueView(ModelView):
    datamodel = ISSUES
    list_columns = ["number", "place", "category", "contractor", "state", "description", "entered_at"]
    add_columns = edit_columns = ["number", "place", "category", "contractor", "state", "description", "entered_at"]
    show_columns = list_columns
    search_columns = ["description", "state", "contractor"]
    base_order, page_size = ("entered_at", "desc"), PAGE
    add_form_extra_fields = asking("add", "place", "category", "contractor")
    edit_form_extra_fields = asking("edit", "place", "category", "contractor")
    search_form_extra_fields = asking("add", "contractor")


with app.app_context():
    builder = AppBuilder(app, get_sqla_class()(app).session)
    builder.add_view(IssueView, "Issues")

if __name__ == "__main__":
    with app.app_context():
        if not builder.sm.find_user(USER):
            builder.sm.add_user(USER, "Bench", "Mark", "bench@example.com", builder.sm.find_role("Admin"), PASSWORD)
