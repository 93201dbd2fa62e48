"""Tables beside a map: columns in words, values as people read them, rows tied to what they are on the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo_observatorio.directions import name_direction
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.colours import CLASS_WORDS, CLASSES
from geo_observatorio.maps.columns import Column, Form
from geo_observatorio.maps.shown import TABLES, Shown
from geo_observatorio.maps.units import name_class, write_figure
from geo_observatorio.maps.words import WORDS
from geo_observatorio.provenance import Finding

TEXTS = frozenset({"text", "class", "place", "part", "kind", "word"})
SMALLEST_Q = 0.001
MOST_ROWS = 200  # of a page; the files hold all


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value as it is read and as it is sorted; ``colour`` marks a class."""

    text: str
    order: float | str
    colour: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row, the shape on the map that it is, and what a list says of it besides."""

    target: str
    cells: Sequence[Cell]
    note: str = ""


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


def tabulate(finding: Finding, language: str) -> Table | None:
    """Return the table that belongs beside the map of a finding; None where it has none.

    Areas whose incidents are not delivered have no row.
    """
    shown = TABLES.get(finding.provenance.statistic)
    if shown is None or (shown.table and shown.table not in finding.result.tables):
        return None
    table = pd.DataFrame(finding.result.tables[shown.table] if shown.table else finding.result.table)
    if shown.target == "area" and "code" not in table:  # the same study by cells
        return None
    if shown.target == "area":
        seen = finding.areas.loc[finding.areas["observed"].astype(bool), "code"]
        table = table[table["code"].isin(seen)]
    if shown.order:
        table = table.sort_values([*shown.order], ascending=[*shown.ascending], na_position="last", kind="stable")
    return _tabulate(table, _pick_columns(shown, table), _name_targets(shown, table), language)


def _pick_columns(shown: Shown, table: pd.DataFrame) -> list[Column]:
    """Leave out the columns that only some options make."""
    return [column for column in shown.columns if column.name in table or not column.optional]


def _name_targets(shown: Shown, table: pd.DataFrame) -> list[str]:
    """Name the shape on the map that each row is."""
    if not shown.target:
        return [""] * len(table)
    ids = table["code" if shown.target == "area" else "rank"]
    return [f"{shown.target}-{one}" for one in ids]


def _tabulate(table: pd.DataFrame, columns: Sequence[Column], targets: Sequence[str], language: str) -> Table:
    shown = pd.DataFrame(table).head(MOST_ROWS)
    records = shown.to_dict("records")
    rows = [
        Row(
            target=target,
            cells=[write_cell(column.form, record.get(column.name), record, language) for column in columns],
            note=_note(record, language),
        )
        for target, record in zip(targets, records, strict=False)
    ]
    return Table(
        titles=[translate(column.title, language) for column in columns],
        forms=[column.form for column in columns],
        rows=rows,
        left_out=len(table) - len(rows),
    )


def _note(record: dict[Any, Any], language: str) -> str:
    """Say of a place in how many resampled maps it is hot, or how much more it holds than its people explain."""
    ratio = record.get("ratio", math.nan)
    if "rank" in record and math.isfinite(ratio):
        times = format_number(ratio, language, decimals=1)
        return translate("{ratio} veces lo de su población", language).format(ratio=times)
    if "weight_share" in record:
        share = format_number(100 * record["weight_share"], language, decimals=1)
        return translate("{share} % del peso", language).format(share=share)
    stability = record.get("stability", math.nan)
    if not math.isfinite(stability):
        return ""
    share = format_number(100 * stability, language)
    return translate("caliente en el {share} % de las muestras", language).format(share=share)


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
    if form == "figure":
        return Cell(text=write_figure(number, language), order=number)
    decimals = {"count": 0, "decimal": 2}.get(form, 1 if abs(number) < 100 else 0)
    return Cell(text=format_number(number, language, decimals=decimals), order=number)


def _write_text(form: Form, text: str, record: dict[Any, Any], language: str) -> Cell:
    if form == "class":
        known = text in CLASS_WORDS
        words = name_class(text, language) if known else translate("No calculable", language)
        return Cell(text=words, order=words, colour=CLASSES.get(text, ""))
    if form == "word":
        words = translate(WORDS.get(text, text), language)
        return Cell(text=words or "–", order=words)
    if form == "kind":
        return Cell(text=translate("foco puntual" if text == "foco" else "lugar", language), order=text)
    if form == "place":  # a place far from any known one is called by its area
        text = text or str(record.get("area_name") or translate("Sin nombre", language))
        text += f" ({record['part']})" if record.get("part") else ""
    if form == "part":
        direction = name_direction(str(record.get("where") or ""), language)
        text = " · ".join(word for word in (text, direction) if word)
    return Cell(text=text or "–", order=text)
