"""Uploads taken in: streamed to the store, measured, judged by content; before any row, outside write transactions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Protocol

from core.attachments.names import clean_name, ending_of
from core.attachments.registry import MB, Limits
from core.attachments.store import Store, staged
from core.attachments.types import CHUNK, Reason, Unwelcome, type_of
from core.errors import RuleError, TooLarge
from core.i18n import LazyText, lazy


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, empty at the end."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes: its name as sent, and its bytes to be read once."""

    name: str
    stream: Readable


@dataclass(frozen=True, slots=True)
class Received:
    """A file whose bytes are in the store; `services.add_files` makes a row of it."""

    name: str
    mime: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of several uploads: those that are in the store, and a refusal for each that is not."""

    files: Sequence[Received] = ()
    refused: Sequence[RuleError] = ()


def receive(store: Store, uploads: Iterable[Upload], limits: Limits) -> Receipt:
    """Take uploads in one after the other; one that is refused does not keep the others out.

    Reads and writes files: call it before the work on the database begins.
    """
    files, refused = [], []
    for upload in uploads:
        try:
            files.append(receive_one(store, upload, limits))
        except RuleError as refusal:
            refused.append(refusal)
    return Receipt(files, refused)


def receive_one(store: Store, upload: Upload, limits: Limits) -> Received:
    """One file; raises RuleError with a sentence that names it (TooLarge when it is only too large)."""
    name = clean_name(upload.name)
    with staged(store.staging) as (path, file):
        size, digest = _copy(upload.stream, file, limits.mb * MB, name)
        try:
            kind = type_of(file, size, ending_of(upload.name))
        except Unwelcome as unwelcome:
            raise RuleError(_sentence(unwelcome.reason, name, limits)) from None
        if kind.family not in limits.families:
            raise RuleError(_sentence("unknown", name, limits))
        file.flush()
        store.keep(path, digest)
    return Received(clean_name(upload.name, kind), kind.mime, size, digest)


def _copy(source: Readable, target: BinaryIO, most: int, name: str) -> tuple[int, str]:
    digest, size = sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise TooLarge(
                lazy("“%(name)s” is larger than %(n)s MB. Make it smaller and add it again.", name=name, n=most // MB)
            )
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


_SENTENCES: Mapping[Reason, LazyText] = {
    "empty": lazy("“%(name)s” is empty. Open and save it again, then add it."),
    "markup": lazy("“%(name)s” is a web page or a drawing made of code. Add a picture or a PDF of it instead."),
    "program": lazy("“%(name)s” is a program; programs are not kept with records."),
    "archive": lazy("“%(name)s” is an archive. Unpack it and add the files themselves, several at once."),
    "macros": lazy("“%(name)s” holds macros. Save it without macros (such as .docx or .xlsx) and add that."),
    "locked": lazy("“%(name)s” is locked with a password. Save it without one and add that."),
    "unknown": lazy("“%(name)s” is not a file of a kind that is kept here. Kept are: %(kinds)s."),
}  # fmt: skip

FAMILY_WORDS: Mapping[str, LazyText] = {
    "image": lazy("pictures"),
    "document": lazy("PDF, Office and WPS documents"),
    "text": lazy("text and CSV"),
    "film": lazy("MP4 and MOV films"),
}


def kinds_text(limits: Limits) -> str:
    """The kinds a record takes, in words."""
    return str(lazy(", ")).join(str(FAMILY_WORDS[family]) for family in limits.families)


def accept_text(limits: Limits) -> str:
    """For a file input's `accept`."""
    return ",".join(f".{ending}" for kind in limits.types for ending in kind.endings)


def _sentence(reason: Reason, name: str, limits: Limits) -> LazyText:
    return LazyText(_SENTENCES[reason].message, {"name": name, "kinds": kinds_text(limits)})
