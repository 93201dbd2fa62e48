"""Descriptions of sources: what a person says of the columns of a sample becomes a template, or is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from geo_observatorio.errors import DescriptionError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources import SOURCES
from geo_observatorio.sources.personal import refuse_header
from geo_observatorio.sources.samples import SampleColumn
from geo_observatorio.sources.templates import FIELDS, REQUIRED, Template, make_template

NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST_TEXT: Final = 120
MOST_ALIASES: Final = 500
TAGS: Final = ("weapon", "place", "relation", "sex", "age_band", "state", "measure", "agreement", "channel")
DAY_FORMATS: Final = {  # an example of each, as a reader sees it
    "%d/%m/%Y": "31/12/2025",
    "%Y-%m-%d": "2025-12-31",
    "%d-%m-%Y": "31-12-2025",
    "%d.%m.%Y": "31.12.2025",
    "%d/%m/%y": "31/12/25",
    "%d-%b-%y": "31-dic-25",
    "%d-%b-%Y": "31-dic-2025",
    "%d de %B de %Y": "31 de diciembre de 2025",
    "%d/%m/%Y %H:%M": "31/12/2025 14:30",
    "%d/%m/%Y %H:%M:%S": "31/12/2025 14:30:00",
    "%d/%m/%Y %I:%M %p": "31/12/2025 2:30 p. m.",
    "%Y-%m-%d %H:%M:%S": "2025-12-31 14:30:00",
    "%m/%d/%Y": "12/31/2025",
}
NEEDED: Final = {
    "day": phrase("una columna elegida como fecha del hecho"),
    "category": phrase("una columna elegida como delito o falta"),
}
MONTH_FIRST: Final = "%m/%d/%Y"
HOUR_FORMATS: Final = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
DATUMS: Final[dict[str, tuple[int, dict[int, int]]]] = {
    "wgs84": (4326, {}),
    "nad27": (4267, {32617: 26717}),
}  # degrees; metres by those of the municipality


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a person says of a source.

    Attributes
    ----------
    fields
        What each column is: a field, `tag:` and a coded fact, or '' where it is not taken.
    by_number
        A case is known by the institution's own number, not by its content.
    """

    name: str = ""
    title: str = ""
    institution: str = ""
    licence: str = ""
    fields: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    midnight_is_unknown: bool = True
    decimal_comma: bool = True
    datum: str = "wgs84"
    by_number: bool = False
    several_offences: bool = False
    categories: str = "panama"
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a source is described: the municipality, the level of its areas, its projection, who publishes already.

    Attributes
    ----------
    institutions
        Plain name of an institution to its code and name.
    schemes
        Schemes of categories there are, each with the codes of its categories.
    """

    municipality: str
    level: str
    metric_srid: int
    institutions: Mapping[str, tuple[str, str]]
    schemes: Mapping[str, Mapping[str, str]]


def known_headers(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return what each header is to a template: plain text to a field, or to `tag:` and a coded fact."""
    columns = {spelling: name for name, spellings in stored["columns"].items() for spelling in spellings}
    tags = {spelling: f"tag:{name}" for name, spellings in stored.get("tags", {}).items() for spelling in spellings}
    return {plain_text(spelling): name for spelling, name in (columns | tags).items()}


def make_values(
    said: Description,
    columns: Sequence[SampleColumn],
    setting: Setting,
    stored: Mapping[str, Any] | None = None,
    *,
    is_sample: bool = True,
) -> dict[str, Any]:
    """Return what a file of layers/sources would say; headers that the template knew before stay known.

    Parameters
    ----------
    is_sample
        The columns are those of one file, in which a field has one column; else all that the template knows.

    Raises
    ------
    DescriptionError
        Something that is said cannot be: which, what was needed, what was found.
    """
    _check_texts(said)
    _check_fields(said, columns, is_sample=is_sample)
    _check_choices(said, setting)
    taken = _collect(said, columns, stored)
    srid, metric = DATUMS[said.datum]
    by_number = said.by_number and "case_id" in taken["columns"]
    return {
        "name": said.title,
        "institution": _find_institution(said, setting),
        "licence": said.licence,
        "synthetic": False,
        "municipality": setting.municipality,
        "identifier": "case_id" if by_number else "",
        "several_offences": said.several_offences and by_number,
        "level": setting.level,
        "area_aliases": "corregimiento_aliases.csv" if setting.level == "corregimiento" else "",
        "categories": said.categories,
        **taken,
        "formats": {
            "day": list(said.days),
            "hour": list(HOUR_FORMATS),
            "midnight_is_unknown": said.midnight_is_unknown,
            "decimal_comma": said.decimal_comma,
            "srid": srid,
            "metric_srid": metric.get(setting.metric_srid, 0),
        },
        "category_aliases": dict(said.aliases),
    }


def make_described(name: str, values: Mapping[str, Any]) -> Template:
    """Return the template of a description."""
    template = make_template(name or "muestra", dict(values))
    if not isinstance(template, Template):
        raise DescriptionError(name=phrase("clase de fuente"), needed=phrase("incidentes"), found=template.kind)
    return template


def require_name(name: str) -> str:
    """Return the name of a source described on a page; raise DescriptionError where it cannot have it."""
    if not NAME.fullmatch(name):
        needed = phrase("una letra minúscula y hasta 39 letras, cifras o guiones bajos más, sin acentos")
        raise DescriptionError(name=phrase("nombre corto"), needed=needed, found=name[:LONGEST_TEXT])
    if name in SOURCES:
        needed = phrase("uno que no tenga ya un archivo")
        raise DescriptionError(name=phrase("nombre corto"), needed=needed, found=name)
    return name


def _check_texts(said: Description) -> None:
    for what, text in ((phrase("nombre de la fuente"), said.title), (phrase("institución"), said.institution)):
        if not plain_text(text):
            raise DescriptionError(name=what, needed=phrase("un texto"), found="-")
    for text in (said.title, said.institution, said.licence):
        if len(text) > LONGEST_TEXT or not text.isprintable():
            needed = phrase("de hasta {n} letras, en una línea", n=LONGEST_TEXT)
            raise DescriptionError(name=phrase("texto"), needed=needed, found=phrase("{n} letras", n=len(text)))


def _check_fields(said: Description, columns: Sequence[SampleColumn], *, is_sample: bool) -> None:
    for column, name in zip(columns, said.fields, strict=True):
        if not name:
            continue
        if name not in FIELDS and name.removeprefix("tag:") not in TAGS:
            raise DescriptionError(name=column.header, needed=phrase("un campo de la lista"), found=name[:40])
        if column.refused or refuse_header(column.header):
            needed = phrase("una columna sin datos de personas ni relatos")
            raise DescriptionError(name=phrase("columna"), needed=needed, found=column.header)
    chosen = [name for name in said.fields if name]
    twice = next((name for name in chosen if chosen.count(name) > 1), "")
    if is_sample and twice:
        found = ", ".join(c.header for c, name in zip(columns, said.fields, strict=True) if name == twice)
        raise DescriptionError(name=phrase("columnas"), needed=phrase("una sola columna para cada campo"), found=found)
    for name in REQUIRED:
        if name not in said.fields:
            raise DescriptionError(name=phrase("columnas"), needed=NEEDED[name], found=phrase("ninguna"))


def _check_choices(said: Description, setting: Setting) -> None:
    if not said.days or not set(said.days) <= set(DAY_FORMATS):
        raise DescriptionError(name=phrase("formas de la fecha"), needed=phrase("al menos una de la lista"), found="-")
    if MONTH_FIRST in said.days and any(form.startswith("%d/%m") for form in said.days):
        needed = phrase("el día primero o el mes primero, no ambos")
        raise DescriptionError(name=phrase("formas de la fecha"), needed=needed, found=phrase("ambos"))
    if said.categories not in setting.schemes:
        known, found = ", ".join(setting.schemes), said.categories[:LONGEST_TEXT]
        raise DescriptionError(name=phrase("clasificación"), needed=known, found=found)
    if said.datum not in DATUMS:
        raise DescriptionError(name=phrase("datum"), needed="WGS84, NAD27", found=said.datum[:LONGEST_TEXT])
    codes = setting.schemes[said.categories]
    wrong = next((code for code in said.aliases.values() if code not in codes), None)
    if wrong is not None or len(said.aliases) > MOST_ALIASES:
        needed = phrase("categorías de la clasificación, hasta {n}", n=MOST_ALIASES)
        raise DescriptionError(name=phrase("otras maneras de escribir"), needed=needed, found=(wrong or "")[:40] or "-")


def _collect(
    said: Description, columns: Sequence[SampleColumn], stored: Mapping[str, Any] | None
) -> dict[str, dict[str, list[str]]]:
    """Return the headers of each field and coded fact: those of the sample first, then those known before."""
    taken: dict[str, dict[str, list[str]]] = {"columns": {}, "tags": {}}
    here = {plain_text(column.header) for column in columns}
    before = known_headers(stored).items() if stored else ()
    chosen = [(column.header, name) for column, name in zip(columns, said.fields, strict=True) if name]
    for header, name in [*chosen, *(pair for pair in before if pair[0] not in here)]:
        kind, plain = ("tags", name.removeprefix("tag:")) if name.startswith("tag:") else ("columns", name)
        taken[kind].setdefault(plain, []).append(header)
    return taken


def _find_institution(said: Description, setting: Setting) -> dict[str, str]:
    """Return the institution of that name, or a new one with a code of its own."""
    name = " ".join(said.institution.split())
    known = setting.institutions.get(plain_text(name))
    if known is not None:
        return {"code": known[0], "name": known[1]}
    base = plain_text(name).replace(" ", "_")[:40]
    used = {code for code, _ in setting.institutions.values()}
    code = next(code for code in (base, *(f"{base}_{n}" for n in range(2, 10_000))) if code not in used)
    return {"code": code, "name": name}
