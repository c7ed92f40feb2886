"""The roles of this company: `config/roles.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from core.i18n import language


@dataclass(frozen=True)
class Role:
    """A role, what kind it is (admin, operating, query, supplementary) and where it may be held."""

    code: str
    zh: str
    en: str
    kind: str
    scopes: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.zh if language() == "zh" else self.en


@lru_cache(maxsize=8)
def load_roles(config: Path) -> Mapping[str, Role]:
    """code → role. Raises ValueError naming the file when it cannot be used."""
    path = config / "roles.yaml"
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {row["code"]: Role(row["code"], row["zh"], row["en"], row["kind"], tuple(row["scopes"])) for row in rows}
    except (OSError, KeyError, TypeError, yaml.YAMLError) as fault:
        raise ValueError(f"{path} cannot be read as a list of roles: {fault}") from fault
