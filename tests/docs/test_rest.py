"""docs/rest.md is true: its examples run in their order against the demo."""

import re
from pathlib import Path
from typing import Any

from core.platform import Platform

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "rest.md"
EXAMPLE = re.compile(r"```http\n(GET|POST|PATCH) (\S+)\n(?:(\{.*\})\n)?(\d{3}) (\w+)\n```")


def test_the_examples_run(demo: Platform, web: Any) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```http") >= 9
    client, headers, known = web(demo).test_client(), dict[str, str](), dict[str, Any]()
    for method, path, body, status, key in examples:
        for name, value in known.items():
            path, body = path.replace(f"{{{name}}}", str(value)), body.replace(f"{{{name}}}", str(value))
        sent = {"data": body.encode(), "content_type": "application/json"} if body else {}
        answer = client.open(path, method=method, headers=headers, **sent)
        assert (answer.status_code, key in answer.json) == (int(status), True), (method, path, answer.json)
        if key == "access_token":
            headers = {"Authorization": f"Bearer {answer.json[key]}"}
        elif method == "GET" and path.startswith("/api/v1/estate/homes/"):
            known["home"] = answer.json["result"][0]["id"]
        elif answer.status_code == 201:
            known |= {"id": answer.json["result"]["id"], "version": answer.json["result"]["version"]}
    assert answer.json["written"] == 1
