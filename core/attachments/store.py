"""Where the bytes lie: a folder now, another kind of store behind the same four verbs later.

A file is staged (a temporary file beside the others), judged there, and then kept under its SHA-256 by one rename. The
row comes after the bytes, so a row never points at nothing; bytes that no row came for are removed by `cleaning`.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

_NAME = re.compile(r"[0-9a-f]{64}")
_ASIDE = ".aside"


class Store(Protocol):
    """Bytes by SHA-256 (64 small hex digits). Several hosts may use one store at the same time."""

    @property
    def staging(self) -> Path:
        """A folder for files that are being received; created when missing."""

    def keep(self, staged: Path, sha256: str) -> None:
        """Take over a staged file, safe on disk when this returns; what is kept already counts as new."""

    def open(self, sha256: str) -> BinaryIO:
        """For reading; raises FileNotFoundError."""

    def aged(self, before: float) -> Iterator[str]:
        """What was last kept before this time (seconds since the epoch, the store's own clock)."""

    def remove(self, sha256: str, before: float) -> bool:
        """Remove, unless it was kept again since `before`; whether it is gone."""


class LocalFiles:
    """A folder, on a local or a shared disk: `<folder>/3f/3f…` and `<folder>/staging`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def staging(self) -> Path:
        found = self.folder / "staging"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def keep(self, staged: Path, sha256: str) -> None:
        place = self._place(sha256)
        try:
            # Young again first, so that a cleaning at work leaves it; a file of another size is damaged and replaced.
            os.utime(place)
            if place.stat().st_size == staged.stat().st_size:
                return
        except FileNotFoundError:
            pass
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        os.utime(staged)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, place)
        _sync_folder(place.parent)
        _sync_folder(self.folder)

    def open(self, sha256: str) -> BinaryIO:
        place = self._place(sha256)
        try:
            return place.open("rb")
        except FileNotFoundError:
            # A cleaning that was interrupted may have left it aside.
            return place.with_name(sha256 + _ASIDE).open("rb")

    def aged(self, before: float) -> Iterator[str]:
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            name = path.name.removesuffix(_ASIDE)
            with contextlib.suppress(FileNotFoundError):
                if _NAME.fullmatch(name) and path.stat().st_mtime < before:
                    yield name

    def remove(self, sha256: str, before: float) -> bool:
        place = self._place(sha256)
        aside = place.with_name(sha256 + _ASIDE)
        # Out of the way before the last look: whoever keeps the same bytes now finds nothing and brings its own.
        with contextlib.suppress(FileNotFoundError):
            os.replace(place, aside)
        try:
            if aside.stat().st_mtime >= before:
                os.replace(aside, place)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False
        return True

    def clear_staging(self, before: float) -> int:
        """Remove what an interrupted upload left; how many."""
        found = 0
        for path in self.staging.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < before:
                    path.unlink()
                    found += 1
        return found

    def _place(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self.folder / sha256[:2] / sha256


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new temporary file in `folder`, gone at the end of the block unless a store took it over."""
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield Path(name), file
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
