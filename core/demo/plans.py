"""What is built where: the demo's regions and projects, with areas and prices as their cities have them."""

from dataclasses import dataclass

REGIONS = {"SZ": ("深圳", "Shenzhen"), "CD": ("成都", "Chengdu"), "SH": ("上海", "Shanghai")}


@dataclass(frozen=True)
class Layout:
    """A type of home; areas in 1/100 m²."""

    name: str
    gross: int
    net: int


TWO, THREE, THREE_LARGE = Layout("两房两厅", 7950, 6280), Layout("三房两厅", 8920, 7047), Layout("三房两厅", 9860, 7789)
FOUR, FOUR_LARGE = Layout("四房两厅", 11840, 9354), Layout("四房两厅", 14300, 11297)
TERRACED, SHOP = Layout("联排", 21600, 19440), Layout("商铺", 5600, 4760)


@dataclass(frozen=True)
class Block:
    """Buildings that are alike: their names, units, storeys, and the layouts of the doors on a floor."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    floors: int
    doors: tuple[Layout, ...]
    product: str = "residence"
    no_four: bool = False
    """The lift and the doors say 3A for the fourth storey, as buyers there like it."""


@dataclass(frozen=True)
class Plan:
    """A project. `handover_in` days from the day of loading most contracts promise the homes; `price` is CNY per m²."""

    code: str
    name: str
    english: str
    lead: str
    representative: str
    handover_in: int
    price: int = 0
    finish: str = "精装"
    blocks: tuple[Block, ...] = ()
    word: str = "栋"


PLANS = (
    Plan("SZ-WH", "湾湖", "Bay Lake", "高远", "何国平", 55, 62_000, blocks=(
        Block(("1", "2"), ("1", "2"), 17, (TWO, THREE, THREE_LARGE)),
        Block(("3",), ("1",), 18, (TWO, THREE, THREE_LARGE, FOUR)),
        Block(("5",), ("",), 1, (SHOP,) * 8, product="shop"),
    )),
    Plan("SZ-QH", "前湾", "Front Bay", "韩立群", "沈建", 84, 71_000, blocks=(
        Block(("1", "2"), ("1", "2"), 15, (THREE_LARGE, FOUR, FOUR, THREE_LARGE), no_four=True),
    )),
    Plan("CD-LX", "麓溪", "Foothill Creek", "丁一川", "彭卫东", 48, 19_000, blocks=(
        Block(("1", "2"), ("1",), 18, (THREE, THREE_LARGE, FOUR, FOUR_LARGE)),
        Block(("11", "12", "13", "15", "16"), ("",), 1, (TERRACED,) * 4, product="villa"),
    )),
    Plan("CD-TF", "天阜", "Tianfu Mount", "俞静", "任海", -7, 23_000, blocks=(
        Block(("1", "2", "3"), ("1",), 16, (THREE_LARGE, FOUR, FOUR, FOUR_LARGE)),
    )),
    Plan("SH-JA", "静园", "Quiet Garden", "袁明", "柳青", -210, 88_000, word="号楼", blocks=(
        Block(("1", "2", "3"), ("1",), 14, (THREE, THREE_LARGE, FOUR, FOUR_LARGE)),
    )),
    Plan("SZ-HH", "海虹花园", "Haihong Garden", "高远", "马跃", 60),
    Plan("SZ-YT", "云庭", "Cloud Court", "韩立群", "方晴", 72),
    Plan("CD-JJ", "锦江里", "Jinjiang Lane", "丁一川", "苏立", 58),
)  # fmt: skip
"""The last three have no homes yet, so that registers import into them."""


@dataclass(frozen=True)
class Firm:
    """A contractor of a region and the categories it answers for."""

    name: str
    trade: str
    categories: tuple[str, ...]
    kind: str = "trade"


FIRMS = (
    Firm("甲壹总包（演示）", "总包", ("0101", "0103", "0104", "0105"), "main"),
    Firm("丙水防水（演示）", "防水", ("0102",)),
    Firm("乙木门窗（演示）", "门窗", ("0106",)),
    Firm("丁通机电（演示）", "水电", ("0107", "0108")),
    Firm("戊雅精装（演示）", "精装", ("0109", "0110", "0111")),
    Firm("己绿园林（演示）", "园林", ("0112",)),
)
SECOND_DOORS = Firm("庚明门窗（演示）", "门窗", ())
"""Did the doors and windows of one building only: a rule for a building goes before the project's."""
UNMAPPED = {"SZ-QH": ("0112",), "CD-TF": ("0111",)}
"""Projects whose map has a gap, for the page that lists categories without a contractor."""
