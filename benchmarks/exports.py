"""`make bench-exports`: a list of 100,000 rows as a workbook, by Atrium's job and by Flask-Admin, in turn.

Atrium answers as at work: the job is asked for, taken, read in its reader's scope, written with progress and kept. Each
run is a process of its own and tells its seconds and the most memory it held.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.apps import PEERS_PYTHON
from benchmarks.data import Site, facts_of, site
from core.settings import ROOT

ROWS = int(os.environ.get("ROWS") or 100_000)
ROUNDS = int(os.environ.get("ROUNDS") or 5)
DATABASES = (os.environ.get("DATABASES") or "sqlite postgres").split()
TEN = "number,place_id,category,contractor_id,state,description,entered_at,project_id,location,due_on"
PEER = "Flask-Admin: 10 columns"
WORKS = {"Atrium: 10 columns": TEN, PEER: "", "Atrium: all 28 columns": ""}


def by_job(where: Site, columns: str) -> dict[str, float]:
    """One export by a worker's own code."""
    os.environ.update(where.environ)
    from core.jobs import enqueue, runner
    from core.jobs.models import DONE, Job
    from core.platform import build
    from core.records.exporting import KIND

    platform = build()
    me = platform.principal_named("group.leader")
    state = {"tab": "all", **({"columns": columns} if columns else {})}
    began = perf_counter()
    with platform.working_as(me) as session:
        job_id = enqueue(session, KIND, view="/inspection/issues", state=state, title="").id
    runner.run(platform, job_id)
    seconds = perf_counter() - began
    with platform.working_as(me, read_only=True) as session:
        job = session.get_one(Job, job_id)
        if job.state != DONE or not job.result_file:
            raise SystemExit(f"the job ended {job.state}: {job.error}")
        Path(platform.settings.home, job.result_file).unlink()
        rows = job.result["rows"]
    platform.close()
    return {"seconds": seconds, "rows": rows, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def once(where: Site, name: str) -> dict[str, float]:
    """One run in a process of its own."""
    if name.startswith("Atrium"):
        command = [sys.executable, "-m", "benchmarks.exports", where.name, name]
    else:
        command = [str(PEERS_PYTHON), "-m", "benchmarks.peers.flask_admin.export"]
    environ = {**os.environ, "BENCH_DATABASE_URL": where.peers_url, "BENCH_ROWS": str(ROWS * 2)}
    told = subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def main() -> int:
    if len(sys.argv) > 1:
        print(json.dumps(by_job(site(sys.argv[1], ROWS), WORKS[sys.argv[2]])))
        return 0
    for database in DATABASES:
        where = site(database, ROWS)
        facts_of(where, ROWS)
        found: dict[str, list[dict[str, float]]] = {name: [] for name in WORKS}
        for at in range(ROUNDS):
            for name in WORKS:
                found[name].append(once(where, name))
            print(f"{database}: round {at + 1} of {ROUNDS}", file=sys.stderr, flush=True)
        peer = median(run["seconds"] for run in found[PEER])
        print(f"\n{database}\n\n| work | rows | s | of Flask-Admin's time | MiB at most |")
        print("| --- | --: | --: | --: | --: |")
        for name, runs in found.items():
            seconds = median(run["seconds"] for run in runs)
            print(f"| {name} | {runs[0]['rows']:,.0f} | {seconds:.2f} | {seconds / peer:.2f} | "
                  f"{max(run['peak'] for run in runs):.0f} |")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
