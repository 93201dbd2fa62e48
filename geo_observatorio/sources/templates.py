"""Templates of sources: which columns are taken and how their values are written; data, in layers/sources/NAME.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, ClassVar, Final

from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir

FIELDS: Final = (
    *("case_id", "day", "hour", "reported", "category"),
    *("address", "reference", "district", "area", "barrio"),
    *("latitude", "longitude", "east", "north"),
)
REQUIRED: Final = ("day", "category")
COUNT_FIELDS: Final = ("label", "title", "chapter", "province", "district", "area", "year", "quarter", "month", "total")
LEVELS: Final = ("country", "province", "district")  # what a table of counts can be about as a whole


@dataclass(frozen=True, kw_only=True)
class SourceTemplate:
    """What every source says of itself.

    Attributes
    ----------
    columns
        Field to the plain spellings of its header, the preferred one first. What is not listed never enters.
    level
        Level of the areas that rows name.
    shapes
        Other sources of the institution, whose files are told from this one's by their header.
    """

    kind: ClassVar[str]

    code: str
    name: str
    institution_code: str
    institution_name: str
    licence: str
    synthetic: bool
    municipality: str
    level: str
    categories: str
    columns: dict[str, tuple[str, ...]]
    category_aliases: dict[str, str] = field(default_factory=dict)
    area_aliases: str = ""
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Formats:
    """How a source writes days, hours and coordinates.

    Attributes
    ----------
    day, hour
        Formats of `datetime.strptime`, tried in order; names of months are Spanish.
    midnight_is_unknown
        00:00 stands for an hour that nobody knew.
    srid
        EPSG code of longitude and latitude, so that an old datum is told.
    metric_srid
        EPSG code of east and north; 0: the municipality's own.
    """

    day: tuple[str, ...]
    hour: tuple[str, ...]
    midnight_is_unknown: bool = False
    decimal_comma: bool = False
    srid: int = 4326
    metric_srid: int = 0


@dataclass(frozen=True, kw_only=True)
class Template(SourceTemplate):
    """A source of files of incidents.

    Attributes
    ----------
    tags
        As `columns`, for coded facts kept beside the incident.
    identifier
        Field with the institution's own number; empty: content and its place among equal rows identify an incident.
    several_offences
        A case may come in several rows, one for each offence.
    level
        Of the areas against which coordinates are checked, too.
    edge_tolerance
        Metres outside all areas that still count as inside: what the layer leaves out.
    """

    kind: ClassVar[str] = "incidents"

    identifier: str
    several_offences: bool
    formats: Formats
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edge_tolerance: float = 50.0

    @property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Return the spellings of all columns that are taken, fields and tags."""
        return self.columns | self.tags


@dataclass(frozen=True, kw_only=True)
class CountTemplate(SourceTemplate):
    """A source of tables of counts.

    Attributes
    ----------
    unit
        What is counted: complaints, cases, incidents.
    measures
        Name of a count to the plain spellings of its column; the first is meant where months or years stand above the
        counts.
    scope, place
        What a table is about where neither its rows nor its titles say so: a level and the name of a unit of it.
    articles
        Number of an article of the law to the code of its category.
    """

    kind: ClassVar[str] = "counts"

    unit: str
    measures: dict[str, tuple[str, ...]]
    scope: str
    place: str
    articles: dict[str, str] = field(default_factory=dict)


AnyTemplate = Template | CountTemplate


def read_template(name: str) -> AnyTemplate:
    """Read layers/sources/NAME.toml.

    Raises
    ------
    ValueError
        The template names a field that there is not, or lacks one that every source has.
    """
    text = (data_dir("layers") / "sources" / f"{name}.toml").read_text(encoding="utf-8")
    return make_template(name, tomllib.loads(text))


def make_template(name: str, values: dict[str, Any]) -> AnyTemplate:
    """Make a template of plain values; raise ValueError where it cannot be used."""
    rest = dict(values)
    counts = rest.pop("kind", "incidents") == "counts"
    institution = rest.pop("institution")
    columns = _plain(rest.pop("columns"))
    fields, required = (COUNT_FIELDS, ("label",)) if counts else (FIELDS, REQUIRED)
    if not set(columns) <= set(fields) or not set(required) <= set(columns):
        raise ValueError(f"source {name}: the columns must be {required} and more of {fields}")
    common = {
        "code": name,
        "institution_code": institution["code"],
        "institution_name": institution["name"],
        "columns": columns,
        "category_aliases": {plain_text(alias): code for alias, code in rest.pop("category_aliases", {}).items()},
        "shapes": tuple(rest.pop("shapes", ())),
    }
    return _make_counts(name, common | rest) if counts else _make_incidents(common | rest)


def _make_incidents(values: dict[str, Any]) -> Template:
    formats: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.pop("formats").items()
    }
    return Template(tags=_plain(values.pop("tags", {})), formats=Formats(**formats), **values)


def _make_counts(name: str, values: dict[str, Any]) -> CountTemplate:
    if values["scope"] not in LEVELS:
        raise ValueError(f"source {name}: the scope must be one of {LEVELS}")
    return CountTemplate(measures=_plain(values.pop("measures")), **values)


def version_of(template: SourceTemplate) -> str:
    """Return what changes whenever a template reads files otherwise."""
    return blake2b(repr(template).encode("utf-8"), digest_size=6).hexdigest()


def _plain(columns: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Compare headers without accents, capitals or punctuation."""
    return {name: tuple(dict.fromkeys(map(plain_text, spellings))) for name, spellings in columns.items()}
