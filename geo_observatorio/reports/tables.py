"""Findings as files of data: JSON, CSV, GeoJSON, GeoPackage."""

from __future__ import annotations

import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray

from analysis.errors import GridTooLargeError
from analysis.result import Result
from geo_observatorio.maps.shown import TABLES
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud

NOTHING: Final = 1e-4  # of the peak: more finely a density is not known (docs/handbook/density.md)
MOST_SHAPES: Final = 300_000  # cells as polygons or records: more would take gigabytes
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_json(finding: Finding, language: str) -> str:
    """Return a finding as one JSON object: question, facts, reading, tables; see `to_geojson` for cells left out."""
    result = finding.result
    told = _tell_cells(result)
    document = {
        "finding": finding.provenance.key,
        "question": finding.provenance.question.as_dict(),
        "computed_at": finding.provenance.computed_at.isoformat(),
        "chosen": dict(result.chosen),
        "left_out": dict(result.left_out),
        "n_observations": result.n_observations,
        "unit": result.view.unit,
        "quality": [side.quality or None for side in finding.sides],
        "delivered": [[side.first_delivered, side.last_delivered] for side in finding.sides],
        "facts": dict(result.reading),
        "reading": read_aloud(finding, language),
        "cells_of_nothing": int(np.sum(~told)),
        "table": _records(result.table[told]),
        "tables": {name: _records(table) for name, table in result.tables.items()},
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=str)


def to_csv(finding: Finding, table: str = "") -> str:
    """Return a table of a finding as CSV; text that a spreadsheet would run as a formula is quoted."""
    frame = _plain(_find_table(finding, table)).assign(**_grade(finding))
    texts = frame.select_dtypes(include=["object", "string", "str"]).columns
    frame[texts] = frame[texts].map(disarm)
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text


def to_geojson(finding: Finding) -> str:
    """Return the finding's table with its geometry as GeoJSON (degrees, EPSG:4326).

    Cells of a density below a ten-thousandth of its peak are left out: the CSV has all.

    Raises
    ------
    GridTooLargeError
        More cells than can be told as shapes.
    """
    text: str = _with_geometry(finding).to_crs(4326).to_json(na="null", drop_id=True)
    return text


def to_geopackage(finding: Finding) -> bytes:
    """Return a GeoPackage with a layer for each table that has geometry, in the metric projection."""
    layers: dict[str, pd.DataFrame] = {finding.provenance.statistic: _with_geometry(finding)}
    layers |= {
        name: table
        for name, table in finding.result.tables.items()
        if isinstance(table, gpd.GeoDataFrame) and len(table)
    }
    with TemporaryDirectory(prefix="observatorio-") as folder:
        path = Path(folder) / "finding.gpkg"
        for name, layer in layers.items():
            gpd.GeoDataFrame(layer).to_file(path, layer=name, driver="GPKG", engine="pyogrio")
        for name, table in {"finding": _tell_origin(finding), **_tables_without_geometry(finding)}.items():
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG")
        return path.read_bytes()


def to_text(finding: Finding, language: str) -> str:
    """Return the reading, and the head of the table that its page shows, for a terminal."""
    beside = TABLES.get(finding.provenance.statistic)
    shown = finding.result.tables.get(beside.table if beside else "", finding.result.table)
    lines = [*read_aloud(finding, language), "", _plain(shown).head(40).to_string(index=False)]
    return "\n".join([*lines, "", f"{finding.provenance.key}"])


def _grade(finding: Finding) -> dict[str, str]:
    """Return the grade of the data as a column for every row; a row alone must tell it too."""
    grades = [side.quality["level"] for side in finding.sides if side.quality]
    return {"data_quality": max(grades)} if grades else {}


def _tell_origin(finding: Finding) -> pd.DataFrame:
    """Return key, day, grade and reading of a finding as a table of one row."""
    faults = [
        f"{fault['code']}={fault['value']:.4g}" for side in finding.sides for fault in side.quality.get("faults", [])
    ]
    values = {
        "finding": finding.provenance.key,
        "computed_at": finding.provenance.computed_at.isoformat(),
        "data_quality": _grade(finding).get("data_quality", ""),
        "faults": "; ".join(faults),
        "reading": " ".join(read_aloud(finding)),
    }
    return pd.DataFrame([values])


def _tables_without_geometry(finding: Finding) -> dict[str, pd.DataFrame]:
    tables = finding.result.tables.items()
    return {name: table for name, table in tables if not isinstance(table, gpd.GeoDataFrame) and len(table)}


def _find_table(finding: Finding, name: str) -> pd.DataFrame:
    return finding.result.tables[name] if name else finding.result.table


def _with_geometry(finding: Finding) -> gpd.GeoDataFrame:
    return finding.result.select(_tell_cells(finding.result)).set_crs(finding.result.crs, allow_override=True)


def _tell_cells(result: Result) -> NDArray[np.bool_]:
    """Tell which rows become records or shapes: of a surface those that hold something, of other tables all."""
    told = np.ones(len(result.table), dtype=np.bool_)
    if (result.view.kind, result.view.scale) == ("cells", "sequential"):
        values = result.table[result.view.value].to_numpy(dtype=np.float64)
        told = ~(values < NOTHING * np.nanmax(values, initial=0.0))  # what is too uncertain has no value, and stays
    if told.sum() > MOST_SHAPES:
        raise GridTooLargeError(needed=MOST_SHAPES, found=int(told.sum()))
    return told


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    geometry = [name for name in table.columns if name == "geometry"]
    return pd.DataFrame(table.drop(columns=geometry))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = _plain(table).to_dict(orient="records")
    return [{str(name): _json_value(value) for name, value in row.items()} for row in rows]


def _json_value(value: Any) -> Any:
    """Return every digit of a number, null for what is not a number."""
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def disarm(value: Any) -> Any:
    """Put a quote before a text that starts like a formula; numbers are not texts and stay."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
