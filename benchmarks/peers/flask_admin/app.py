"""Flask-Admin over the shared tables: related rows joined, selects that ask."""

import os
from datetime import datetime

from flask import Flask, redirect, request, session, url_for
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual, IntEqualFilter
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from benchmarks.peers.given import PAGE, PASSWORD, SECRET, USER, database_url

app = Flask(__name__)
app.config.update(SECRET_KEY=SECRET, SQLALCHEMY_DATABASE_URI=database_url(os.environ))
Babel(app)  # Flask-Admin asks for it wherever it is installed
db = SQLAlchemy(app)


class Place(db.Model):
    __tablename__ = "bench_place"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]

    def __str__(self):
        return self.label


class Named:
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __str__(self):
        return self.name


class Contractor(Named, db.Model):
    __tablename__ = "bench_contractor"


class Category(Named, db.Model):
    __tablename__ = "bench_category"


class Issue(db.Model):
    __tablename__ = "bench_issue"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    state: Mapped[str]
    description: Mapped[str]
    entered_at: Mapped[datetime]
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    category_id: Mapped[int] = mapped_column(ForeignKey(Category.id))
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey(Contractor.id))
    place: Mapped[Place] = relationship()
    category: Mapped[Category] = relationship()
    contractor: Mapped[Contractor | None] = relationship()


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

    def is_accessible(self):
        return session.get("user") == USER


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST" and (request.form["username"], request.form["password"]) == (USER, PASSWORD):
        session["user"] = USER
        return redirect(url_for("issue.index_view"))
    return "<form method=post><input name=username><input name=password type=password></form>"


Admin(app, theme=Bootstrap4Theme()).add_view(IssueView(Issue, db.session, endpoint="issue", url="/issue"))
