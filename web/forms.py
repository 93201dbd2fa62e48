"""The filters of a page: what can be chosen, and what is."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from typing import Any

from analysis import STATISTICS
from analysis.params import Params
from geo_observatorio.db.areas import find_boundaries
from geo_observatorio.db.selections import find_level
from geo_observatorio.db.snapshots import list_snapshots
from geo_observatorio.errors import NotFoundError
from geo_observatorio.models import Selection
from geo_observatorio.services import overview
from web import study_labels
from web.language import say
from web.site import get_conn, get_language

SHIFTS = (("Madrugada", range(6)), ("Mañana", range(6, 12)), ("Tarde", range(12, 18)), ("Noche", range(18, 24)))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One option of a statistic as a form shows it."""

    name: str
    label: str
    value: str
    default: str
    unit: str
    low: str
    high: str
    choices: list[tuple[str, str]]
    step: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters of a municipality offer."""

    categories: dict[str, dict[str, list[overview.Category]]]
    sources: list[overview.Source]
    areas: list[tuple[str, str]]
    snapshots: list[str]


def find_choices(selection: Selection) -> Choices:
    """Return what can be chosen in the municipality of a selection."""
    conn = get_conn()
    lines: dict[str, dict[str, list[overview.Category]]] = {}
    for category in overview.list_categories(conn, selection.municipality):
        lines.setdefault(category.line, {}).setdefault(category.group_name, []).append(category)
    return Choices(
        categories=lines,
        sources=overview.list_sources(conn, selection.municipality),
        areas=overview.list_area_names(conn, selection.municipality, selection.level),
        snapshots=[item.name for item in list_snapshots(conn, selection.municipality)],
    )


def find_default_selection(municipality: str) -> Selection | None:
    """Return the last twelve complete months of a municipality; None where nothing was delivered."""
    conn = get_conn()
    period = overview.default_period(conn, municipality)
    if period is None:
        return None
    return Selection(municipality=municipality, since=period[0], until=period[1], level=find_level(conn, municipality))


def describe_fields(name: str, params: Params) -> list[Field]:
    """Return the options of a statistic with their present values, from the options' own metadata."""
    usual, hints = type(params)(), typing.get_type_hints(type(params))
    return [
        _describe(name, item, getattr(params, item.name), getattr(usual, item.name), hints[item.name])
        for item in dataclasses.fields(params)
    ]


def list_statistics(*, sides: int, without: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the statistics about one selection or two, with their names, by family."""
    found = [one for one in STATISTICS.values() if one.sides == sides and one.name != without]
    return [
        (say(title), names)
        for family, title in study_labels.FAMILIES.items()
        if (names := [(one.name, say(study_labels.STATISTICS[one.name])) for one in found if one.family == family])
    ]


def name_areas(municipality: str) -> dict[str, str]:
    """Return the names of the areas that a municipality is read by, by code; none where it has no limits yet."""
    try:
        level = find_level(get_conn(), municipality)
    except NotFoundError:
        return {}
    return dict(overview.list_area_names(get_conn(), municipality, level))


def has_layer(municipality: str, level: str) -> bool:
    """Tell whether a municipality has a layer of that level in force."""
    try:
        find_boundaries(get_conn(), municipality, level)
    except NotFoundError:
        return False
    return True


def _describe(name: str, item: dataclasses.Field[Any], value: Any, default: Any, kind: Any) -> Field:
    meta = item.metadata
    return Field(
        name=f"{name}.{item.name}",
        label=say(study_labels.OPTIONS[item.name]),
        value="" if value == default else _write(value),
        default=_name(default),
        unit=meta.get("unit", ""),
        low=_write(meta.get("low")),
        high=_write(meta.get("high")),
        choices=[(_write(choice), _name(choice)) for choice in meta.get("choices", ())],
        step=_step(kind),
    )


def _step(kind: Any) -> str:
    """Return the step of a number field, or nothing where the option is a text."""
    kinds = [part for part in typing.get_args(kind) if part is not types.NoneType] or [kind]
    return {int: "1", float: "any"}.get(kinds[0], "")


def _write(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _name(value: Any) -> str:
    if value is None:
        return say("automático")
    if isinstance(value, float) and 0 < value < 1:
        return f"{100 * value:g} %"
    return say(study_labels.CHOICES[value]) if value in study_labels.CHOICES else _write(value)


def name_of(category: overview.Category) -> str:
    """Return the name of a category in the reader's language."""
    return category.name(get_language())
