"""Plugins are laid aside and brought back: no process loads one that is archived, its rows stay."""

import json

from tests.core.plugins.conftest import Yard
from tests.core.plugins.samples import added, instead
from tests.core.plugins.test_isolation import NOTHING, states, well_otherwise


def listed(yard: Yard, **environ: str) -> dict[str, dict[str, object]]:
    return {one["name"]: one for one in json.loads(yard.atrium("plugins", "--json", **environ).stdout)}


def test_an_archived_plugin_is_loaded_nowhere_and_keeps_its_tables(yard: Yard) -> None:
    yard.plugin("parking")
    assert yard.look("parking")["traces"]["parking"]["tables"] == ["parking_bay"]
    yard.atrium("plugin", "archive", "parking", "--reason", "the car park is sold")
    found = yard.look("parking", "inspection")
    assert states(found)["parking"] == ("archived", "")
    assert found["traces"]["parking"] == {**NOTHING, "tables": ["parking_bay"]}
    well_otherwise(found)
    said = yard.atrium("plugins").stdout
    assert "parking              archived" in said and "the car park is sold" in said
    yard.atrium("plugin", "restore", "parking")
    back = yard.look("parking")
    assert states(back)["parking"] == ("loaded", "") and back["pages"]["/parking/bays/"][0] == 200


def test_no_code_of_an_archived_plugin_runs_however_it_fails(yard: Yard) -> None:
    yard.plugin("poorly", added("plugin.py", "\n        raise RuntimeError('not today')"))
    yard.written.clear()
    yard.atrium("init")
    assert listed(yard)["poorly"]["state"] == "failed"
    yard.atrium("plugin", "archive", "poorly", "--reason", "until it is mended")
    one = listed(yard, ATRIUM_STRICT_PLUGINS="1")["poorly"]
    assert (one["state"], one["reason"]) == ("archived", "")


def test_one_that_others_require_is_not_archived(yard: Yard) -> None:
    yard.plugin("parking")
    yard.plugin("hanger", instead("plugin.py", '"Label of NAME"', '"Label", requires=("parking",)'))
    yard.look("parking")
    done = yard.atrium("--lang", "en", "plugin", "archive", "parking", "--reason", "sold", check=False)
    assert done.returncode == 2 and "hanger require “parking”; archive those first." in done.stderr
    for name in ("hanger", "parking"):
        yard.atrium("plugin", "archive", name, "--reason", "sold")
    assert {listed(yard)[name]["state"] for name in ("hanger", "parking")} == {"archived"}
    yard.atrium("plugin", "restore", "hanger")
    assert states(yard.look())["hanger"] == ("failed", "it requires parking, which is archived")


def test_refusals_are_sentences(yard: Yard) -> None:
    def refused(*words: str) -> str:
        done = yard.atrium("--lang", "en", "plugin", *words, check=False)
        assert done.returncode == 2 and "Traceback" not in done.stderr
        return done.stderr

    assert "There is no plugin “garage”." in refused("archive", "garage", "--reason", "gone")
    assert "Say why" in refused("archive", "inspection", "--reason", "  ")
    assert "is not archived" in refused("restore", "inspection")
    yard.atrium("plugin", "archive", "inspection", "--reason", "later")
    assert "is archived already" in refused("archive", "inspection", "--reason", "later")


def test_a_plugin_that_fails_while_loading_is_told_with_its_first_moment(yard: Yard) -> None:
    yard.plugin("poorly", added("plugin.py", "\n        raise RuntimeError('not today')"))
    yard.written.clear()
    yard.atrium("init")
    first = listed(yard)["poorly"]
    assert first["reason"] == "RuntimeError: not today" and first["since"]
    yard.atrium("init")
    assert listed(yard)["poorly"]["since"] == first["since"]


def test_hook_calls_are_traced_when_asked_for(yard: Yard) -> None:
    yard.plugin("parking", added("plugin.py", """

        @hookimpl
        def seed_demo(session):
            raise ValueError("no demo today")
        """))  # fmt: skip
    yard.look("parking")
    look = """if True:
        import logging; logging.disable(logging.ERROR)
        from core import history
        from core.access.context import as_system
        from core.logs import lines_to_stderr
        logging.disable(logging.NOTSET); lines_to_stderr("info")
        from core.platform import build
        platform = build()
        with as_system(), platform.database.unit() as session:
            history.record_event(session, "test.happened")
            list(platform.plugins.call("seed_demo", ["parking"], session=session))
        """
    lines = [
        json.loads(line) for line in yard.run("-c", look, ATRIUM_TRACE_HOOKS="1").stderr.splitlines()
        if line.startswith('{"hook"')
    ]  # fmt: skip
    mine = {line["hook"]: line for line in lines if line["plugin"] == "parking"}
    assert {"manifest", "register_models", "register_pages", "on_event", "seed_demo"} <= mine.keys()
    assert mine["on_event"]["about"] == "test.happened" and mine["on_event"]["outcome"] == "ok"
    assert mine["seed_demo"]["outcome"] == "ValueError: no demo today" and mine["seed_demo"]["ms"] >= 0
    assert '{"hook"' not in yard.run("-c", look).stderr
