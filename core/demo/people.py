"""Invented people: names, ID numbers of a place that does not exist, mobiles."""

from datetime import date, timedelta
from random import Random
from typing import Any

from core.values.people import RESIDENT

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻苏潘葛范彭鲁韦马苗方俞任袁柳唐薛雷贺倪汤"
GIVEN = str.split(
    "文博 雨桐 子涵 浩然 秀英 建国 思齐 静 伟 敏 丽华 佳怡 明远 晓东 梓轩 若曦 志强 美玲 嘉懿 宇航 诗涵 国栋 海燕 俊杰 "
    "雅琴 书瑶 景行 一鸣 慧敏 振华 兰 涛 芳 磊 婷 晨曦 立新 春梅 云帆 楚楚 卫东 沐阳 雪 凯 思远 玉珍 家豪 欣怡 鹏 琳"
)
FIRMS = ("示例贸易", "示例科技", "示例餐饮管理", "示例设计", "示例投资")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def full_name(dice: Random) -> str:
    """A family name and a given name, each from a list of our own."""
    return dice.choice(FAMILY) + dice.choice(GIVEN)


def id_number(dice: Random) -> str:
    """An ID number of the made-up area 990101 with a right check digit (GB 11643)."""
    born = date(1956, 1, 1) + timedelta(days=dice.randrange(17_000))
    body = f"990101{born:%Y%m%d}{dice.randint(0, 999):03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def mobile(dice: Random) -> str:
    """A mobile of a range that is in nobody's hands here."""
    return f"19900{dice.randint(0, 999_999):06}"


class Crowd:
    """Makes customers of a region, each known by a number nobody else has."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self._numbers: set[str] = set()

    def person(self, family: str = "") -> dict[str, Any]:
        """Columns of a customer; `family` gives a relative the same family name."""
        name = family + self.dice.choice(GIVEN) if family else full_name(self.dice)
        return {
            "name": name, "id_kind": RESIDENT, "id_number": self._number(), "mobile": mobile(self.dice),
            "address": f"示例市示例路{self.dice.randint(1, 999)}号",
        }  # fmt: skip

    def firm(self) -> dict[str, Any]:
        """Columns of a customer that is a company."""
        name = f"{self.dice.choice(FIRMS)}{self.dice.randint(2, 99)}有限公司（演示）"
        return {
            "name": name, "is_company": True, "mobile": mobile(self.dice),
            "phone": f"0000-{self.dice.randint(1, 9_999_999):07}",
            "address": f"示例市示例路{self.dice.randint(1, 999)}号",
        }  # fmt: skip

    def _number(self) -> str:
        number = id_number(self.dice)
        while number in self._numbers:
            number = id_number(self.dice)
        self._numbers.add(number)
        return number
