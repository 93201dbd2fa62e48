"""Tables beside a map: columns in words, values as people read them, rows tied to what they are on the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from geo_observatorio.directions import name_direction
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.colours import CLASS_WORDS, CLASSES
from geo_observatorio.maps.units import name_class
from geo_observatorio.provenance import Finding

Form = Literal["text", "count", "number", "decimal", "share", "q", "class", "place", "part", "kind"]
TEXTS = frozenset({"text", "class", "place", "part", "kind"})
SMALLEST_Q = 0.001
MOST_ROWS = 200  # of a page; the files hold all


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its name in the data, its title and how its values are written."""

    name: str
    title: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value as it is read and as it is sorted; ``colour`` marks a class."""

    text: str
    order: float | str
    colour: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row, and the shape on the map that it is."""

    target: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What stands beside a map."""

    titles: Sequence[str]
    forms: Sequence[Form]
    rows: Sequence[Row]
    left_out: int = 0

    @property
    def numeric(self) -> list[bool]:
        """Tell which columns hold numbers."""
        return [form not in TEXTS for form in self.forms]


PLACES = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="part"),
    Column(name="kind", title="Tipo", form="kind"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="area_km2", title="km²", form="decimal"),
    Column(name="rate", title="Por km² y mes", form="number"),
    Column(name="share", title="Parte", form="share"),
    Column(name="q", title="q", form="q"),
)
CERTAINTY = Column(name="hot_share", title="Mapas en que es caliente", form="share")
AREA_HOTSPOTS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="unplaced", title="Sin ubicar", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="rate_low", title="desde", form="number"),
    Column(name="rate_high", title="hasta", form="number"),
    Column(name="eb_rate", title="Tasa suavizada", form="number"),
    Column(name="hot_area_share", title="Área caliente", form="share"),
    Column(name="hot_incident_share", title="Incidentes en celdas calientes", form="share"),
    Column(name="peak_density", title="Densidad máxima", form="number"),
)
AREA_TOTALS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
)
CONCENTRATION = (
    Column(name="share", title="De los incidentes", form="share"),
    Column(name="cells", title="Celdas", form="count"),
    Column(name="km2", title="km²", form="decimal"),
    Column(name="area_share", title="Del área", form="share"),
    Column(name="low", title="desde", form="share"),
    Column(name="high", title="hasta", form="share"),
    Column(name="chance_area_share", title="Al azar", form="share"),
)
CHANGES = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Cambio", form="class"),
    Column(name="before", title="Antes", form="count"),
    Column(name="after", title="Después", form="count"),
    Column(name="ratio", title="Razón", form="decimal"),
    Column(name="ratio_low", title="desde", form="decimal"),
    Column(name="ratio_high", title="hasta", form="decimal"),
    Column(name="q", title="q", form="q"),
)


def tabulate(finding: Finding, language: str) -> Table | None:
    """Return the table that belongs beside the map of a finding; None where it has none.

    Areas whose incidents are not delivered have no row.
    """
    statistic, result = finding.provenance.statistic, finding.result
    seen = finding.areas.loc[finding.areas["observed"].astype(bool), "code"]
    if statistic == "hotspots":
        places = result.tables["places"]
        told = (*PLACES, CERTAINTY) if "hot_share" in places else PLACES
        return _tabulate(places, told, [f"place-{rank}" for rank in places["rank"]], language)
    if statistic in {"area_hotspots", "area_totals"}:
        columns = AREA_HOTSPOTS if statistic == "area_hotspots" else AREA_TOTALS
        areas = result.table[result.table["code"].isin(seen)]
        return _of_areas(areas.sort_values(["count", "code"], ascending=[False, True]), columns, language)
    if statistic == "concentration":
        shares = result.tables["shares"]
        return _tabulate(shares, CONCENTRATION, [""] * len(shares), language)
    if statistic == "change" and "areas" in result.tables:
        areas = result.tables["areas"][result.tables["areas"]["code"].isin(seen)]
        return _of_areas(areas.sort_values(["q", "code"], na_position="last"), CHANGES, language)
    return None


def _of_areas(table: pd.DataFrame, columns: Sequence[Column], language: str) -> Table:
    return _tabulate(table, columns, [f"area-{code}" for code in table["code"]], language)


def _tabulate(table: pd.DataFrame, columns: Sequence[Column], targets: Sequence[str], language: str) -> Table:
    shown = pd.DataFrame(table).head(MOST_ROWS)
    records = shown.to_dict("records")
    rows = [
        Row(
            target=target,
            cells=[write_cell(column.form, record.get(column.name), record, language) for column in columns],
        )
        for target, record in zip(targets, records, strict=False)
    ]
    return Table(
        titles=[translate(column.title, language) for column in columns],
        forms=[column.form for column in columns],
        rows=rows,
        left_out=len(table) - len(rows),
    )


def write_cell(form: Form, value: Any, record: dict[Any, Any], language: str) -> Cell:
    """Write one value; the unknown is a dash and sorts last."""
    if form in TEXTS:
        return _write_text(form, str(value or ""), record, language)
    if value is None or not math.isfinite(value):
        return Cell(text="–", order=-1.0)
    number = float(value)
    if form == "q":
        small = number < SMALLEST_Q
        return Cell(text=f"< {SMALLEST_Q}" if small else format_number(number, language, decimals=3), order=number)
    if form == "share":
        return Cell(text=f"{format_number(100 * number, language, decimals=1)} %", order=number)
    decimals = {"count": 0, "decimal": 2}.get(form, 1 if abs(number) < 100 else 0)
    return Cell(text=format_number(number, language, decimals=decimals), order=number)


def _write_text(form: Form, text: str, record: dict[Any, Any], language: str) -> Cell:
    if form == "class":
        known = text in CLASS_WORDS
        words = name_class(text, language) if known else translate("No calculable", language)
        return Cell(text=words, order=words, colour=CLASSES.get(text, ""))
    if form == "kind":
        return Cell(text=translate("foco puntual" if text == "foco" else "lugar", language), order=text)
    if form == "place":  # a place far from any known one is called by its area
        text = text or str(record.get("area_name") or translate("Sin nombre", language))
        text += f" ({record['part']})" if record.get("part") else ""
    if form == "part":
        direction = name_direction(str(record.get("where") or ""), language)
        text = " · ".join(word for word in (text, direction) if word)
    return Cell(text=text or "–", order=text)
