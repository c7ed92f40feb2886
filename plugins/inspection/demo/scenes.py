"""Where the demo's inspections stand: which homes of which project, from when to when, under which plan."""

from dataclasses import dataclass

from plugins.inspection.rules import DONE, DRAFT, OPEN


@dataclass(frozen=True)
class Scene:
    """Homes of a project that are inspected together; days are counted from the day of loading.

    `done` is the share of the homes that were inspected by now. Without a `subject` there was no plan: findings of an
    old register.
    """

    project: str
    buildings: tuple[str, ...]
    starts: int
    ends: int
    done: float = 1.0
    floors: int = 99
    subject: str = ""
    kind: str = "internal"
    state: str = OPEN
    note: str = ""
    is_summed_up: bool = False


SCENES = (
    Scene("SZ-WH", ("3",), -34, -22, floors=9, subject="湾湖3栋低区内部预验房", state=DONE,
          note="先验低区9层，高区随精装完工再排", is_summed_up=True),
    Scene("SZ-WH", ("1", "2"), -19, 22, done=0.3, subject="湾湖1、2栋内部预验房", note="每天约3户，周日不排"),
    Scene("CD-LX", ("1", "2"), -16, 15, done=0.33, subject="麓溪高层内部预验房"),
    Scene("CD-LX", ("11", "12", "13"), 9, 10, done=0.0, subject="麓溪联排客户开放日", kind="open_day", state=DRAFT),
    Scene("CD-TF", ("1",), -88, -62, floors=9, subject="天阜1栋内部预验房", state=DONE),
    Scene("SZ-QH", ("1",), -24, -1, floors=4),
    Scene("SH-JA", ("1",), -290, -276, floors=4),
)  # fmt: skip
"""SZ-QH has no plan although its handover comes near; in SH-JA inspection was done before it was switched off."""

SUMMARY = """一、验房情况
本次对3栋1至9层共{homes}户进行内部预验房，全部完成；发现问题{findings}条，户均{average}条，目前未关闭{open}条。

二、突出问题
1. 墙面空鼓、开裂最多，集中在窗下墙和飘窗两侧，为同一抹灰班组施工。
2. 入户门扇成品保护不到位，划痕见底漆，门框保护膜拆除过早。
3. 主卫淋浴区墙根返潮{leaks}户，闭水试验记录不全。

三、后续要求
1. 总包对3栋高区抹灰逐户自检，提交记录后再排验房。
2. 门窗单位在精装完工前不得拆除保护膜。
3. 卫生间闭水试验由甲方代表现场见证，逾期整改的按合同扣款。"""
