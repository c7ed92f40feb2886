"""Row scope holds whatever is imported first: a model that came before the scope is not left without one."""

import subprocess
import sys

import pytest

from core.settings import ROOT

FIRST = ["core.estate.models", "core.registers", "core.migrate", "core.history", "core.imports.engine", "core.cli",
         "plugins.inspection.models"]  # fmt: skip
WORDS = """
import importlib, sys
importlib.import_module(sys.argv[1])
import core.platform
from core.access.scope import is_scoped
from core.model import mapped_models
for model in mapped_models():
    if getattr(model, "__resource__", None) and not is_scoped(model):
        print(model.__name__)
"""


@pytest.mark.parametrize("first", FIRST)
def test_every_model_with_a_resource_has_its_scope(first: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORDS, first], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
