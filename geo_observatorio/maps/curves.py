"""Curves beside a map, as points of a picture 100 wide and 100 high, its origin below at the left."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.result import Result


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A curve and what chance alone would draw, as points of an SVG polyline."""

    points: str
    chance: str


def draw_lorenz(result: Result) -> Curve | None:
    """Draw the Lorenz curve of a result that has one; None for the others."""
    table = result.tables.get("lorenz")
    if table is None:
        return None
    return Curve(points=_trace(table, "incident_share"), chance=_trace(table, "chance_incident_share"))


def _trace(table: pd.DataFrame, column: str) -> str:
    pairs = zip(100 * table["area_share"], 100 - 100 * table[column], strict=True)
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in pairs)
