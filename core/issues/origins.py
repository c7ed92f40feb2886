"""Which module an issue comes from, and under whose permissions its rows therefore fall."""

from collections.abc import Mapping

_origins: dict[str, str] = {}


def add_origin(code: str, plugin: str) -> None:
    """Rows with this origin fall under `<plugin>.issue` and `<plugin>.list`."""
    _origins[code] = plugin


def remove_origins(plugin: str) -> None:
    for code in [code for code, owner in _origins.items() if owner == plugin]:
        del _origins[code]


def origin_resources(part: str) -> Mapping[str, str]:
    """origin → resource for `part` (`issue` or `list`)."""
    return {code: f"{plugin}.{part}" for code, plugin in _origins.items()}
