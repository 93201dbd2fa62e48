"""Findings as bytes: a zip of one JSON and one Parquet a table; nothing in it can run."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from analysis import find_statistic
from analysis.grids import Grid
from analysis.result import Result, View
from geo_observatorio.models import selection_from_dict
from geo_observatorio.provenance import Facts, Finding, Provenance, Question


def pack(finding: Finding) -> bytes:
    """Return a finding as bytes."""
    tables = {"table": finding.result.table, "areas": finding.areas}
    tables |= {f"tables/{name}": table for name, table in finding.result.tables.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("finding.json", json.dumps(_describe(finding), ensure_ascii=False, default=_plain))
        for name, table in tables.items():
            kind = "geo" if isinstance(table, gpd.GeoDataFrame) else "plain"
            archive.writestr(f"{name}.{kind}.parquet", _to_parquet(table))
    return buffer.getvalue()


def unpack(payload: bytes) -> Finding:
    """Make a finding again from `pack`."""
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        meta = json.loads(archive.read("finding.json"))
        tables = {
            name.split(".")[0]: _from_parquet(archive.read(name), geo=".geo." in name)
            for name in archive.namelist()
            if name.endswith(".parquet")
        }
    return Finding(
        result=_result(meta, tables),
        provenance=_provenance(meta),
        sides=tuple(_facts(side) for side in meta["sides"]),
        areas=tables["areas"],
    )


def _describe(finding: Finding) -> dict[str, Any]:
    result = finding.result
    return {
        "question": finding.provenance.question.as_dict(),
        "computed_at": finding.provenance.computed_at.isoformat(),
        "sides": [asdict(side) for side in finding.sides],
        "view": asdict(result.view),
        "crs": result.crs,
        "n_observations": result.n_observations,
        "grid": asdict(result.grid) if result.grid else None,
        "chosen": dict(result.chosen),
        "left_out": dict(result.left_out),
        "reading": dict(result.reading),
    }


def _result(meta: dict[str, Any], tables: dict[str, pd.DataFrame]) -> Result:
    params = find_statistic(meta["question"]["statistic"]).params
    return Result(
        params=params(**meta["question"]["params"]),
        table=tables["table"],
        view=View(**meta["view"]),
        crs=meta["crs"],
        n_observations=meta["n_observations"],
        grid=Grid(**meta["grid"]) if meta["grid"] else None,
        tables={name.removeprefix("tables/"): table for name, table in tables.items() if name.startswith("tables/")},
        chosen=meta["chosen"],
        left_out=meta["left_out"],
        reading=meta["reading"],
    )


def _provenance(meta: dict[str, Any]) -> Provenance:
    return Provenance(
        question=question_from_dict(meta["question"]), computed_at=datetime.fromisoformat(meta["computed_at"])
    )


def question_from_dict(values: dict[str, Any]) -> Question:
    """Make a question again from `Question.as_dict`."""
    selections = tuple(selection_from_dict(selection) for selection in values["selections"])
    return Question(**{**values, "selections": selections})


def _facts(side: dict[str, Any]) -> Facts:
    side["cut_off"] = datetime.fromisoformat(side["cut_off"]) if side["cut_off"] else None
    for name in ("first_delivered", "last_delivered"):
        side[name] = date.fromisoformat(side[name]) if side.get(name) else None
    return Facts(**side)


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into what it knows: dates to ISO text, numpy scalars to numbers."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.item()


def _to_parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, compression="lz4")
    return buffer.getvalue()


def _from_parquet(payload: bytes, *, geo: bool) -> pd.DataFrame:
    buffer = io.BytesIO(payload)
    frame: pd.DataFrame = gpd.read_parquet(buffer) if geo else pd.read_parquet(buffer)
    return frame
