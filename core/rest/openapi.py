"""The description of all REST addresses (OpenAPI 3.0), made from the same declarations as the addresses themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.records.columns import Column
from core.records.fields import FormField
from core.rest.api import MOST_ROWS
from core.rest.asking import MOST_SIZE, names_of

if TYPE_CHECKING:
    from core.rest.api import RecordApi

WORDS = {
    200: "Done", 201: "Made", 400: "No JSON, or the CSRF token is missing", 401: "Sign in first",
    403: "The verb is not granted here", 404: "Not there, or not visible", 405: "Not in this way",
    409: "Changed by somebody else since it was read", 413: "Larger than allowed", 415: "Send application/json",
    422: "Refused: a sentence, and one per field", 429: "Too many requests: wait as Retry-After says",
    503: "Database or disk are busy, away or full: as Retry-After says",
}  # fmt: skip
READ, WRITE = (401, 403, 404, 422, 429, 503), (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
REFUSAL = {"$ref": "#/components/schemas/Refusal"}


def describe(apis: Sequence["RecordApi"], version: str) -> dict[str, Any]:
    """The whole document; every status an address may answer is named."""
    paths: dict[str, Any] = {"/api/v1/security/login": {"post": _sign_in()}}
    schemas: dict[str, Any] = {"Refusal": _refusal()}
    for api in apis:
        name = _name(api)
        schemas[name] = _record(api.view.columns)
        paths |= _paths(api, name)
    schemes = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return {
        "openapi": "3.0.3", "info": {"title": "Atrium", "version": version},
        "paths": paths, "security": [{"bearer": []}],
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }  # fmt: skip


def _name(api: "RecordApi") -> str:
    """A schema's name, its module's first: InspectionIssues."""
    parts = api.base.removeprefix("/api/v1/").replace("/", "-").split("-")
    return "".join(one.capitalize() for one in parts)


def _paths(api: "RecordApi", name: str) -> dict[str, Any]:
    view, base = api.view, api.base
    makes, changes = type(view).create is not None, type(view).edit is not None
    one = [{"name": "pk", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}]
    new = _body([field for field in view.fields if field.on_new])
    found: dict[str, Any] = {
        f"{base}/": {"get": _operation(f"{view.title}", name, "list", _list_of(name), READ, asked=names_of(view))},
        f"{base}/{{pk}}": {"parameters": one, "get": _operation(f"{view.title}", name, "show", _one_of(name), READ)},
    }
    if makes:
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 36}}
        made = _operation(f"{view.title}", name, "create", _one_of(name), WRITE, sent=new, good=(200, 201))
        found[f"{base}/"]["post"] = {**made, "parameters": [key]}
        found[f"{base}/many"] = {
            "post": _operation(f"{view.title}", name, "create many", _verdicts(), WRITE, sent=_rows(new))
        }
    if changes:
        sent = _body([field for field in view.fields if field.on_edit])
        sent["properties"]["version"] = {"type": "integer"}
        found[f"{base}/{{pk}}"]["patch"] = _operation(
            f"{view.title}", name, "change", _one_of(name), WRITE, sent={**sent, "required": ["version"]}
        )
    for verb in view.verbs:
        if verb.run is not None:
            sent = _body(verb.fields)
            sent["properties"]["version"] = {"type": "integer"}
            made = _operation(f"{verb.label}", name, verb.name, {"type": "object"}, WRITE, sent=sent)
            made["requestBody"]["required"] = False
            found[f"{base}/{{pk}}/{verb.name}"] = {"parameters": one, "post": made}
    return found


def _operation(
    said: str, name: str, verb: str, answer: dict[str, Any], bad: Sequence[int], *,
    sent: dict[str, Any] | None = None, asked: Sequence[str] = (), good: Sequence[int] = (200,),
) -> dict[str, Any]:  # fmt: skip
    responses = {str(one): _response(WORDS[one], answer) for one in good}
    responses |= {str(one): _refused(one) for one in bad}
    made: dict[str, Any] = {
        "tags": [name], "summary": f"{said}: {verb}", "operationId": f"{name}-{verb}".replace(" ", "-"),
        "responses": responses,
    }  # fmt: skip
    if asked:
        made["parameters"] = [_condition(one) for one in asked]
    if sent is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    return made


def _response(said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def _refused(status: int) -> dict[str, Any]:
    made = _response(WORDS[status], REFUSAL)
    if status in (429, 503):
        seconds = {"type": "integer", "minimum": 1}
        made["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": seconds}}
    return made


def _condition(name: str) -> dict[str, Any]:
    whole = {"page": {"minimum": 0}, "page_size": {"minimum": 1, "maximum": MOST_SIZE}}
    schema = {"type": "integer", **whole[name]} if name in whole else {"type": "string"}
    return {"name": name, "in": "query", "schema": schema}


def _body(fields: Sequence[FormField]) -> dict[str, Any]:
    shown = {one.name: _field(one) for one in fields if one.kind != "files"}
    return {"type": "object", "properties": shown, "additionalProperties": False}


def _field(field: FormField) -> dict[str, Any]:
    kinds = {"flag": "boolean", "number": "integer", "remote": "integer"}
    made: dict[str, Any] = {"type": kinds.get(field.kind, "string"), "nullable": True, "title": str(field.label)}
    if field.maxlength and made["type"] == "string":
        made["maxLength"] = field.maxlength
    if field.kind == "date":
        made["format"] = "date"
    return {"type": "array", "items": made, "title": str(field.label)} if field.multiple else made


def _record(columns: Sequence[Column]) -> dict[str, Any]:
    shown = {one.name: {"type": "string", "title": str(one.label)} for one in columns}
    return {
        "type": "object", "required": ["id", "shown"],
        "properties": {"id": {"type": "integer"}, "version": {"type": "integer"},
                       "shown": {"type": "object", "properties": shown}},
    }  # fmt: skip


def _one_of(name: str) -> dict[str, Any]:
    return {
        "type": "object", "required": ["result"],
        "properties": {"result": {"$ref": f"#/components/schemas/{name}"}, "may_change": {"type": "boolean"},
                       "verbs": {"type": "array", "items": {"type": "string"}}},
    }  # fmt: skip


def _list_of(name: str) -> dict[str, Any]:
    return {
        "type": "object", "required": ["result", "count", "next"],
        "properties": {
            "result": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "count": {"type": "integer"}, "count_is_capped": {"type": "boolean"}, "page": {"type": "integer"},
            "page_size": {"type": "integer"}, "pages_end": {"type": "integer"},
            "next": {"type": "string", "nullable": True},
        },
    }  # fmt: skip


def _rows(new: dict[str, Any]) -> dict[str, Any]:
    uuid = {"type": "string", "minLength": 8, "maxLength": 36}
    row = {**new, "properties": {**new["properties"], "uuid": uuid}, "required": ["uuid"]}
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": MOST_ROWS}
    return {"type": "object", "required": ["rows"], "properties": {"rows": rows}}


def _verdicts() -> dict[str, Any]:
    said = {"type": "object", "required": ["status"], "properties": {"status": {"type": "integer"}}}
    return {
        "type": "object", "required": ["result", "written"],
        "properties": {"result": {"type": "array", "items": said}, "written": {"type": "integer"}},
    }  # fmt: skip


def _refusal() -> dict[str, Any]:
    return {
        "type": "object", "required": ["message"],
        "properties": {"message": {"type": "string"}, "request": {"type": "string"},
                       "errors": {"type": "object", "additionalProperties": {"type": "string"}}},
    }  # fmt: skip


def _sign_in() -> dict[str, Any]:
    names = {"username": {"type": "string"}, "password": {"type": "string"}}
    more = {"provider": {"type": "string", "enum": ["db"]}, "refresh": {"type": "boolean"}}
    sent = {"type": "object", "required": [*names, "provider"], "properties": {**names, **more}}
    token = {"type": "object", "properties": {"access_token": {"type": "string"}}}
    made = _operation("Sign in", "Security", "login", token, (400, 401, 429, 503), sent=sent)
    return {**made, "security": []}
