"""What a reader says when it refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from core.i18n import reading
from core.values import BadValue


def refusal(read: Callable[..., Any], value: Any, **limits: Any) -> str:
    """The English sentence; the test fails where the value is taken."""
    with reading("en"):
        with pytest.raises(BadValue) as refused:
            read(value, **limits)
        return str(refused.value)
