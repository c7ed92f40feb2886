"""Flask-Admin over the shared tables: related rows joined, selects that ask."""

import os

from flask import Flask, redirect, request, session, url_for
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual, IntEqualFilter
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

from benchmarks.peers.given import PAGE, PASSWORD, SECRET, USER, database_url
from benchmarks.peers.rows import tables

app = Flask(__name__)
app.config.update(SECRET_KEY=SECRET, SQLALCHEMY_DATABASE_URI=database_url(os.environ))
Babel(app)  # Flask-Admin asks for it wherever it is installed
db = SQLAlchemy(app)


Issue = tables(db.Model)[-1]


class IssueView(ModelView):
    column_list = ("number", "place", "category", "contractor", "state", "description", "entered_at")
    column_auto_select_related = True
    column_default_sort = ("entered_at", True)
    column_filters = (IntEqualFilter(Issue.contractor_id, "Contractor"), FilterEqual(Issue.state, "State"))
    column_searchable_list = ("description",)
    form_ajax_refs = {
        "place": {"fields": ("label",)}, "category": {"fields": ("name",)}, "contractor": {"fields": ("name",)},
    }  # fmt: skip
    page_size, can_view_details = PAGE, True
    column_export_list = (*column_list, "id", "place_id", "contractor_id")
    can_export, export_types, export_max_rows = True, ["xlsx"], int(os.environ.get("BENCH_ROWS") or 0)

    def is_accessible(self):
        return session.get("user") == USER


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST" and (request.form["username"], request.form["password"]) == (USER, PASSWORD):
        session["user"] = USER
        return redirect(url_for("issue.index_view"))
    return "<form method=post><input name=username><input name=password type=password></form>"


Admin(app, theme=Bootstrap4Theme()).add_view(IssueView(Issue, db.session, endpoint="issue", url="/issue"))
