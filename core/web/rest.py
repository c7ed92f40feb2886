"""REST in the application: the addresses of every generated screen, and their description."""

from typing import Any

from flask import Flask, abort, jsonify

from core.access.context import current
from core.records.view import RecordView
from core.rest.api import RecordApi, blueprint_of
from core.rest.openapi import describe

VERSION = "1"


def add_api(app: Flask, view: RecordView, owner: str, path: str) -> None:
    """Give a generated screen its addresses for programs: `/inspection/issues` is `/api/v1/inspection/issues`."""
    api = RecordApi(view, f"/api/v1{view.route_base}")
    app.extensions.setdefault("atrium_apis", []).append(api)
    app.register_blueprint(blueprint_of(api, owner, path))


def add_description(app: Flask) -> None:
    """`/api/v1/openapi.json`, for whoever is signed in."""

    @app.get("/api/v1/openapi.json")
    def openapi() -> Any:
        if not current().is_signed_in:
            abort(401)
        return jsonify(describe(app.extensions.get("atrium_apis", []), VERSION))
