"""What any statistic can be drawn with: classes, values around a centre, shapes, lines, charts."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.grids import grid_over
from analysis.result import Result, View
from geo_observatorio.maps import draw
from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.charts import Band, Mark, Plan, Series, round_ticks, trace
from geo_observatorio.maps.colours import CLASSES, PALETTES
from geo_observatorio.maps.diverging import BELOW, classify, find_breaks
from geo_observatorio.maps.scales import SCALES, Told
from geo_observatorio.provenance import Finding

METRES = 32617
GRID = grid_over((660_000.0, 990_000.0, 664_000.0, 994_000.0), cell_size=500.0)
BOXES = [shapely.box(660_000, 990_000, 662_000, 994_000), shapely.box(662_000, 990_000, 664_000, 994_000)]


@pytest.fixture(autouse=True)
def toy_scales(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(title="Prueba", tip=("{count} incidentes", "Razón {ratio}", "{class}; q = {q}"))
    for name in ("hotspots", "ratio", "thickness"):
        monkeypatch.setitem(SCALES, name, told)


def make_result(table: pd.DataFrame, kind: Any, value: str, scale: str, **view: Any) -> Result:
    return Result(
        params=None,  # type: ignore[arg-type]  # a painter asks nothing of the options
        table=table,
        view=View(kind=kind, value=value, scale=scale, unit="", **view),
        crs=METRES,
        n_observations=1,
        grid=GRID if kind == "cells" else None,
    )


def two(**columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["01", "02"], "name": ["Uno", "Dos"], **columns}, geometry=BOXES, crs=METRES)


def only_layer(result: Result) -> dict[str, Any]:
    (layer,) = draw(result, "es").as_dict()["layers"]
    json.dumps(layer, allow_nan=False)
    return dict(layer)


def test_areas_are_filled_by_class_and_hatched_where_they_have_none() -> None:
    table = two(**{"class": ["hot95", "unknown"], "count": [12, 3], "ratio": [1.5, np.nan], "q": [0.0004, np.nan]})
    areas = only_layer(make_result(table, "areas", "class", "hotspots"))["areas"]
    assert areas["01"]["fill"] == CLASSES["hot95"]
    assert areas["01"]["tip"] == ["12 incidentes", "Razón 1.50", "Caliente, q ≤ 0.05; q = < 0.001"]
    assert areas["02"]["fill"] == "hatch"
    assert areas["02"]["tip"] == ["3 incidentes", "No calculable; q = –"]


def test_shapes_carry_the_rank_that_their_rows_have() -> None:
    table = two(**{"rank": [1, 2], "class": ["hot99", "none"], "count": [5, 4]})
    features = only_layer(make_result(table, "shapes", "class", "hotspots"))["features"]["features"]
    assert [item["properties"]["id"] for item in features] == ["shape-1", "shape-2"]
    assert features[0]["properties"]["colour"] == CLASSES["hot99"]
    assert features[1]["properties"]["tip"][-1].startswith("No distinguible del azar")


def test_a_ratio_is_drawn_around_one_on_the_same_steps_whatever_the_data() -> None:
    layer = only_layer(make_result(two(ratio=[0.2, np.nan]), "areas", "ratio", "diverging", centre=1.0))
    assert layer["areas"]["01"]["fill"] == BELOW[-1]
    assert layer["areas"]["02"]["fill"] == "hatch"
    labels = [entry["label"] for entry in layer["legend"]["entries"]]
    assert labels[:7] == ["2 o más", "1.5 – 2", "1.25 – 1.5", "0.8 – 1.25", "0.67 – 0.8", "0.5 – 0.67", "menos de 0.5"]


def test_a_difference_is_drawn_alike_on_both_sides_of_nothing() -> None:
    values = np.array([-7.0, 0.0, 3.0, np.nan])
    breaks = find_breaks(values, centre=0.0)
    assert list(breaks) == [-other for other in breaks[::-1]]
    assert classify(values, breaks).tolist() == [0, 3, 5, -1]


def test_a_difference_by_cells_is_one_picture() -> None:
    table = pd.DataFrame({"cell": [11, 12], "ratio": [-1.0, np.nan]})
    layer = only_layer(make_result(table, "cells", "ratio", "diverging"))
    assert layer["url"].startswith("data:image/png;base64,")
    assert layer["legend"]["entries"][-1]["form"] == "hatch"


def test_lines_are_as_wide_and_dark_as_there_is_much() -> None:
    lines = [shapely.LineString([(660_000, 990_000), (660_000 + 500 * k, 991_000)]) for k in (1, 2, 3)]
    table = gpd.GeoDataFrame({"thickness": [0.0, 30.0, 90.0]}, geometry=lines, crs=METRES)
    layer = only_layer(make_result(table, "lines", "thickness", "sequential"))
    assert len(layer["lines"]) == 2
    assert layer["step"][0] < layer["step"][1]
    assert len(layer["colours"]) == len(layer["weights"]) == len(layer["legend"]["entries"])


def test_a_scale_of_classes_has_a_palette() -> None:
    assert {"concentration"} <= set(SCALES) & set(PALETTES)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-3.2, 8.9, [-5, 0, 5, 10]),
        (2.0, 2.0, [2.0, 2.5]),
        (0, 4870, [0, 1000, 2000, 3000, 4000, 5000]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low: float, high: float, ticks: list[float]) -> None:
    found = round_ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    if low != high:
        assert found == pytest.approx(ticks)


def test_a_chart_puts_what_is_high_above_and_leaves_the_unknown_out() -> None:
    table = pd.DataFrame({"r": [0, 1, 2], "k": [0.0, np.nan, 10.0], "low": [0.0, 1, 2], "high": [1.0, 2, 3]})
    plan = Plan(
        title="t",
        caption="c",
        x="r",
        x_title="r",
        y_title="k",
        lines=[Series(column="k", label="k")],
        band=Band(low="low", high="high", label="azar"),
        marks=[Mark(at=1.0, label="m")],
    )
    chart = trace(table, plan, "es")
    assert chart
    assert chart.lines[0].points == "0,60 100,0"
    assert chart.band.split()[0] == "0,60"
    assert chart.marks[0].at == 50.0


def test_nothing_known_draws_no_chart() -> None:
    plan = Plan(title="t", caption="c", x="r", x_title="r", y_title="k", lines=[Series(column="k", label="k")])
    assert trace(pd.DataFrame({"r": [0.0], "k": [np.nan]}), plan, "es") is None


def test_the_lorenz_curve_rises_from_nothing_to_everything(findings: dict[str, Finding]) -> None:
    chart = draw_chart("concentration", findings["concentration"].result, "es")
    assert chart
    assert {line.style for line in chart.lines} == {"main", "chance"}
    assert chart.lines[1].points.startswith("0,60 ")
    assert chart.lines[1].points.endswith(" 100,0")
