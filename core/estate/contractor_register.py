"""承建商台账, the register of contractors: who works on which project, for which categories, with what warranty."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import current
from core.errors import RuleError
from core.estate.models import CategoryRule, Contractor, ProjectContractor
from core.estate.registers import differences, fetch, find_project, load, projects_by_code, regional, take
from core.i18n import lazy
from core.imports.engine import Column, Line
from core.parameters import store
from core.parameters.folding import folded
from core.parameters.options import Option, OptionSet
from core.values.dates import read_day
from core.values.people import read_phone
from core.values.refusal import refuse, shown
from core.values.text import fold, plain, read_code, read_line, split

LINK_FIELDS = ("contact", "phone", "contract_number", "warranty_from", "warranty_to")
TRADE, CATEGORIES, WARRANTY_TO = "专业", "负责问题分类", "保修期止"


def contractor_columns() -> tuple[Column, ...]:
    """The headings, with every region's words for them."""
    names = regional("{}", "{}名称", "{}单位", word="contractor")
    return (
        Column("project", "项目编码", read_code, required=True, synonyms=("项目代码", "项目编号", "Project code")),
        Column("name", "承建商", read_line, required=True, synonyms=(*names, "单位名称", "Contractor")),
        Column("trade", TRADE, lambda value: read_line(value, most=50), needed=False, synonyms=("工种", "Trade")),
        Column("contact", "联系人", read_line, needed=False, synonyms=("负责人", "Contact")),
        Column("phone", "联系电话", read_phone, needed=False, synonyms=("电话", "手机", "Phone")),
        Column("contract_number", "合同编号", read_code, needed=False, synonyms=("合同号", "Contract")),
        Column("categories", CATEGORIES, read_parts, needed=False, synonyms=("问题分类", "Categories")),
        Column("warranty_from", "保修期起", read_day, needed=False, synonyms=("质保期起", "Warranty from")),
        Column("warranty_to", WARRANTY_TO, read_day, needed=False, synonyms=("质保期止", "Warranty to")),
    )


def read_parts(value: Any) -> list[str]:
    """What stands between commas, 、 ； / or line ends."""
    return split(plain(value).replace("，", "、").replace(",", "、"))


def category_codes(parts: Sequence[str], region: str) -> list[str]:
    """Codes from codes or names of leaves and branches in the region's tree; Excel may have turned 0103 into 103."""
    options = store.catalogue().options("issues.category", region or None)
    found: list[str] = []
    for text in parts:
        code = text.zfill(len(text) + len(text) % 2) if text.isascii() and text.isdigit() else text
        option = options.get(code) or options.find(text) or _branch(options, text)
        if option is None:
            raise refuse(lazy("“%(value)s” is no category. Write a code such as 0103 or 010301.", value=shown(text)))
        if option.code not in found:
            found.append(option.code)
    return found


def _branch(options: OptionSet, text: str) -> Option | None:
    """The one branch of that name."""
    named = [
        option
        for option in options.options.values()
        if not option.is_leaf and folded(text) in map(folded, option.labels.texts.values())
    ]
    return named[0] if len(named) == 1 else None


class ContractorRegister:
    """A row is a contractor (region and name) on a project; contact, phone and warranty stand there."""

    kind = "contractors"
    title = "承建商台账"
    key = ("project", "name")

    def __init__(self) -> None:
        self.columns = contractor_columns()
        self.headings = {column.name: column.heading for column in self.columns}

    def prepare(self, session: Session, lines: Sequence[Line]) -> None:
        known = projects_by_code()
        for line in lines:
            line.found["project"] = find_project(line, "contractor", known)
        projects = {project.id: project for line in lines if (project := line.found["project"]) is not None}
        firms = select(Contractor.id, Contractor.region_id, Contractor.name, Contractor.trade).order_by(Contractor.id)
        regions = {project.region_id for project in projects.values()}
        self.firms = {(row.region_id, row.name): row for row in fetch(session, firms, Contractor.region_id, regions)}
        self.names = {row.id: row.name for row in self.firms.values()}
        self._spellings: dict[tuple[int, str], str] = {}
        """(region, folded name) → the name as it stands in the database or, of a new firm, in its first row."""
        for region, name in self.firms:
            self._spellings.setdefault((region, fold(name)), name)
        columns = [getattr(ProjectContractor, name) for name in ("id", "project_id", "contractor_id", *LINK_FIELDS)]
        links = fetch(session, select(*columns), ProjectContractor.project_id, projects)
        self.links = {(row.project_id, row.contractor_id): row for row in links}
        rules = select(CategoryRule.id, CategoryRule.project_id, CategoryRule.category, CategoryRule.contractor_id)
        whole = fetch(session, rules.where(CategoryRule.building_id.is_(None)), CategoryRule.project_id, projects)
        self.rules = {(row.project_id, row.category): row for row in whole}
        self._trades: dict[tuple[int, str], tuple[str, int]] = {}
        self._categories: dict[tuple[int, str], tuple[str, int]] = {}

    def judge(self, line: Line) -> None:
        project, v = line.found["project"], line.values
        region = current().organisation.region_of(project.id) if project else None
        try:
            v["categories"] = category_codes(v["categories"] or (), region.code if region else "")
        except RuleError as refusal:
            v["categories"] = None
            line.refuse(CATEGORIES, refusal)
        if project is None or v["name"] is None:
            return
        v["name"] = self._spelling(project.region_id, v["name"])
        firm = line.found["firm"] = self.firms.get((project.region_id, v["name"]))
        link = line.found["link"] = self.links.get((project.id, firm.id)) if firm else None
        begins = v["warranty_from"] or (link.warranty_from if link else None)
        ends = v["warranty_to"] or (link.warranty_to if link else None)
        if begins and ends and ends < begins:
            line.refuse(WARRANTY_TO, lazy("The warranty ends before it begins."))
        self._judge_agreement(line)
        if not line.errors:
            self._remember(line)
            self._compare(line, firm, link)

    def _spelling(self, region: int, name: str) -> str:
        """The name a firm goes by, however typed: （） and (), blanks and letter case do not make it another firm."""
        return name if (region, name) in self.firms else self._spellings.get((region, fold(name)), name)

    def _judge_agreement(self, line: Line) -> None:
        """A firm has one trade in its region, a category one contractor on a project: two rows may not differ."""
        project, v = line.found["project"], line.values
        trade, row = self._trades.get((project.region_id, v["name"]), (v["trade"], 0))
        if v["trade"] and trade != v["trade"]:
            line.refuse(TRADE, lazy("Row %(row)s gives “%(value)s”; make the two rows agree.", row=row, value=trade))
        for code in v["categories"] or ():
            name, row = self._categories.get((project.id, code), (v["name"], 0))
            if name != v["name"]:
                line.refuse(
                    CATEGORIES,
                    lazy("Category %(code)s goes to %(name)s in row %(row)s already.", code=code, name=name, row=row),
                )

    def _remember(self, line: Line) -> None:
        project, v = line.found["project"], line.values
        self._spellings.setdefault((project.region_id, fold(v["name"])), v["name"])
        if v["trade"]:
            self._trades.setdefault((project.region_id, v["name"]), (v["trade"], line.row))
        for code in v["categories"] or ():
            self._categories.setdefault((project.id, code), (v["name"], line.row))

    def _compare(self, line: Line, firm: Any, link: Any) -> None:
        v = line.values
        found: dict[str, tuple[Any, Any]] = {}
        moved = {
            code: rule
            for code in v["categories"] or ()
            if (rule := self.rules.get((line.found["project"].id, code))) is None
            or firm is None
            or rule.contractor_id != firm.id
        }
        line.found["categories"] = moved
        before = {self.names.get(rule.contractor_id) or "" for rule in moved.values() if rule is not None}
        # Issues recorded from now on go to somebody else.
        line.matters = bool(before)
        if firm is not None:
            found |= differences(firm, v, ("trade",), {})
        if link is not None:
            found |= differences(link, v, LINK_FIELDS, {})
        line.changes.update({self.headings[name]: pair for name, pair in found.items()})
        if moved and (link is not None or before):
            old = "、".join(sorted(before)) or None
            line.changes[CATEGORIES] = (old, "、".join(moved))
        if link is not None:
            line.state = "changed" if line.changes else "same"

    def identity(self, line: Line) -> Any:
        project = line.found["project"]
        return (project.id, line.values["name"]) if project is not None else None

    def write(self, session: Session, lines: Sequence[Line]) -> None:
        firms = self._write_firms(session, lines)
        links = load(session, ProjectContractor, (row.id for line in lines if (row := line.found["link"]) is not None))
        rules = load(
            session,
            CategoryRule,
            (row.id for line in lines for row in line.found["categories"].values() if row is not None),
        )
        for line in lines:
            project, v = line.found["project"], line.values
            firm, row = firms[project.region_id, v["name"]], line.found["link"]
            link = links[row.id] if row is not None else ProjectContractor(project_id=project.id, contractor_id=firm)
            take(link, v, LINK_FIELDS)
            session.add(link)
            for code, known in line.found["categories"].items():
                rule = rules[known.id] if known is not None else CategoryRule(project_id=project.id, category=code)
                rule.contractor_id = firm
                session.add(rule)
        session.flush()

    def _write_firms(self, session: Session, lines: Sequence[Line]) -> dict[tuple[int, str], int]:
        """(region, name) → id of the contractor."""
        known = load(session, Contractor, {row.id for line in lines if (row := line.found["firm"]) is not None})
        found: dict[tuple[int, str], Contractor] = {}
        for line in lines:
            region, v, row = line.found["project"].region_id, line.values, line.found["firm"]
            firm = found.get((region, v["name"])) or (known[row.id] if row is not None else None)
            if firm is None:
                kind = "main" if v["trade"] and "总包" in v["trade"] else "trade"
                firm = Contractor(region_id=region, name=v["name"], kind=kind)
                session.add(firm)
            take(firm, v, ("trade",))
            found[region, v["name"]] = firm
        session.flush()
        return {key: firm.id for key, firm in found.items()}
