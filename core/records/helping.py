"""What fields mean, said beside them: the sentences of the parameters `*.field_help` in a reader's region and language.

Read from the catalogue in memory: help costs a page no statement, and a screen without any shows no button.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.i18n import language
from core.parameters import store
from core.parameters.labels import Label
from core.records.form_page import Input
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

Helps = Mapping[str, Label]


def helps_of(names: Sequence[str], region: str) -> Helps:
    """Field → sentence for what goes by `names`; the later name has the last word."""
    lang = language()
    return {name: text.say(lang) for name, text in store.catalogue().field_help(names, region or None).items()}


def helps_for(view: "RecordView", region: str, reader: Reader) -> Helps:
    """Those of a screen: of what it shares with others (`explained_as`), then of its own resource."""
    return helps_of((*view.explained_as, view.resource), region or region_here(reader))


def region_here(reader: Reader) -> str:
    """Where no record says whose words hold: the chosen project's region, else the only one somebody works in."""
    tree = reader.principal.organisation
    region = tree.region_of(reader.project_id) if reader.project_id else reader.principal.only_region
    return region.code if region else ""


def explained(inputs: Sequence[Input], helps: Helps) -> list[Input]:
    """The inputs with their sentences, where there are any."""
    return [replace(one, help=helps[one.name]) if one.name in helps else one for one in inputs]
