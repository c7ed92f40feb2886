"""For plugin authors: a new plugin that works at once, and whether one conforms."""

import json
import re
import sys
from pathlib import Path

import click

from core.access.context import as_system
from core.commands import Refusal, ready
from core.i18n import _
from core.plugin_archive import archive, restore
from core.plugin_checks import check_name
from core.plugin_sources import PluginError
from core.settings import ROOT, Settings

SCAFFOLD = ROOT / "core" / "scaffold"
PLACES = {"messages.po": "translations/zh_Hans_CN/LC_MESSAGES/messages.po",
          "first.py": "migrations/versions/NAME_0001_first.py", "test_plugin.py": "tests/test_NAME.py"}  # fmt: skip
LABEL = r"[^\"\\{}%\n]{1,60}"
"""What stands in quotes in every file, and in messages with places to fill."""


@click.group("plugin")
def plugin_group() -> None:
    """Write a plugin, check one, lay one aside, bring it back."""


@plugin_group.command("new")
@click.argument("name")
@click.option("--label", default="", help="Its name in English; by default made of NAME.")
@click.option("--label-zh", default="", help="Its name in Chinese; by default the English one.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "plugins", show_default=False,
              help="The folder of plugins; by default this installation's own.")  # fmt: skip
def new_command(name: str, label: str, label_zh: str, into: Path) -> None:
    """Write the plugin NAME: a table, screens, a rule, a verb, a parameter, texts, a migration, a demo, a README.

    It conforms from the first moment (`atrium plugin check NAME`); change it from there.
    """
    try:
        check_name(name)
    except PluginError as fault:
        raise Refusal(str(fault)) from None
    folder = into / name
    if folder.exists():
        raise Refusal(_("%(path)s is there already; nothing was written.", path=folder))
    label = (label or name.replace("_", " ").capitalize()).strip()
    if not all(re.fullmatch(LABEL, one) for one in (label, label_zh or label)):
        raise Refusal(_("A label has at most 60 characters, without quotes, braces, percent signs or backslashes."))
    write(folder, name, label, label_zh or label)
    click.echo(_("Written: %(path)s", path=folder))
    click.echo(_("Next: atrium init, and atrium plugin check %(name)s", name=name))


def write(folder: Path, name: str, label: str, label_zh: str) -> None:
    """The files of a new plugin, with its Chinese texts compiled. Plugins are packages where their folder is one."""
    package = f"{folder.parent.name}.{name}" if (folder.parent / "__init__.py").exists() else name
    words = {"LABEL_ZH": label_zh, "LABEL": label, "NAME": name, "PACKAGE": package}
    for source in sorted(SCAFFOLD.glob("*.txt")):
        plain = source.name.removesuffix(".txt")
        path = folder / PLACES.get(plain, plain).replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"LABEL_ZH|LABEL|NAME|PACKAGE", lambda found: words[found[0]], source.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    for place in (folder, folder / "tests"):
        (place / "__init__.py").touch()
    _compile(folder / PLACES["messages.po"])


def _compile(path: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale="zh_Hans_CN"))


@plugin_group.command("check")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def check_command(name: str, as_json: bool) -> None:
    """Ask of the plugin NAME all that is asked of every plugin, on a home of its own. Exit status 1 for any fault."""
    from core.testing.conformance import CHECKS, check_plugin

    try:
        faults = list(check_plugin(name, Settings.load()))
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    if as_json:
        click.echo(json.dumps({check: [text for one, text in faults if one == check] for check in CHECKS}))
    else:
        for check in CHECKS:
            mine = [text for one, text in faults if one == check]
            click.echo(f"{check:14} {_('ok') if not mine else ''}".rstrip())
            for text in mine:
                click.echo(f"{'':14} {text}")
    sys.exit(1 if faults else 0)


@plugin_group.command("archive")
@click.argument("name")
@click.option("--reason", required=True, help="Why, for those who find the module gone.")
def archive_command(name: str, reason: str) -> None:
    """Lay the plugin NAME aside: from the next start on no process loads it; its tables and rows stay."""
    platform = ready()
    with as_system(), platform.database.unit() as session:
        archive(session, platform.plugins, name, reason)
    click.echo(_("%(name)s is archived from the next start on; its data stay.", name=name))


@plugin_group.command("restore")
@click.argument("name")
def restore_command(name: str) -> None:
    """Have an archived plugin load again, from the next start on."""
    with as_system(), ready().database.unit() as session:
        restore(session, name)
    click.echo(_("%(name)s is loaded again from the next start on.", name=name))
