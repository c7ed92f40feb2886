"""The import of a register as a job: the file is kept first, judged and written by the worker, with progress."""

import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.access.context import current
from core.errors import Forbidden, NotFound
from core.excel import read_sheets
from core.i18n import Text, _, lazy
from core.imports.engine import RegisterKind, Result, judge, write_good, write_report
from core.jobs.context import JobContext
from core.registers import registers
from core.settings import Settings

MOST_CHANGES = 500
"""Changed rows that are told one by one; those that running work depends on are all told."""


def keep_file(settings: Settings, content: bytes) -> str:
    """Keep an uploaded register until its import is over; returns the name to give to the job."""
    name = sha256(content).hexdigest()
    folder = settings.home / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(path, folder / name)  # whole or not at all, and newer than the clearing up looks for
    return name


def import_register(
    context: JobContext, *, register: str, file: str, name: str, write: bool = False, partial: bool = False
) -> Mapping[str, Any] | None:
    """Judge a kept file and, with `write`, write it; the job's result holds the verdict, its file the bad rows.

    `register` is its kind (`rooms`), `file` what `keep_file` returned, `name` what the person called it. The result:
    `verdict` (as `atrium import --json` prints it), `changes` (row, heading → [old, new], whether running work depends
    on it) and `written`. Rows and outcome are one transaction, so a worker that dies leaves all or nothing.
    """
    found = registers(context.platform.plugins).get(register)
    if found is None:
        raise NotFound(lazy("There is no register “%(kind)s”.", kind=register))
    if not current().may(found.resource, found.verb):
        raise Forbidden(lazy("You may not import this. Ask your administrator for the role that does."))
    source = context.platform.settings.home / "imports" / Path(file).name
    if not source.is_file():
        raise NotFound(lazy("The file is not kept any more. Choose it again."))

    def progress(done: int, total: int) -> None:
        context.progress(done, 2 * total if write else total)
        context.stop_if_cancelled()

    sheets = read_sheets(source)
    with context.unit(read_only=True) as session:
        result = judge(session, found.build(name), sheets, progress=progress)
    report = _report(context, found.build(name), result)
    if not write or (result.bad and not partial):
        with context.unit() as session:
            context.complete(session, told(result), file=report)
        return None
    rows = len(result.lines)
    context.progress(rows, 2 * rows)
    with context.unit() as session:  # judged anew, as others may have worked in the meantime
        kind = found.build(name)
        again = judge(session, kind, sheets, progress=lambda done, _total: progress(rows + done, rows))
        write_good(session, kind, again, partial=partial)
        context.heartbeat()
        context.stop_if_cancelled()
        if _refused(again) != _refused(result):
            report = _report(context, kind, again)
        context.complete(session, told(again), file=report)
    return None


def told(result: Result) -> dict[str, Any]:
    """What the page shows: the verdict, and old → new of rows that differ, those that matter first."""
    changed = sorted((line for line in result.good if line.state == "changed"), key=lambda line: not line.matters)
    weighty = sum(line.matters for line in changed)
    return {
        "verdict": result.as_json(),
        "changes": [
            {
                "row": line.row,
                "matters": line.matters,
                "changes": {heading: [_text(old), _text(new)] for heading, (old, new) in line.changes.items()},
            }
            for line in changed[: max(weighty, MOST_CHANGES)]
        ],
    }


def about(arguments: Mapping[str, Any]) -> Text:
    return str(arguments.get("name", ""))


def outcome(result: Mapping[str, Any], arguments: Mapping[str, Any]) -> Text:
    """The verdict in a sentence."""
    verdict = result.get("verdict", {})
    bad = len({one["row"] for one in verdict.get("bad", ())})
    if arguments.get("write"):
        return _("%(n)s rows are written.", n=f"{verdict.get('written', 0):,}")
    return _("%(rows)s rows checked, %(bad)s bad.", rows=f"{verdict.get('rows', 0):,}", bad=f"{bad:,}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _refused(result: Result) -> list[tuple[int, dict[str, str]]]:
    return [(line.row, line.errors) for line in result.bad]


def _report(context: JobContext, register: RegisterKind, result: Result) -> Path | None:
    if not result.bad:
        return None
    path = context.file("checked.xlsx")
    write_report(path, register, result)
    return path
