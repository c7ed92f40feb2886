"""Files as phones, cameras and offices make them, and files that pretend."""

import io
import struct
import zipfile
import zlib

import openpyxl

from core.attachments.receiving import Upload

GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + b"\xff\xdb\0C\0" + bytes(64) + b"\xff\xd9"
WEBP_BODY = b"VP8 " + struct.pack("<I", 10) + bytes(10)
WEBP = b"RIFF" + struct.pack("<I", 4 + len(WEBP_BODY)) + b"WEBP" + WEBP_BODY
HEIC = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(40)
HEIF = struct.pack(">I", 28) + b"ftypmif1\0\0\0\0mif1heicmiaf" + bytes(40)
AVIF = struct.pack(">I", 28) + b"ftypmif1\0\0\0\0mif1avifmiaf" + bytes(40)
MP4 = struct.pack(">I", 28) + b"ftypisom\0\0\x02\0isomiso2mp41" + bytes(40)
MOV = struct.pack(">I", 20) + b"ftypqt  \0\0\0\0qt  " + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\0" + bytes(200)


def png(salt: int = 0) -> bytes:
    """A picture of one pixel; another `salt` gives other bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes([0, salt % 256, salt // 256 % 256, 7]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "整改结果"
    book.save(out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, f"<x>{name}</x>")
    return out.getvalue()


def docx() -> bytes:
    return zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")


def pptx() -> bytes:
    return zipped("[Content_Types].xml", "ppt/presentation.xml", "ppt/slides/slide1.xml")


def ole(*entries: str) -> bytes:
    """A compound file whose directory has these entries, two sectors of other content before it."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    directory = b""
    for place, name in enumerate(("Root Entry", *entries)):
        raw = name.encode("utf-16-le") + b"\0\0"
        directory += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), 5 if place == 0 else 2) + bytes(61)
    return head.ljust(512, b"\0") + b"\x55" * 1024 + directory


def upload(name: str, content: bytes) -> Upload:
    return Upload(name, io.BytesIO(content))
