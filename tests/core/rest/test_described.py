"""The description of the addresses: complete, and true of whatever anybody sends (schemathesis over the OpenAPI)."""

import re
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.services import DEEP

PER_ADDRESS = 60 if DEEP else 2
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


def described(app: Any, token: str) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_every_address_is_described_and_none_that_is_not_there(app: Any, program: Any) -> None:
    told = {
        (path, method.upper())
        for path, methods in described(app, program("sz.inspection").token)["paths"].items()
        for method in methods if method in ("get", "post", "patch")
    }  # fmt: skip
    there = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")
        for method in rule.methods & {"GET", "POST", "PATCH"}
    }  # fmt: skip
    verbs = {(path, method) for path, method in there if path.endswith("/{name}")}
    assert {one for one in told if (re.sub(r"/\w+$", "/{name}", one[0]), "POST") not in verbs} <= there
    unmade = {(path, method) for path, method in there - told - verbs if method != "GET"}
    for path, _method in unmade:  # a kind that is not made, or not changed, by a form answers 405 or 403
        assert path.endswith(("/", "/many", "/{pk}")) or "security" in path, path
    assert ("/api/v1/inspection/issues/{pk}/close", "POST") in told
    assert ("/api/v1/inspection/issues/many", "POST") in told


def test_nobody_is_told(app: Any) -> None:
    assert app.test_client().get("/api/v1/openapi.json").status_code == 401


@pytest.mark.hypothesis  # the long version asks more of each address
@pytest.mark.parametrize("username", ["sz.inspection", "group.admin"])
def test_whatever_is_sent_the_answer_is_one_described(app: Any, program: Any, username: str) -> None:
    bearer, tried = {"Authorization": f"Bearer {program(username).token}"}, 0
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=bearer)
    for operation in (one.ok() for one in schema.get_all_operations()):
        if operation.path.endswith("/security/login"):
            continue  # tried in test_rest_sign_in: here it would only lock people out

        @hypothesis.settings(
            max_examples=PER_ADDRESS,
            deadline=None,
            database=None,
            derandomize=not DEEP,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(headers=bearer, checks=CHECKS)

        ask()
    assert tried > 80
