"""Pages with invented values, one of each kind, to look at and to check the templates with."""

from typing import Any

from core.records.pages import (
    Action,
    Attachment,
    Attachments,
    BulkVerb,
    Cell,
    Chart,
    ChartSeries,
    ChipGroup,
    Choice,
    Conflict,
    Crumb,
    EmptyState,
    Entry,
    ErrorPage,
    Fact,
    FilterControl,
    FormPage,
    FormSection,
    Head,
    HomePage,
    Input,
    ListPage,
    Note,
    Option,
    Pager,
    Panel,
    Progress,
    RailStep,
    Row,
    Search,
    Section,
    ShowPage,
    Stat,
    Tab,
    Todo,
    Token,
)
from core.shell.frame import DemoAccount, Frame, LanguageChoice, NavGroup, NavItem, Person, Switcher, SwitchOption

NAV = (
    NavGroup("", (NavItem("工作台", "/home", "home"),)),
    NavGroup(
        "内部验房",
        (
            NavItem("验房计划", "/plans", "calendar"),
            NavItem("验房问题录入", "/grid", "keyboard"),
            NavItem("验房问题处理", "/list", "clipboard-check", active=True, count="9", red=True),
            NavItem("整改单", "/empty", "file-spreadsheet", count="2"),
            NavItem("验房总结", "/form", "file-text"),
        ),
    ),
    NavGroup(
        "基础资料",
        (
            NavItem("房屋", "/rooms", "map-pin"),
            NavItem("承建商", "/contractors", "users"),
            NavItem("数据导入", "/imports", "table-import"),
        ),
    ),
)


def frame(lang: str = "zh", signed_in: bool = True) -> Frame:
    """A specialist in the demo, looking at one project."""
    projects = [("湾湖", "SZ-WH"), ("前湾", "SZ-QH"), ("海虹花园", "SZ-HH"), ("云庭", "SZ-YT")]
    projects += [
        ("麓溪", "CD-LX"),
        ("天阜", "CD-TF"),
        ("锦江里", "CD-JJ"),
        ("静园", "SH-JA"),
        ("另一个名字很长的项目二期", "SH-XX"),
    ]
    regions = {"SZ": "深圳公司", "CD": "成都公司", "SH": "上海公司"}
    other = LanguageChoice("en", "English", "EN", "/language/en") if lang == "zh" else None
    return Frame(
        lang="zh-CN" if lang == "zh" else "en",
        csrf="token",
        home_url="/home",
        path="/list",
        nav=NAV,
        switcher=Switcher(
            "湾湖",
            "SZ-WH",
            "深圳公司",
            tuple(
                SwitchOption(name, f"/list?project={code}", code, regions[code[:2]], code == "SZ-WH")
                for name, code in projects
            ),
        ),
        find_url="/find",
        new_url="/form",
        new_label="新增问题",
        languages=(other or LanguageChoice("zh", "中文", "中", "/language/zh"),),
        person=Person("林晓岚", "验房CRM专员", "sz.inspection") if signed_in else None,
        profile_url="/form",
        password_url="/form",
        sign_out_url="/sign-out",
        demo=True,
        version="1.0",
    )


FINDINGS = (
    ("doing", "整改中", "I2611-00048", "3-1-1203", "窗边渗漏", "次卧", "飘窗右下角渗水痕迹，长约15cm，雨后加重", "丙水防水（演示）", "L2611-0003", "11-14 10:41", "超期 6 天", "late", 0),
    ("sent", "已出单", "I2611-00113", "3-1-1303", "型材划伤掉漆", "阳台", "推拉门上框掉漆两处，各约1cm", "乙木门窗（演示）", "L2611-0006", "11-18 10:03", "11-25", "", 0),
    ("doing", "整改中", "I2611-00077", "3-1-1401", "墙面空鼓", "客厅", "电视背景墙距地1.2m处空鼓，约40×30cm", "甲壹总包（演示）", "L2611-0004", "11-16 14:08", "超期 2 天", "late", 0),
    ("check", "待复验", "I2611-00086", "3-1-1502", "找坡积水", "主卫", "地漏口高出周边约5mm，关水后积水不退", "甲壹总包（演示）", "L2611-0004", "11-16 15:32", "今日到期", "today", 1),
    ("check", "待复验", "I2611-00087", "3-1-1502", "地漏返臭", "主卫", "地漏无水封，开门即有异味", "丁通机电（演示）", "L2611-0005", "11-16 15:33", "今日到期", "today", 0),
    ("wait", "待移交", "I2611-00198", "3-1-1702", "入户门划伤变形", "入户门", "门扇外侧锁孔下方划痕约12cm，见底漆", "乙木门窗（演示）", "", "11-23 09:08", "", "", 0),
    ("done", "已关闭", "I2611-00021", "3-1-1102", "开关插座", "书房", "门后五孔插座面板松动，相零接反", "丁通机电（演示）", "L2611-0005", "11-12 09:20", "11-20", "", 2),
    ("void", "已作废", "I2611-00019", "3-1-1102", "墙面开裂", "次卧", "窗台右上角斜向裂缝，长约25cm，宽0.2mm", "甲壹总包（演示）", "", "11-12 09:02", "", "", 0),
)  # fmt: skip
HEADS = (
    Head("state", "状态", "w84", card="state"),
    Head("number", "编号", "w108"),
    Head("room", "房屋", "w84", card="title", sort_url="/list?sort=-room", direction="ascending"),
    Head("category", "问题分类", "w120", cut=True),
    Head("location", "部位", "w64", cut=True),
    Head("description", "问题描述", "", cut=True, card="detail"),
    Head("contractor", "承建商", "w140", cut=True, card="meta", css="second"),
    Head("list", "整改单", "w96"),
    Head("entered", "录入时间", "w96", css="second nowrap", sort_url="/list?sort=entered"),
    Head("due", "整改期限", "w84", card="edge"),
    Head("rework", "返修", "w56", number=True),
)


def finding(row_id: int, one: tuple[Any, ...]) -> Row:
    family, state, number, room, category, location, text, contractor, sheet, entered, due, tone, rework = one
    return Row(
        id=row_id,
        url="/show",
        version=3,
        label=number,
        selectable=family not in ("done", "void"),
        verbs=frozenset({"close", "send_back"} if family == "check" else {"adjust"} if family == "wait" else ()),
        cells=(
            Cell(state, "state", family=family),
            Cell(number, "link", url="/show"),
            Cell(room, phone=f"{location} · {category}"),
            Cell(category),
            Cell(location),
            Cell(text),
            Cell(contractor),
            Cell(sheet, "link", url="/show" if sheet else ""),
            Cell(entered, "moment"),
            Cell(due, "due", tone=tone),
            Cell(str(rework), "number", zero=rework == 0),
        ),
    )


def list_page(rows: int = 24) -> ListPage:
    """The list of findings, as long as asked."""
    return ListPage(
        "验房问题处理",
        "/list",
        subtitle="湾湖内部预验房 · 第 9 天，共 21 天",
        actions=(
            Action("导入", "/form", "table-import"),
            Action("生成整改单", "/form", "file-spreadsheet"),
            Action("集中录入", "/form", "keyboard", primary=True),
        ),
        tabs=(
            Tab("未关闭", "/list", "186", current=True),
            Tab("待复验", "/list?view=check", "34"),
            Tab("超整改期", "/list?view=late", "9", red=True),
            Tab("未出单", "/list?view=unlisted", "23"),
            Tab("待签收", "/list?view=unsigned", "31"),
        ),
        search=Search("q", "", "编号、房号、描述"),
        filters=(
            FilterControl("building", "楼栋", options=(Option("1", "1栋1单元"), Option("3", "3栋1单元")), value="3", on=True),
            FilterControl("contractor", "承建商", "remote", source_url="/pick"),
            FilterControl("category", "问题分类", "remote", source_url="/pick"),
            FilterControl("state", "状态", options=(Option("open", "未关闭"), Option("closed", "已关闭"))),
            FilterControl("entered", "录入时间", "date_range"),
            FilterControl("sheet", "整改单号", "text"),
            FilterControl("severity", "严重程度", options=(Option("1", "重要"), Option("2", "一般"))),
        ),
        chips=(
            ChipGroup("范围", (Choice("我的", "/list?of=me"), Choice("本项目", "/list", True), Choice("全部", "/list?of=all"))),
            ChipGroup("时间", (Choice("今日", "/list?t=1"), Choice("本周", "/list?t=7"), Choice("不限", "/list", True))),
        ),
        tokens=(Token("状态", "未关闭", "/list?1"), Token("楼栋", "3栋1单元", "/list?2")),
        clear_url="/list",
        sort_words="按楼栋、单元、楼层排序；条件已记住",
        heads=HEADS,
        rows=tuple(finding(at, FINDINGS[at % len(FINDINGS)]) for at in range(rows)),
        foot=(
            Cell("合计"), Cell("58 条"), Cell("23 户"),
            Cell("待复验 19 · 整改中 21 · 已出单 10 · 未出单 8", span=3, css="second"),
            Cell("5 家"), Cell("7 单"), Cell(), Cell("超期 3", css="red"), Cell("7", "number"),
        ),
        bulk=(
            BulkVerb("close", "复验通过并关闭…", "/bulk-verb", "check", primary=True, needs_form=True, reason="只有待复验的可以关闭。"),
            BulkVerb("send_back", "退回整改…", "/bulk-verb", "arrow-back-up", needs_form=True, reason="只有待复验的可以退回。"),
            BulkVerb("adjust", "调整承建商…", "/bulk-verb", needs_form=True, reason="已出单的不能换承建商，请先撤回整改单。"),
            BulkVerb("export", "导出所选", "/bulk-verb", "download", any_row=True, download=True),
        ),
        pager=Pager(
            "/list", "/list?before=1", "/list?after=2", "/list?last",
            "第 16–30 条", "共 58 条",
            (Choice("15 / 页", "/list?size=15", True), Choice("50 / 页", "/list?size=50"), Choice("100 / 页", "/list?size=100")),
        ),
        export=Action("导出 Excel", "/list.xlsx", "download", download=True),
        hidden=(("view", "open"), ("sort", "room")),
        back="/list?view=open",
    )  # fmt: skip


def empty_page() -> ListPage:
    """A list with nothing in it yet."""
    return ListPage(
        "整改单",
        "/empty",
        subtitle="麓溪 · 按承建商出的问题清单",
        actions=(Action("生成整改单", "/form", "plus", primary=True),),
        tabs=(Tab("未返回", "/empty", "0", current=True), Tab("已返回", "/empty", "0"), Tab("全部", "/empty", "0")),
        heads=(Head("number", "编号"),),
        empty=EmptyState(
            "还没有整改单",
            "有 23 条问题已经录入，还没有交给承建商。生成后每家承建商一张，可打印或导出 Excel，填好再导回。",
            (Action("从这 23 条生成", "/form", "file-spreadsheet", primary=True), Action("先看问题", "/list")),
        ),
    )


def show_page() -> ShowPage:
    """A finding waiting for its re-check."""
    return ShowPage(
        "地漏口高出周边约5mm，关水后积水不退",
        crumbs=(Crumb("验房问题处理", "/list"), Crumb("待复验")),
        position="第 7 条，共 34 条",
        number="SZWH-I2611-00086",
        state=Cell("待复验", "state", family="check"),
        due=Cell("今日到期", "due", tone="today"),
        actions=(
            Action("复验通过并关闭…", "/verb", "check", primary=True, key="C", dialog=True),
            Action("退回整改…", "/verb", "arrow-back-up", key="R", dialog=True),
        ),
        more=(
            Action("调整承建商…", "/verb", "arrows-exchange", disabled="已出单，承建商不能再换；请先撤回整改单。"),
            Action("重开", "/do", "rotate", method="post"),
            Action("作废…", "/danger", "ban", danger=True, dialog=True),
        ),
        rail=(
            RailStep("录入", "11-16 15:32 林晓岚", "past"),
            RailStep("出单", "11-16 17:10 L2611-0004", "past"),
            RailStep("整改", "11-17 签收 · 返修 1 次", "past"),
            RailStep("待复验", "11-22 16:05 起", "now", "check"),
            RailStep("关闭", "期限 11-23，今日"),
        ),
        sections=(
            Section(
                "内容",
                (
                    Fact("房屋", Cell("3栋1单元1502", "link", url="/show")),
                    Fact("问题分类", Cell("地面 / 找坡积水", note="010406")),
                    Fact("部位", Cell("主卫")),
                    Fact("承建商", Cell("甲壹总包（演示）", tag="按分类")),
                    Fact("整改单", Cell("L2611-0004", "link", url="/show", note="第 12 行")),
                    Fact("整改期限", Cell("11-23"), more=(Cell("今日到期", "due", tone="today"),)),
                    Fact("验房轮次", Cell("初验 · 林晓岚")),
                    Fact("严重程度", Cell("重要", "tag")),
                    Fact("返修次数", Cell("1", "number")),
                    Fact("补充说明", Cell("闭水 24 小时后测，地漏在淋浴区东侧；业主留钥匙，可随时进户。"), wide=True),
                ),
                "/form",
            ),
        ),
        attachments=attachments(),
        timeline=(
            Entry("整改单 L2611-0004 导回", "整改完成", "昨日 16:05", (("状态", "整改中", "待复验"), ("整改结果", "", "凿除面层重做找坡，闭水 24 小时无积水")), job=True, avatar="导", kind="state"),
            Entry("林晓岚", "退回整改", "11-20 10:18", (("返修次数", "0", "1"), ("整改期限", "11-20", "11-23")), "淋浴区东侧仍积水约2㎜，找坡方向反了", kind="state"),
            Entry("林晓岚", "添加附件", "11-16 17:30", kind="file", note="关水 10 分钟后.png"),
            Entry("林晓岚", "出单", "11-16 17:10", note="给甲壹总包（演示），共 38 条同单", kind="state"),
        ),
        side=(
            Section(
                "3栋1单元1502",
                (
                    Fact("户型", Cell("三房两厅 · 89.20 ㎡")),
                    Fact("业主", Cell("郑文博", "link", url="/show", note="签约")),
                    Fact("合同交付", Cell("2026-12-31，还有 38 天")),
                    Fact("本户问题", Cell("共 11 · 未关闭 6")),
                ),
                action=Action("房屋档案", "/show"),
            ),
        ),
        side_panels=(Panel("谁看得到、谁能关闭", "湾湖的验房CRM专员可处理；项目专员、项目负责人、地区领导只读。"),),
        previous_url="/show?p",
        next_url="/show?n",
        version=4,
        once="b3",
        notes=(Note("同一承建商「找坡积水」在湾湖已有 14 条，3 条返修。", "news", "/list", "去看"),),
    )  # fmt: skip


def attachments() -> Attachments:
    """Two pictures and two files, more may be added."""
    return Attachments(
        (
            Attachment("关水10分钟后.png", "/photo/1", "182 KB", "/photo/1", "林晓岚 11-16", "/remove/1", "前", "关水 10 分钟后"),
            Attachment("重做找坡.png", "/photo/2", "97 KB", "/photo/2", "何工 11-22", "", "后", "重做找坡"),
            Attachment("整改单L2611-0004签收扫描.pdf", "/file/1", "1.2 MB", uploaded="林晓岚 11-17", remove_url="/remove/2"),
            Attachment("L2611-0004 导回.xlsx", "/file/2", "38 KB"),
        ),
        upload_url="/upload",
        accept="image/*,.pdf,.xlsx",
        limit_text="每个不超过 10 MB",
        max_bytes=10 * 1024 * 1024,
    )  # fmt: skip


CATEGORIES = (
    Option("010204", "卫生间渗漏", "010204", "0102 渗漏", "wsjsl"),
    Option("010301", "墙面空鼓", "010301", "0103 墙面", "qmkg"),
    Option("010302", "墙面开裂", "010302", "0103 墙面", "qmkl"),
    Option("010406", "找坡积水", "010406", "0104 地面", "zpjs"),
)


def form_page(refused: bool = False, conflict: bool = False) -> FormPage:
    """A finding being written; refused, or changed by somebody else meanwhile."""
    return FormPage(
        "新增验房问题" if not conflict else "修改 I2611-00086",
        "/form",
        crumbs=(Crumb("验房问题处理", "/list"), Crumb("新增")),
        sections=(
            FormSection(
                "哪里",
                (
                    Input("room", "房屋", "remote", source_url="/pick", value="7", text="3-1-1502", required=True),
                    Input("location", "部位", "choice", options=(Option("1", "主卫"), Option("2", "客卫"), Option("3", "次卧")), required=True),
                    Input("round", "轮次", "pick", options=(Option("1", "初验"), Option("2", "复验"), Option("3", "开放日")), value="1"),
                ),
            ),
            FormSection(
                "什么问题",
                (
                    Input("category", "问题分类", "tree", options=CATEGORIES, value="010406", required=True, span=6, hint="输入名称、编码或拼音首字母"),
                    Input("contractor", "承建商", "remote", source_url="/pick", depends=("category",), text="甲壹总包（演示）", value="3", span=6, hint="由分类带出，可以改"),
                    Input("description", "问题描述", "textarea", "地漏口高出周边约5mm" if not refused else "", required=True, span=12, maxlength=1000, error="问题描述没有填。写清位置和尺寸，承建商才好整改。" if refused else ""),
                    Input("due", "承诺完成", "date", "2026-11-20", error="不能早于今天 11-23。" if refused else ""),
                    Input("cost", "预计费用", "money", "1280.00"),
                    Input("area", "面积", "area", "0.30"),
                    Input("found_at", "发现时间", "moment", "2026-11-23T09:41"),
                    Input("mobile", "联系手机", "tel", "19900876363"),
                    Input("entered_by", "录入人", readonly=True, value="林晓岚"),
                    Input("trades", "涉及专业", "remote", source_url="/pick", multiple=True, values=("1", "2"), texts=("防水", "瓦工"), span=6),
                    Input("severe", "可能影响居住，请项目专员先看", "flag", "1", span=6),
                    Input("photos", "照片", "files", multiple=True, span=12, accept="image/*", hint="每张不超过 10 MB"),
                ),
            ),
        ),
        cancel_url="/list",
        submit_label="保存",
        more_submits=(("next", "保存并下一条"),),
        errors=("这条没有存：有 2 处要改。",) if refused else (),
        conflict=(
            Conflict("description", "问题描述", "地漏口高出周边约5mm", "地漏口高出周边约5mm，关水后积水不退", "地漏口偏高约5mm，东侧积水约2㎡"),
            Conflict("contractor", "承建商", "甲壹总包（演示）", "戊雅精装（演示）", "甲壹总包（演示）", False, "theirs"),
            Conflict("note", "补充说明", "", "", "闭水 24 小时后测", False, "mine"),
        ) if conflict else (),
        conflict_by="彭佳 10:46" if conflict else "",
        version=4,
        once="a1",
        draft="" if refused or conflict else "finding:new",
    )  # fmt: skip


def verb_page(danger: bool = False) -> FormPage:
    """Closing three findings, or voiding one."""
    if danger:
        return FormPage(
            "作废 I2611-00113？",
            "/danger",
            intro="作废后不计入任何统计，记录和照片保留，地区CRM管理员可以恢复。",
            sections=(FormSection("", (Input("reason", "原因", "textarea", required=True, span=12),)),),
            cancel_url="/show",
            cancel_label="不作废",
            submit_label="作废这 1 条",
            danger=True,
        )
    return FormPage(
        "关闭 3 条问题",
        "/verb",
        intro="解决方案取各条最后一次整改结果。",
        sections=(
            FormSection(
                "",
                (
                    Input("close_type", "关闭类型", "pick", options=(Option("1", "正常关闭"), Option("2", "强制关闭")), value="1", required=True, span=12),
                    Input("method", "处理方式", "choice", options=(Option("1", "维修"), Option("2", "更换")), value="1", required=True, span=6),
                    Input("by", "关闭确认人", value="甲方代表 秦朗", required=True, span=6),
                    Input("solution", "解决方案", "textarea", span=12, maxlength=500),
                ),
            ),
        ),
        hidden=(("row", "1:3"), ("row", "2:3")),
        cancel_url="/list",
        submit_label="关闭 3 条",
    )  # fmt: skip


def home_page() -> HomePage:
    """The inspection desk."""
    return HomePage(
        "工作台",
        "11月23日 周一 · 湾湖内部预验房第 9 天，共 21 天；合同交付日 12月31日",
        actions=(Action("继续录入 3-1-1702", "/form", "keyboard", primary=True),),
        stats=(
            Stat("今日录入", "47", "/list", "条", "12 户 · 昨日 63 条"),
            Stat("未出单", "23", "/list", "条", "4 家承建商 · 最早 11-20"),
            Stat("待签收", "31", "/list", "条", "2 张整改单 · 已等 2 天"),
            Stat("超整改期", "9", "/list", "条", "↑ 3 较昨日 · 最久 6 天", red=True),
            Stat("待复验", "34", "/list", "条", "19 户 · 今日到期 6 条"),
        ),
        todo_title="需要我处理",
        todos=(
            Todo("丙水防水（演示）5 条渗漏整改超期，最久 6 天", "整改单 L2611-0003 · 承诺 11-17 完成", "alert-circle", "red", Cell("超期 6 天", "due", tone="late"), Action("看 5 条", "/list")),
            Todo("整改单 L2611-0006 已导回，28 条完成、2 条未做", "乙木门窗（演示）· 许工 今日 08:52 导回", "clipboard-check", "plum", Cell("今日复验 6 条", "due", tone="today"), Action("开始复验", "/list", primary=True)),
            Todo("23 条还没有交给承建商", "甲壹总包 11 条、乙木门窗 7 条", "file-spreadsheet", "amber", Cell("最早 11-20", "due"), Action("生成整改单", "/form")),
        ),
        charts=(
            Chart(
                "未关闭问题 186 条",
                ("墙面", "门窗", "地面", "水电", "洁具橱柜", "渗漏"),
                (
                    ChartSeries("甲壹总包", (30, None, 15, None, None, None), "s1"),
                    ChartSeries("乙木门窗", (None, 38, None, None, None, None), "s2"),
                    ChartSeries("丁通机电", (None, None, None, 20, None, None), "s3"),
                    ChartSeries("戊雅精装", (14, None, 8, None, 19, None), "s4"),
                    ChartSeries("丙水防水", (None, None, None, None, None, 12), "s6"),
                ),
                summary="墙面 44，门窗 38，地面 23，水电 20，洁具橱柜 19，渗漏 12",
                urls=("/list",) * 6,
            ),
        ),
        progress_title="验房进度",
        progress_note="487 / 612 户",
        progress=(Progress("1栋", 204, 204, "ok"), Progress("2栋", 187, 204), Progress("3栋", 96, 204)),
    )  # fmt: skip


def error_page(status: int = 404) -> ErrorPage:
    """Not there, or not visible: the two look the same."""
    return ErrorPage(
        status,
        "这条记录不存在，或不在你的范围内",
        "它可能属于别的项目或地区，也可能编号抄错了。两种情况看起来一样，这是有意的。",
        (Action("回到验房问题处理", "/list", primary=True),),
        "7f3a-20c1",
    )


ACCOUNTS = tuple(
    DemoAccount(name, label)
    for name, label in (
        ("group.admin", "集团CRM管理员"),
        ("sz.inspection", "深圳 验房CRM专员"),
        ("sz.project", "深圳 项目CRM专员"),
        ("cd.inspection", "成都 验房CRM专员"),
    )
)

PAGES: dict[str, tuple[str, Any]] = {
    "home": ("home.html", home_page),
    "list": ("list.html", list_page),
    "list-short": ("list.html", lambda: list_page(3)),
    "empty": ("list.html", empty_page),
    "show": ("show.html", show_page),
    "form": ("form.html", form_page),
    "form-refused": ("form.html", lambda: form_page(refused=True)),
    "form-conflict": ("form.html", lambda: form_page(conflict=True)),
    "verb": ("verb.html", verb_page),
    "danger": ("verb.html", lambda: verb_page(danger=True)),
    "error": ("error.html", error_page),
}
"""Name → template under `atrium/` and what makes its `page`."""
