"""What a file is, is told by its bytes."""

import io
import os
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attachments import types
from core.attachments.types import Unwelcome, type_of
from tests.core.attachments import samples


def kind(content: bytes, ending: str = "") -> str:
    return type_of(io.BytesIO(content), len(content), ending).code


def refusal(content: bytes, ending: str = "") -> str:
    with pytest.raises(Unwelcome) as refused:
        type_of(io.BytesIO(content), len(content), ending)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "ending", "code"),
    [
        (samples.png(), "png", "png"),
        (samples.JPEG, "jpg", "jpeg"),
        (samples.GIF, "gif", "gif"),
        (samples.WEBP, "webp", "webp"),
        (samples.HEIC, "heic", "heic"),
        (samples.HEIF, "heif", "heic"),
        (samples.MP4, "mp4", "mp4"),
        (samples.MOV, "mov", "mov"),
        (samples.PDF, "pdf", "pdf"),
        (samples.xlsx(), "xlsx", "xlsx"),
        (samples.docx(), "docx", "docx"),
        (samples.pptx(), "pptx", "pptx"),
        (samples.ole("WordDocument"), "doc", "doc"),
        (samples.ole("WordDocument"), "wps", "doc"),
        (samples.ole("Workbook"), "xls", "xls"),
        (samples.ole("Book"), "et", "xls"),
        (samples.ole("PowerPoint Document"), "dps", "ppt"),
        ("整改说明\r\n第一条".encode(), "txt", "txt"),
        ("房号,面积\n3-1-502,89.5\n".encode("utf-8-sig"), "csv", "csv"),
        ("房号,面积\n3-1-502,89.5\n".encode("gb18030"), "csv", "csv"),
        ("房号\t面积".encode("utf-16"), "txt", "txt"),
    ],
)
def test_what_offices_and_phones_make_is_known(content: bytes, ending: str, code: str) -> None:
    assert kind(content, ending) == code


@pytest.mark.parametrize("code", ["png", "pdf", "xlsx", "mp4"])
def test_the_name_does_not_make_another_kind_of_it(code: str) -> None:
    content = {"png": samples.png(), "pdf": samples.PDF, "xlsx": samples.xlsx(), "mp4": samples.MP4}[code]
    for ending in ("", "html", "exe", "txt", "jpg", code):
        assert kind(content, ending) == code


@pytest.mark.parametrize(
    ("content", "ending", "reason"),
    [
        (b"", "png", "empty"),
        (samples.HTML, "png", "markup"),
        (samples.HTML, "txt", "markup"),
        (b"\xef\xbb\xbf \r\n\t<html>", "txt", "markup"),
        ("<script>".encode("utf-16"), "txt", "markup"),
        (samples.SVG, "svg", "markup"),
        (b'<?xml version="1.0"?>' + samples.SVG, "png", "markup"),
        (samples.EXE, "jpg", "program"),
        (b"\x7fELF" + bytes(100), "pdf", "program"),
        (b"#!/bin/sh\nrm -rf ~\n", "txt", "program"),
        (b"\xca\xfe\xba\xbe" + bytes(60), "class", "program"),
        (samples.zipped("a.txt", "b.txt"), "zip", "archive"),
        (samples.zipped("META-INF/MANIFEST.MF", "A.class"), "xlsx", "archive"),
        (samples.zipped("word/document.xml"), "docx", "archive"),
        (b"Rar!\x1a\x07\x01\0" + bytes(40), "rar", "archive"),
        (samples.zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "xlsx", "macros"),
        (samples.ole("Workbook", "_VBA_PROJECT"), "xls", "macros"),
        (samples.ole("EncryptionInfo", "EncryptedPackage"), "xlsx", "locked"),
        (samples.ole("MsiTable"), "doc", "unknown"),
        (samples.AVIF, "avif", "unknown"),
        (b"alert(1)", "js", "unknown"),
        (b"@echo off\r\ndel *", "bat", "unknown"),
        (b"plain words", "", "unknown"),
        (b"words\0and more", "txt", "unknown"),
        (b"\x89PNG\r\n\x1a\n" + samples.HTML, "png", "unknown"),
        (b"GIF89a" + bytes(20), "gif", "unknown"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8 ", "webp", "unknown"),
        (b"RIFF\x20\0\0\0WAVEfmt " + bytes(40), "wav", "unknown"),
        (samples.zipped("mimetype", "content.xml"), "odt", "unknown"),
    ],
)
def test_what_is_not_kept_is_told_why(content: bytes, ending: str, reason: str) -> None:
    assert refusal(content, ending) == reason


def test_a_picture_with_a_page_behind_it_is_a_picture_and_nothing_else() -> None:
    assert kind(samples.GIF + samples.HTML, "html") == "gif"
    assert kind(samples.JPEG + samples.zipped("A.class"), "jar") == "jpeg"
    assert kind(samples.PDF + samples.HTML, "html") == "pdf"


def test_a_document_that_holds_another_is_told_apart_by_its_name() -> None:
    both = samples.ole("Workbook", "WordDocument")
    assert (kind(both, "xls"), kind(both, "doc"), kind(both, "")) == ("xls", "doc", "doc")


def test_a_zip_with_an_enormous_directory_is_not_read() -> None:
    body = samples.docx()
    at = body.rfind(b"PK\x05\x06")
    spoilt = body[:at] + body[at : at + 12] + (1 << 30).to_bytes(4, "little") + body[at + 16 :]
    assert refusal(spoilt, "docx") == "archive"


@given(st.binary(max_size=3000))
def test_any_bytes_get_a_verdict(content: bytes) -> None:
    for ending in ("", "txt", "png"):
        with suppress(Unwelcome):
            assert type_of(io.BytesIO(content), len(content), ending) in types.TYPES


STARTS = (samples.docx(), samples.ole("Workbook"), samples.MP4, samples.GIF, samples.WEBP, samples.png())


@given(st.sampled_from(STARTS), st.randoms(use_true_random=False))
def test_spoilt_files_get_a_verdict(content: bytes, dice: Random) -> None:
    spoilt = bytearray(content[: dice.randint(0, len(content))])
    for _ in range(dice.randint(0, 8)):
        if spoilt:
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    with suppress(Unwelcome):
        assert type_of(io.BytesIO(bytes(spoilt)), len(spoilt), "txt") in types.TYPES


def test_noise_is_not_text() -> None:
    assert refusal(os.urandom(4096), "txt") in ("unknown", "program", "archive")


def test_every_type_is_shown_only_when_it_is_a_picture_that_runs_no_code() -> None:
    assert sorted(types.SHOWN) == ["image/gif", "image/jpeg", "image/png", "image/webp"]
