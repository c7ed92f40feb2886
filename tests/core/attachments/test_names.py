"""Names stay as people gave them, and are harmless in folders, headers and on screens."""

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attachments.names import MOST, clean_name, disposition, ending_of
from core.attachments.types import JPEG, PNG, TYPES, XLSX


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("整改前 1.png", "整改前 1.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\整改.png", "整改.png"),
        ("/abs/路径/图.PNG", "图.PNG"),
        ("C:\\fakepath\\a.png", "a.png"),
        ("a\0b\x1b[31m\r\n.png", "ab[31m.png"),
        ("厨房%22左侧%22%0D%0Ax.png", '厨房"左侧"x.png'),
        ("e\u0301.png", "é.png"),
        ("👨\u200d👩\u200d👧 入户.png", "👨\u200d👩\u200d👧 入户.png"),
        ("报告\u202egnp.exe", "报告gnp.exe.png"),
        ("...", "file.png"),
        ("", "file.png"),
        ("\u200c", "file.png"),
        ("\u200d.\u200c 图", "图.png"),
        (".png", "png.png"),
        ("a.png.", "a.png"),
        ("  a   b .png", "a b.png"),
        ("x.html", "x.html.png"),
        ("x.jpg", "x.png"),
        ("3-1-502", "3-1-502.png"),
        ("v1.2 验收", "v1.2 验收.png"),
    ],
)
def test_a_picture_by_any_name(given: str, kept: str) -> None:
    assert clean_name(given, PNG) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = clean_name("验" * 400 + ".xlsx", XLSX)
    assert len(kept) == MOST
    assert kept.endswith("验.xlsx")


def test_both_endings_of_a_picture_are_right() -> None:
    assert clean_name("a.jpeg", JPEG) == "a.jpeg"
    assert clean_name("a.jpg", JPEG) == "a.jpg"


@given(st.text(max_size=300), st.sampled_from((None, *TYPES)))
def test_no_name_is_dangerous(name: str, kind: object) -> None:
    kept = clean_name(name, kind)  # type: ignore[arg-type]
    assert 0 < len(kept) <= MOST
    assert not set(kept) & set("/\\\r\n\0")
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in kept)
    assert not kept.startswith(".")
    assert unicodedata.is_normalized("NFC", kept)
    if kind is not None:
        assert ending_of(kept) in kind.endings  # type: ignore[attr-defined]
    assert clean_name(kept, kind) == kept  # type: ignore[arg-type]


@given(st.text(max_size=120))
def test_a_header_holds_the_whole_name_and_nothing_more(name: str) -> None:
    kept = clean_name(name)
    header = disposition(kept, attachment=True)
    assert header.isascii() and "\r" not in header and "\n" not in header
    start, coded = header.split("; filename*=UTF-8''")
    assert unquote(coded) == kept
    assert start.count('"') == 2 and ";" not in start.removeprefix("attachment; ")


def test_the_header_of_a_chinese_name() -> None:
    assert disposition("整改前.png", attachment=True) == (
        "attachment; filename=\"file.png\"; filename*=UTF-8''%E6%95%B4%E6%94%B9%E5%89%8D.png"
    )
    assert disposition("a b.pdf", attachment=False).startswith('inline; filename="a_b.pdf"')
