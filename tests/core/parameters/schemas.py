"""Schemas and layers written in a test, read by the real readers."""

from pathlib import Path

from core.parameters.catalogue import Catalogue, Layer, read_layer
from core.parameters.schema import Level, Schema, load_schema

ROOT = Path(__file__).parents[3]
SHIPPED = [
    load_schema(owner, ROOT / "core" / folder / "parameters.yaml", is_core=True)
    for owner, folder in (("platform", "shell"), ("issues", "issues"), ("estate", "estate"))
]
SMALL = """
days:
  type: integer
  level: group
  allow: [override]
  minimum: 1
  maximum: 180
  default: 7
  title: {zh: 期限, en: Days}
  help: {zh: 多少天, en: How many days}
fixed:
  type: boolean
  level: group
  default: yes
  title: {zh: 固定, en: Fixed}
  help: {zh: 集团定, en: The group's own}
method:
  type: options
  level: group
  allow: [add, hide, relabel, reorder]
  title: {zh: 方式, en: Method}
  help: {zh: 方式, en: Method}
  default:
    - {code: repair, zh: 维修, en: Repair}
    - {code: replace, zh: 更换, en: Replace}
    - {code: redo, zh: 返工, en: Redo}
kind:
  type: options
  level: group
  allow: [add, hide, relabel, change, reorder]
  title: {zh: 种类, en: Kind}
  help: {zh: 种类, en: Kind}
  attributes:
    method: {type: code, of: small.method}
    months: {type: integer, minimum: 0, maximum: 1200, locked: true}
  default:
    - {code: wall, zh: 墙面, en: Wall, method: repair, months: 12}
    - {code: floor, zh: 地面, en: Floor, method: redo}
"""
WORDS = """
words:
  type: words
  level: group
  allow: [override]
  title: {zh: 用词, en: Words}
  help: {zh: 叫法, en: Names}
  synonyms: {handover: [入伙, 交房]}
  default:
    handover: {zh: 交付, en: handover, plural: handovers}
zone:
  type: text
  level: region
  form: zone
  default: Asia/Shanghai
  title: {zh: 时区, en: Zone}
  help: {zh: 时区, en: Zone}
"""


def schema(folder: Path, text: str, owner: str = "small") -> Schema:
    """The schema that a `parameters.yaml` of this text declares."""
    path = folder / f"{owner}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_schema(owner, path)


def layer(text: str, declared: list[Schema], region: str = "") -> Layer:
    """What a group's file (or a region's) of this text changes."""
    level = Level.REGION if region else Level.GROUP
    return read_layer(text, f"{region or 'platform'}.yaml", level, region, declared)


def catalogue(declared: list[Schema], group: str = "", **regions: str) -> Catalogue:
    """The effective parameters with a group's file and regions' files."""
    return Catalogue(
        declared, [layer(group, declared), *(layer(text, declared, code) for code, text in regions.items())]
    )
