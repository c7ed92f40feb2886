"""One export of the list as a workbook, as a person asks for it: seconds, rows and memory as JSON."""

import json
import resource
from io import BytesIO
from time import perf_counter

from openpyxl import load_workbook

from benchmarks.peers.flask_admin.app import app
from benchmarks.peers.given import PASSWORD, USER

client = app.test_client()
client.post("/login", data={"username": USER, "password": PASSWORD})
began = perf_counter()
answer = client.get("/issue/export/xlsx/")
content = answer.data
seconds = perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
if answer.status_code != 200:
    raise SystemExit(f"the export answered {answer.status_code}")
rows = load_workbook(BytesIO(content), read_only=True).worksheets[0].max_row - 1
print(json.dumps({"seconds": seconds, "rows": rows, "peak": peak}))
