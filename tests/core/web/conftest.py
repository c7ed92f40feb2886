"""What is away: addresses that refuse, and one that takes a connection and says nothing."""

import socket
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def dead_end() -> Iterator[Callable[[bool], str]]:
    """`dead_end(silent)` is the URL of a Redis that is not there: refused at once, or taken and never answered."""
    held: list[socket.socket] = []

    def url(silent: bool) -> str:
        found = socket.socket()
        held.append(found)
        found.bind(("127.0.0.1", 0))
        if silent:
            found.listen(8)
        return f"redis://127.0.0.1:{found.getsockname()[1]}/0"

    yield url
    for one in held:
        one.close()
