"""Processes that begin with everything of others already imported, and nothing of ours.

A question about plugins needs a new process; two thirds of its time would go to importing Flask-AppBuilder and
SQLAlchemy once more. This module itself imports nothing beyond the standard library.
"""

import contextlib
import multiprocessing
import os
import runpy
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OTHERS = [
    "flask_appbuilder", "flask_appbuilder.models.sqla", "flask_appbuilder.security.sqla.manager", "flask_babel",
    "flask_jwt_extended", "flask_login", "flask_wtf.csrf", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "alembic",
    "alembic.command", "alembic.autogenerate", "openpyxl", "yaml", "pluggy", "click", "celery", "jinja2", "wtforms",
    "PIL",
]  # fmt: skip


def context() -> Any:
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(OTHERS)
    return found


def run(words: Sequence[str], env: Mapping[str, str], cwd: str, out: str, err: str) -> None:
    """In the child: be `python <words>` in this environment, with its output in files."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    site = [one for one in sys.path if "site-packages" in one or "/lib/python" in one or one.endswith(".zip")]
    sys.path[:] = [*filter(None, env.get("PYTHONPATH", "").split(os.pathsep)), *site]
    with open(out, "w", encoding="utf-8") as told, open(err, "w", encoding="utf-8") as said:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(said):
            status = _be(words)
    os._exit(status)


def _be(words: Sequence[str]) -> int:
    sys.argv = list(words[1:] if words[0] == "-m" else words)
    try:
        if words[0] == "-m":
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, str(Path(words[0]).parent))
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
