"""Published parameters and files: what differs, writing them out, and putting an earlier revision in force again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RuleError
from core.i18n import _, lazy
from core.parameters.catalogue import Catalogue, Layer
from core.parameters.errors import ParametersRefused
from core.parameters.models import ParameterRevision
from core.parameters.said import Said, Speaker
from core.parameters.schema import Schema
from core.parameters.store import Judge, in_force, layer_of, publish
from core.parameters.words import fill


@dataclass(frozen=True)
class Difference:
    """One line of one value in one scope that two catalogues say otherwise; None where one of them lacks it."""

    scope: str
    """A region's code; empty for the group."""
    key: str
    before: Said | None
    after: Said | None


def in_words(line: Said | None) -> str:
    """A line in one text: its name, its value, whether it is hidden."""
    parts = (line.name, line.text, _("hidden") if line.hidden else "") if line else ()
    return " ".join(filter(None, parts)) or "—"


def differences(before: Catalogue, after: Catalogue, lang: str = "zh") -> Iterator[Difference]:
    """Every line that differs, the group first; what a region only takes along from it is left out."""
    for scope in ["", *sorted({*before.regions, *after.regions})]:
        for key in after.parameters:
            if before.value(key, scope) == after.value(key, scope):
                continue
            old, new = _lines(before, key, scope, lang), _lines(after, key, scope, lang)
            for line in [*old, *(one for one in new if one not in old)]:
                if old.get(line) != new.get(line) and not _is_the_group_s(before, after, key, scope, line, lang):
                    yield Difference(scope, key, old.get(line), new.get(line))


def between(known: Catalogue, left: str, right: str, lang: str = "zh") -> Iterator[Difference]:
    """Every line that two scopes say otherwise (`scope` is the right one's), both with the group's words."""
    for key in known.parameters:
        if known.value(key, left or None) == known.value(key, right or None):
            continue
        old, new = _lines(known, key, left, lang, words_of=""), _lines(known, key, right, lang, words_of="")
        for line in [*old, *(one for one in new if one not in old)]:
            if old.get(line) != new.get(line):
                yield Difference(right, key, old.get(line), new.get(line))


def _is_the_group_s(before: Catalogue, after: Catalogue, key: str, scope: str, line: str, lang: str) -> bool:
    """Whether a region only takes along what changed in the group, which was told already."""
    if not scope:
        return False
    return all(
        _lines(one, key, scope, lang).get(line) == _lines(one, key, "", lang).get(line) for one in (before, after)
    )


def _lines(
    catalogue: Catalogue, key: str, scope: str, lang: str, words_of: str | None = None
) -> Mapping[str, Said]:  # fmt: skip
    words = catalogue.words((scope if words_of is None else words_of) or None)
    speaker = Speaker(lang, lambda text, of: fill(text, words[of]), lambda _list, code: code)
    kind = catalogue.parameters[key].kind
    return {one.key: one for one in speaker.lines(kind, catalogue.value(key, scope or None))}


def export_folder(session: Session, folder: Path) -> list[Path]:
    """Write what is in force as files that `apply_folder` takes back. Raises RuleError for a file in the way."""
    rows = {_path(folder, row): row for row in in_force(session)}
    if there := [path for path in rows if path.exists()]:
        raise RuleError(lazy("%(path)s is there already; nothing was written.", path=there[0]))
    for path, row in rows.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(row.source.encode())  # line ends as they were taken over
    return list(rows)


def _path(folder: Path, row: ParameterRevision) -> Path:
    return folder / "regions" / f"{row.scope_code}.yaml" if row.scope_code else folder / "platform.yaml"


def history(session: Session, scope: str | None = None) -> Sequence[ParameterRevision]:
    """Revisions, the newest first: of the group (empty), of a region, or of all."""
    query = select(ParameterRevision).order_by(ParameterRevision.id.desc())
    return session.scalars(query if scope is None else query.where(ParameterRevision.scope_code == scope)).all()


def changes_of(session: Session, row: ParameterRevision, declared: Sequence[Schema], lang: str) -> list[Difference]:
    """What a revision changed beside the one before it in its scope, under what holds elsewhere today.

    Raises ParametersRefused where one of the two does not fit the modules that are here now.
    """
    place = row.level, row.scope_code
    elsewhere = [layer_of(one, declared) for one in in_force(session) if (one.level, one.scope_code) != place]
    previous = session.scalar(
        select(ParameterRevision)
        .where(ParameterRevision.level == row.level, ParameterRevision.scope_code == row.scope_code)
        .where(ParameterRevision.id < row.id)
        .order_by(ParameterRevision.id.desc())
        .limit(1)
    )
    before = Catalogue(declared, [*elsewhere, *([layer_of(previous, declared)] if previous is not None else [])])
    after = Catalogue(declared, [*elsewhere, layer_of(row, declared)])
    return [one for one in differences(before, after, lang) if one.scope == row.scope_code]


def restore(
    session: Session, revision: int, declared: Sequence[Schema], author: str, judge: Judge = lambda catalogue: ()
) -> ParameterRevision:
    """Put an earlier revision in force again, as a new one. The caller commits.

    Raises NotFound, RuleError where it is in force already, and ParametersRefused where it does not fit what holds
    beside it any more; nothing is written then.
    """
    row = session.get(ParameterRevision, revision)
    if row is None:
        raise NotFound(lazy("There is no revision %(n)s.", n=revision))
    now = {(one.level, one.scope_code): one for one in in_force(session)}
    place = row.level, row.scope_code
    if place in now and now[place].digest == row.digest:
        raise RuleError(lazy("What revision %(n)s says is in force already.", n=revision))
    layers: list[Layer] = [layer_of(one, declared) for one in {**now, place: row}.values()]
    if faults := list(judge(Catalogue(declared, layers))):
        raise ParametersRefused(faults)
    return publish(session, *place, row.source, author)
