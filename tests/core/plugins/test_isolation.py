"""A plugin that is ill leaves nothing behind, is shown with its reason, and everybody else works on."""

from typing import Any

import pytest

from tests.core.plugins.conftest import Yard
from tests.core.plugins.faults import ALONE, TOGETHER
from tests.core.plugins.samples import WELL, added, instead

NOTHING: dict[str, Any] = {
    "routes": [], "endpoints": [], "menu": False, "permissions": [], "grants": [], "tables": [], "metadata": [],
    "mappers": 0, "scoped": [], "modules": [], "hooks": False, "listens": 0, "origins": [], "words": 0,
}  # fmt: skip
PERSONAL = {"/estate/regions/": 200, "/inspection/issues/": 200, "/estate/homes/": 200}


def states(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {name: (state, reason) for name, state, reason in found["states"]}


def well_otherwise(found: dict[str, Any]) -> None:
    """Sign-in and the pages of everybody else answer as ever."""
    pages = {name: status for name, (status, _) in found["pages"].items()}
    assert (pages["door"], pages["sign-in"], pages["home"]) == (200, 302, 200)
    assert PERSONAL.items() <= pages.items()
    assert 500 not in pages.values()
    assert states(found)["inspection"] == ("loaded", "")
    assert found["traces"]["inspection"]["menu"] is True


@pytest.mark.parametrize("fault", ALONE)
def test_an_ill_plugin_leaves_nothing_behind(yard: Yard, fault: str) -> None:
    files, said = ALONE[fault]
    yard.plugin("poorly", files)
    yard.written.clear()
    found = yard.look("poorly", "inspection")
    state, reason = states(found)["poorly"]
    assert state == "failed"
    assert said.replace("NAME", "poorly") in reason
    assert found["traces"]["poorly"] == NOTHING
    well_otherwise(found)


def test_any_number_of_them_hinder_nobody(yard: Yard) -> None:
    names = {fault: f"ill{at}" for at, fault in enumerate(TOGETHER)}
    for fault, name in names.items():
        yard.plugin(name, TOGETHER[fault][0])
    yard.plugin("zwell")
    yard.written = [yard.folder / "zwell"]
    found = yard.look(*names.values(), "zwell", "inspection")
    for fault, name in names.items():
        state, reason = states(found)[name]
        assert state == "failed", fault
        assert TOGETHER[fault][1].replace("NAME", name) in reason, fault
        assert found["traces"][name] == NOTHING, fault
    assert states(found)["zwell"] == ("loaded", "") and found["pages"]["/zwell/bays/"][0] == 200
    well_otherwise(found)


def test_the_proof_sees_a_plugin_that_is_there(yard: Yard) -> None:
    """Else the one above would hold of a probe that sees nothing."""
    yard.plugin("poorly")
    found = yard.look("poorly", "inspection")
    assert states(found)["poorly"] == ("loaded", "")
    there = found["traces"]["poorly"]
    assert there.pop("origins") == [] and there.pop("words") == 0
    assert all(there.values()), there
    well_otherwise(found)


def test_a_view_named_like_anothers_simply_works(yard: Yard) -> None:
    """Addresses and endpoints come from the plugin and the path, never from the class's name."""
    files = {file: text.replace("BayView", "FindingView") for file, text in WELL.items()}
    yard.plugin("poorly", files)
    found = yard.look("poorly", "inspection")
    assert states(found)["poorly"] == ("loaded", "")
    assert found["pages"]["/poorly/bays/"][0] == 200
    assert found["pages"]["/inspection/issues/"][0] == 200
    assert "poorly:bays.index" in found["traces"]["poorly"]["endpoints"]
    well_otherwise(found)


def test_two_names_that_begin_alike_are_not_told_apart(yard: Yard) -> None:
    yard.plugin("inspection_more")
    yard.written.clear()
    found = yard.look("inspection_more", "inspection")
    assert "begin alike" in states(found)["inspection_more"][1]
    assert found["traces"]["inspection_more"] == NOTHING
    well_otherwise(found)


def test_names_of_ours_are_refused_before_any_code_runs(yard: Yard) -> None:
    names = ("core", "core_more", "ab", "alembic", "estate", "records", "access_more", "login", "api", "Upper", "a-b")
    for name in names:
        yard.plugin(name, {"plugin.py": "        raise SystemError('its code ran')"})
    yard.plugin("json")
    yard.written.clear()
    found = yard.look("inspection")
    for name in names:
        reason = states(found)[name][1]
        assert "name of the platform's own" in reason or "cannot name a plugin" in reason, name
    assert states(found)["json"][0] == "failed", "a module of Python's own is called so"
    well_otherwise(found)


def test_a_circle_and_what_hangs_on_a_failed_one(yard: Yard) -> None:
    for name, requires in (("alpha", "beta"), ("beta", "alpha"), ("gamma", "delta"), ("omega", "gamma")):
        yard.plugin(name, instead("plugin.py", '"Label of NAME"', f'"Label", requires=("{requires}",)'))
    yard.plugin("delta", added("plugin.py", "\n        raise RuntimeError('not today')"))
    yard.written.clear()
    found = yard.look("alpha", "beta", "gamma", "delta", "omega", "inspection")
    said = {name: reason for name, (state, reason) in states(found).items() if state == "failed"}
    assert said.keys() == {"alpha", "beta", "gamma", "delta", "omega"}
    assert "alpha, which requires it in turn" in said["beta"] and "beta, which failed" in said["alpha"]
    assert "delta, which failed: RuntimeError: not today" in said["gamma"]
    assert "gamma, which failed" in said["omega"]
    assert all(found["traces"][name] == NOTHING for name in said)
    well_otherwise(found)


def test_two_of_one_name(yard: Yard) -> None:
    """The first folder counts; the second is shown."""
    yard.plugin("inspection", added("plugin.py", "\n        raise SystemError('its code ran')"))
    yard.written.clear()
    found = yard.look("inspection")
    rows = [(name, state, reason) for name, state, reason in found["states"] if name == "inspection"]
    assert [state for _, state, _ in rows] == ["loaded", "failed"]
    assert "another plugin is named “inspection” already" in rows[1][2]


def test_a_hook_that_raises_at_work_is_undone_alone(yard: Yard) -> None:
    """One that seeds half a demo, and one that stumbles over events."""
    yard.plugin("poorly", added("plugin.py", """

        @hookimpl
        def seed_demo(session):
            from sqlalchemy import select
            from core.estate.models import Project
            project = session.scalars(select(Project).limit(1)).one()
            session.add(Bay(name="half done", project_id=project.id))
            session.flush()
            raise RuntimeError("stumbled")
        """))  # fmt: skip
    yard.look("poorly")
    yard.run("-c", """if True:
        from core import demo
        from core.access.context import as_system
        from core.platform import build
        from sqlalchemy import select, func
        import logging; logging.disable(logging.CRITICAL)
        platform = build()
        with as_system(), platform.database.unit() as session:
            assert list(platform.plugins.call("seed_demo", ["poorly"], session=session)) == []
        from poorly.models import Bay
        with as_system(), platform.database.unit(read_only=True) as session:
            assert session.scalar(select(func.count()).select_from(Bay)) == 0
        """)  # fmt: skip
