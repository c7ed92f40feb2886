"""What only a running plugin tells: who is let in where, exports, the demo, migrations, statements per page."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import Table, UniqueConstraint, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from core import migrate
from core.access.context import as_system
from core.model import plugin_models
from core.records import by_number
from core.records.exporting import parts
from core.records.listing import Listing
from core.records.view import RecordView
from core.records.written import cells
from core.testing.counting import counted
from core.testing.subject import Subject

SHUT = (403, 404)
CHINESE = re.compile("[\u4e00-\u9fff]")
MANY = 10_000
AT_A_TIME = 1_000


def doors(subject: Subject) -> Iterator[str]:
    """List, form, record, verbs and REST answer whoever holds the verb, and nobody else."""
    for role, username in subject.holders():
        who, client = subject.platform.principal_named(username), subject.client(username)
        for view in subject.views:
            for address, verb in (("/", "read"), ("/new", view.add_verb), ("/export", view.export_verb)):
                if address == "/new" and type(view).create is None:
                    continue
                if address == "/" and by_number.verbs_of(view, who):
                    continue  # leads to the page that finds records by number
                answer = client.get(view.route_base + address)
                if fault := _judged(answer.status_code, who.may(view.resource, verb)):
                    yield f"{role}: GET {view.route_base}{address} {fault}"
            rest = client.get(f"/api/v1{view.route_base}/").status_code
            if fault := _judged(rest, who.may(view.resource, "read")):
                yield f"{role}: GET /api/v1{view.route_base}/ {fault}"
            yield from _record(subject, view, role, username)


def _record(subject: Subject, view: RecordView, role: str, username: str) -> Iterator[str]:
    found = subject.reader_of(view)
    if found is None:
        return
    mine = subject.first_of(view, username)
    record_id = mine if mine is not None else found[1]
    who, client = subject.platform.principal_named(username), subject.client(username)
    code = client.get(f"{view.route_base}/{record_id}").status_code
    if code not in ((200,) if mine is not None else SHUT):
        yield f"{role}: GET {view.route_base}/{record_id} answers {code}"
    for verb in view.verbs:
        if not verb.single:
            continue
        address = f"{view.route_base}/{record_id}/{verb.name}"
        code = client.get(address).status_code
        if not who.may(view.resource, verb.granted_by) and code not in SHUT:
            yield f"{role}: GET {address} answers {code}, though {verb.granted_by} is not granted"
        if code >= 500:
            yield f"{role}: GET {address} answers {code}"


def _judged(code: int, granted: bool) -> str:
    if granted and code >= 400:
        return f"answers {code}, though it is granted"
    return f"answers {code}, though it is not granted" if not granted and code not in SHUT else ""


def exports(subject: Subject) -> Iterator[str]:
    """Exports open as workbooks and have Chinese headings; a long one says what a short one does."""
    for view in subject.views:
        for username in (name for _role, name in subject.holders()):
            if not subject.platform.principal_named(username).may(view.resource, view.export_verb):
                continue
            answer = subject.client(username).get(f"{view.route_base}/export")
            if answer.mimetype == "text/html":
                break  # a long one, the worker's
            try:
                rows = load_workbook(BytesIO(answer.data), read_only=True).worksheets[0].iter_rows(values_only=True)
                for heading in next(iter(rows), ()):
                    if not CHINESE.search(str(heading)):
                        yield f"the export of {view.route_base} has the heading “{heading}”"
            except (zipfile.BadZipFile, KeyError, ValueError):
                yield f"the export of {view.route_base} is no workbook"
            yield from _long_export(subject, view, username)
            break


def _long_export(subject: Subject, view: RecordView, username: str) -> Iterator[str]:
    """The worker reads of each row what the columns say they look at; a short export takes whole records."""
    who = subject.platform.principal_named(username)
    with subject.app.app_context(), subject.platform.working_as(who, read_only=True) as session:
        asked = {"tab": piles[-1].name} if (piles := view.piles) else {}
        whole = Listing(view, session, asked, None)
        rows = list(session.scalars(whole.in_order().limit(AT_A_TIME)))
        long = Listing(view, session, asked, None)
        try:
            part = list(cells(long, next(iter(parts(long)), ())))
        except AttributeError as fault:
            yield f"a long export of {view.route_base} reads more of a row than its columns say: {fault}"
            return
        read = list(cells(whole, rows))
        for said, row in zip(part, rows, strict=len(read) == len(rows)):
            meant = [one.excel(row, whole.reader) for one in whole.exported]
            if ["" if one is None else one for one in said] != meant:  # neither is a cell
                yield f"a long export of {view.route_base} writes {list(said)}, where a record says {meant}"
                return


def demo(subject: Subject) -> Iterator[str]:
    """`seed_demo` called again changes nothing."""
    if not hasattr(subject.plugin.module, "seed_demo"):
        return
    before = _counts(subject)
    with as_system(), subject.platform.database.unit() as session:
        if not list(subject.platform.plugins.call("seed_demo", [subject.name], session=session)):
            session.rollback()
            yield "seed_demo fails when it is called again"
    after = _counts(subject)
    for name in before:
        if before[name] != after[name]:
            yield f"seed_demo called again leaves {after[name]} rows in {name} where {before[name]} were"


def _counts(subject: Subject) -> dict[str, int]:
    with as_system(), subject.platform.database.unit(read_only=True) as session:
        return {
            model.__tablename__: int(session.scalar(select(func.count()).select_from(model)) or 0)
            for model in plugin_models(subject.name)
        }


def migrations(subject: Subject) -> Iterator[str]:
    """Up, down and up again: its tables go and come back as its models want them, nobody else's row is touched."""
    url, engine = subject.platform.settings.database_url, subject.platform.database.engine
    owner = migrate.Owner(subject.name, subject.folder)
    own = {model.__tablename__ for model in plugin_models(subject.name)}
    if not own:
        return
    if not owner.versions.is_dir():
        yield "it has tables and no migration"
        return
    others = sorted(set(inspect(engine).get_table_names()) - own)
    before = _rows_of(subject, others)
    subject.platform.database.session.remove()
    migrate.downgrade(url, owner, "base")
    if left := own & set(inspect(engine).get_table_names()):
        yield f"its migrations taken back leave {', '.join(sorted(left))}"
    if failed := migrate.upgrade(url, [owner]):
        yield f"its migrations do not run again: {failed[subject.name]}"
    if missing := own - set(inspect(engine).get_table_names()):
        yield f"no migration makes {', '.join(sorted(missing))}"
    yield from (
        f"its migrations: {one}" for one in migrate.drift("sqlite://", [migrate.CORE, owner]) if subject.name in one
    )
    after = _rows_of(subject, others)
    for name, number in before.items():
        if after.get(name) != number and not name.startswith("alembic_version"):
            yield f"its migrations left {after.get(name)} rows of {number} in {name}"


def _rows_of(subject: Subject, tables: list[str]) -> dict[str, int]:
    with subject.platform.database.engine.connect() as connection:
        return {
            name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() or 0) for name in tables
        }


def statements(subject: Subject) -> Iterator[str]:
    """A list takes as many statements with ten thousand rows more, and a hundred on the page, as with few."""
    for view in subject.views:
        found = subject.reader_of(view)
        if found is None:
            continue
        username, record_id = found
        client, address = subject.client(username), f"{view.route_base}/?tab=all&size="
        few = _cost(subject, client, f"{address}15")
        if not _multiply(subject, view, record_id):
            continue
        many = _cost(subject, client, f"{address}100")
        if many > few:
            yield f"the list {view.route_base} takes {few} statements, and {many} with {MANY:,} rows more"


def _cost(subject: Subject, client: Any, address: str) -> int:
    client.get(address)  # what is remembered at the first visit is remembered
    with counted(subject.platform) as found:
        client.get(address)
    return len(found)


def _multiply(subject: Subject, view: RecordView, record_id: int) -> bool:
    """Copy a record ten thousand times; False where its table does not let itself be copied."""
    own = view.model.__table__
    assert isinstance(own, Table)
    alone = [one.columns.keys() for one in own.constraints if isinstance(one, UniqueConstraint)]
    unique = {one.name for one in own.columns if one.unique} | {names[0] for names in alone if len(names) == 1}
    with as_system():
        with subject.platform.database.unit(read_only=True) as session:
            first = dict(session.execute(select(*own.columns).where(own.c.id == record_id)).mappings().one())
        first.pop("id")
        rows = [{**first, **{name: _other(own, name, at) for name in unique if name != "id"}} for at in range(MANY)]
        try:
            with subject.platform.database.unit() as session:
                for start in range(0, MANY, AT_A_TIME):
                    session.execute(insert(own), rows[start : start + AT_A_TIME])
        except IntegrityError:
            return False
    return True


def _other(own: Table, name: str, at: int) -> str | None:
    """A value that no other row has; nothing where that is allowed."""
    return None if own.c[name].nullable and name != "number" else f"X-{at:06}"
