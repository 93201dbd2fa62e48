"""Templates of sources: which columns are taken and how their values are written; data, in layers/sources/NAME.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir

FIELDS: Final = (
    *("case_id", "day", "hour", "reported", "category"),
    *("address", "reference", "district", "area", "barrio"),
    *("latitude", "longitude", "east", "north"),
)
REQUIRED: Final = ("day", "category")


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
class Template:
    """A source of files.

    Attributes
    ----------
    columns
        Field to the plain spellings of its header, the preferred one first. What is not listed never enters.
    tags
        The same for coded facts kept beside the incident.
    identifier
        Field with the institution's own number; empty: content and its place among equal rows identify an incident.
    several_offences
        A case may come in several rows, one for each offence.
    level
        Level of the areas that rows name, against which coordinates are checked.
    edge_tolerance
        Metres outside all areas that still count as inside: what the layer leaves out.
    """

    code: str
    name: str
    institution_code: str
    institution_name: str
    licence: str
    synthetic: bool
    municipality: str
    identifier: str
    several_offences: bool
    level: str
    categories: str
    columns: dict[str, tuple[str, ...]]
    formats: Formats
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    category_aliases: dict[str, str] = field(default_factory=dict)
    area_aliases: str = ""
    edge_tolerance: float = 50.0

    @property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Return the spellings of all columns that are taken, fields and tags."""
        return self.columns | self.tags


def read_template(name: str) -> Template:
    """Read layers/sources/NAME.toml.

    Raises
    ------
    ValueError
        The template names a field that there is not, or lacks one that every source has.
    """
    text = (data_dir("layers") / "sources" / f"{name}.toml").read_text(encoding="utf-8")
    return make_template(name, tomllib.loads(text))


def make_template(name: str, values: dict[str, Any]) -> Template:
    """Make a template of plain values; raise ValueError where it cannot be used."""
    institution = values.pop("institution")
    columns = _plain(values.pop("columns"))
    if not set(columns) <= set(FIELDS) or not set(REQUIRED) <= set(columns):
        raise ValueError(f"source {name}: the columns must be {REQUIRED} and more of {FIELDS}")
    formats: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.pop("formats").items()
    }
    aliases = {plain_text(alias): code for alias, code in values.pop("category_aliases", {}).items()}
    return Template(
        code=name,
        institution_code=institution["code"],
        institution_name=institution["name"],
        columns=columns,
        tags=_plain(values.pop("tags", {})),
        category_aliases=aliases,
        formats=Formats(**formats),
        **values,
    )


def version_of(template: Template) -> str:
    """Return what changes whenever a template reads files otherwise."""
    return blake2b(repr(template).encode("utf-8"), digest_size=6).hexdigest()


def _plain(columns: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Compare headers without accents, capitals or punctuation."""
    return {name: tuple(dict.fromkeys(map(plain_text, spellings))) for name, spellings in columns.items()}
