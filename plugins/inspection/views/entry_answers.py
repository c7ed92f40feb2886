"""What the grid's script and the panel beside it are told, in the reader's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.access.context import current
from core.estate.models import Place
from core.i18n import Text, _, language
from core.issues import flow
from core.issues.entering import Outcome
from core.issues.models import Issue
from core.issues.rules import ContractorRule
from core.parameters import store
from core.records.formats import short_number
from plugins.inspection.services.home_sheet import HomeSheet
from plugins.inspection.services.homes import HomeState


def told(outcome: Outcome, place: Place, names: Mapping[int, str]) -> dict[str, Any]:
    """What became of a row, in the reader's words."""
    said: dict[str, Any] = {"uuid": outcome.uuid, "state": outcome.state}
    if outcome.issues:
        said |= stored(outcome.issues[0], names)
    if outcome.errors:
        said["errors"] = {name: str(sentence) for name, sentence in outcome.errors.items()}
    if outcome.state == "similar":
        same_home = outcome.at is None or outcome.at.id == place.id
        where = outcome.at.label if outcome.at else place.label
        if outcome.like is not None:
            like = outcome.like
            said["like"] = {"text": _(
                "%(number)s in %(home)s is of the same category and location and is not closed: %(description)s",
                number=short_number(like.number, False), home=where, description=like.description[:60],
            )}  # fmt: skip
        elif same_home:
            said["like"] = {"row": outcome.like_uuid}
        else:
            said["like"] = {"text": _("Another row records the same category and location in %(home)s.", home=where)}
    return said


def stored(issue: Issue, names: Mapping[int, str]) -> dict[str, Any]:
    contractor = str(issue.contractor_id or "")
    return {
        "number": issue.number, "url": f"/inspection/issues/{issue.id}",
        "values": {"category": issue.category, "location": issue.location, "description": issue.description,
                   "note": issue.note or "", "contractor_id": contractor},
        "texts": {"contractor_id": names.get(issue.contractor_id or 0, "")},
    }  # fmt: skip


def row_of(issue: Issue, names: Mapping[int, str]) -> dict[str, Any]:
    """An open finding as a row: typed at a grid and with no {contractor} yet it may still be corrected here."""
    found = {"uuid": issue.row_uuid or f"issue-{issue.id}", **stored(issue, names)}
    if issue.row_uuid is None or issue.state != flow.RECORDED:
        found["locked"] = str(flow.ISSUE.state(issue.state).label)
    for name in ("category", "location"):
        found["texts"][name] = option_label(f"issues.{name}", getattr(issue, name), issue)
    return found


def rules_in(rules: Sequence[ContractorRule], building_id: int | None) -> list[tuple[str, int, str]]:
    """(beginning of the code, rank, contractor) of the rules that hold in a building."""
    return [
        (one.category, int(one.building_id is not None), str(one.contractor_id))
        for one in rules
        if one.building_id in (None, building_id)
    ]


def option_label(key: str, code: str | None, row: Any) -> str:
    region = current().organisation.region_of(row.project_id)
    return store.catalogue().options(key, region.code if region else "").label(code, language())


def home_title(place: Place) -> str:
    if place.number is None or place.building is None:
        return place.label
    if place.unit is not None and place.unit.name:
        return _("{Building} %(building)s, {unit} %(unit)s, %(number)s", building=place.building.name,
                 unit=place.unit.name, number=place.number)  # fmt: skip
    return _("{Building} %(building)s, %(number)s", building=place.building.name, number=place.number)


def home_facts(sheet: HomeSheet) -> list[tuple[Text, str]]:
    place = sheet.place
    area = f"{place.gross_area} ㎡" if place.gross_area is not None else ""
    product = option_label("estate.product", place.product, place) if place.product else ""
    facts: list[tuple[Text, str]] = []
    if line := " · ".join(part for part in (place.layout or product, area, place.finish or "") if part):
        facts.append((_("Layout"), line))
    if sheet.owners is not None:
        facts.append((_("Owner"), _(", ").join(sheet.owners) or "—"))
    return facts


def floors(homes: Sequence[HomeState]) -> list[tuple[str, list[HomeState]]]:
    """Floors from the top down, as they stand, each with its homes in walking order."""
    floors: dict[int | None, list[HomeState]] = {}
    for home in homes:
        floors.setdefault(home.floor, []).append(home)
    ordered = sorted(floors.items(), key=lambda one: one[0] if one[0] is not None else 0, reverse=True)
    return [(here[0].floor_label or str(floor if floor is not None else ""), here) for floor, here in ordered]
