"""Sentences in English, and the small schema of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.i18n import reading
from core.parameters.schema import Schema
from tests.core.parameters.schemas import SMALL, WORDS, schema


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with reading("en"):
        yield


@pytest.fixture
def small(tmp_path: Path) -> list[Schema]:
    """A schema with a number, a fixed value and two lists, beside the platform's own words."""
    return [schema(tmp_path, SMALL), schema(tmp_path, WORDS, "platform")]
