"""Findings drawn: what the page receives, and that nothing in it is more than text and numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.grids import grid_over
from analysis.result import Result, View
from geo_observatorio.maps import cells as cell_painter
from geo_observatorio.maps import draw, find_painter
from geo_observatorio.maps.colours import CLASS_WORDS, CLASSES
from geo_observatorio.maps.outlines import MOST_CORNERS, limits_features, thin
from geo_observatorio.maps.surfaces import highest_value
from geo_observatorio.maps.tables import tabulate, write_cell
from geo_observatorio.provenance import Finding

METRES = 32617
GRID = grid_over((660_000.0, 990_000.0, 664_000.0, 994_000.0), cell_size=500.0)


def make_change() -> Result:
    """Return a change by hand: one cell up, one down, one untold, one empty."""
    table = pd.DataFrame(
        {
            "cell": [11, 12, 13, 14],
            "before": [10, 40, 7, 0],
            "after": [50, 5, 8, 0],
            "ratio": [5.0, 0.125, 1.1, np.nan],
            "ratio_low": [2.0, 0.05, 0.4, np.nan],
            "ratio_high": [9.0, 0.3, 3.0, np.nan],
            "p": [1e-6, 1e-6, 0.8, np.nan],
            "q": [1e-5, 1e-5, 0.8, np.nan],
            "class": ["up99", "down99", "none", "none"],
        }
    )
    areas = gpd.GeoDataFrame(
        {
            "code": ["01", "02"],
            "name": ["Uno", "Dos"],
            **{name: table[name].head(2).to_numpy() for name in table.columns if name not in {"cell", "class"}},
            "class": ["up95", "none"],
        },
        geometry=[shapely.box(660_000, 990_000, 662_000, 994_000), shapely.box(662_000, 990_000, 664_000, 994_000)],
        crs=METRES,
    )
    return Result(
        params=None,  # type: ignore[arg-type]  # a painter asks nothing of the options
        table=table,
        view=View(kind="cells", value="class", scale="change", unit="rate_ratio"),
        crs=METRES,
        n_observations=120,
        grid=GRID,
        tables={"areas": areas},
    )


def layers_of(result: Result, language: str = "es", **options: Any) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in draw(result, language, **options).as_dict()["layers"]}


def test_every_statistic_has_a_painter(findings: dict[str, Finding]) -> None:
    for finding in findings.values():
        assert callable(find_painter(finding.result.view))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", ["density", "hotspots", "concentration", "area_hotspots", "area_totals"])
def test_a_drawing_is_plain_json_without_a_nan(findings: dict[str, Finding], name: str, language: str) -> None:
    text = json.dumps(draw(findings[name].result, language).as_dict(), allow_nan=False)
    assert '"Point"' not in text


def test_a_cell_carries_what_its_row_says(findings: dict[str, Finding]) -> None:
    result = findings["hotspots"].result
    layer = layers_of(result)["cells"]
    assert layer["cell"] == result.table["cell"].tolist()
    assert layer["columns"]["count"] == result.table["count"].tolist()
    words = [layer["classes"][i]["colour"] if i >= 0 else None for i in layer["class"]]
    assert words == [CLASSES.get(name) for name in result.table["class"]]
    assert layer["drawn"] == np.flatnonzero(result.table["class"] != "none").tolist()


def test_more_cells_than_a_page_bears_become_a_picture(
    findings: dict[str, Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_painter, "MOST_SHAPES", 0)
    layer = layers_of(findings["hotspots"].result)["cells"]
    assert layer["drawn"] == []
    assert layer["picture"]["url"].startswith("data:image/png;base64,")


def test_places_are_numbered_as_in_the_list_and_carry_no_name(findings: dict[str, Finding]) -> None:
    result = findings["hotspots"].result
    features = layers_of(result)["places"]["features"]["features"]
    assert [item["properties"]["number"] for item in features] == result.tables["places"]["rank"].tolist()
    assert "Plaza" not in json.dumps(features)


def test_outlines_in_degrees_lie_where_the_metres_say(findings: dict[str, Finding]) -> None:
    finding = findings["hotspots"]
    drawn = gpd.GeoDataFrame.from_features(limits_features(finding.areas, METRES), crs=4326).to_crs(METRES)
    for ours, theirs in zip(drawn.geometry, finding.areas.geometry, strict=True):
        assert shapely.hausdorff_distance(ours, theirs) < 2.0  # metres: five decimals of a degree


def test_limits_too_heavy_for_a_page_lose_corners_and_keep_their_borders() -> None:
    turns = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    round_area = shapely.Polygon(np.column_stack([np.cos(turns), np.sin(turns)]) * 5000)
    left, right = (
        round_area.intersection(shapely.box(-6000, -6000, 0, 6000)),
        round_area.intersection(shapely.box(0, -6000, 6000, 6000)),
    )
    thinned = thin([left, right] * 2)
    assert shapely.get_num_coordinates(thinned).sum() <= MOST_CORNERS
    assert shapely.area(shapely.intersection(thinned[0], thinned[1])) < 1e-6


def test_two_surfaces_can_share_one_scale(findings: dict[str, Finding]) -> None:
    result = findings["density"].result
    assert highest_value(result) == pytest.approx(np.nanmax(result.table["density"]))
    alone, shared = layers_of(result)["surface"], layers_of(result, highest=1e5)["surface"]
    assert alone["legend"] != shared["legend"]
    assert "50,000" in shared["legend"]["entries"][0]["label"]


def test_what_is_too_uncertain_is_hatched_and_said_in_the_legend(findings: dict[str, Finding]) -> None:
    result = findings["density"].result
    doubtful = replace(result, table=result.table.assign(uncertain=True))
    forms = {entry["form"] for entry in layers_of(doubtful)["surface"]["legend"]["entries"]}
    assert "hatch" in forms


def test_a_change_is_drawn_by_class_and_hatched_where_it_cannot_be_told() -> None:
    layers = layers_of(make_change())
    assert layers["cells"]["drawn"] == [0, 1]
    assert layers["cells"]["columns"]["ratio"][3] is None
    assert layers["areas"]["areas"]["01"]["fill"] == CLASSES["up95"]
    assert layers["areas"]["areas"]["02"]["fill"] == "hatch"
    assert "Sin cambio distinguible" in layers["areas"]["areas"]["02"]["tip"]


def test_an_area_whose_total_is_hidden_is_hatched_and_tells_no_number(findings: dict[str, Finding]) -> None:
    result = findings["area_totals"].result
    table = result.table.assign(count=[np.nan, 12.0], hidden=[True, False])
    areas = layers_of(replace(result, table=table))["areas"]["areas"]
    assert areas["01"]["fill"] == "hatch"
    assert not any(character.isdigit() and character != "5" for character in "".join(areas["01"]["tip"]))
    assert areas["02"]["tip"] == ["12 incidentes"]


def test_the_scale_of_totals_begins_at_the_smallest_one_shown(findings: dict[str, Finding]) -> None:
    result = findings["area_totals"].result
    table = result.table.assign(count=[7.0, 26.0])
    labels = [entry["label"] for entry in layers_of(replace(result, table=table))["areas"]["legend"]["entries"]]
    assert labels[0] == "5 – 10"


def test_every_class_has_words_and_a_colour() -> None:
    assert set(CLASSES) == set(CLASS_WORDS) - {"none"}


def test_rows_of_a_table_point_at_their_shapes(findings: dict[str, Finding]) -> None:
    places = tabulate(findings["hotspots"], "es")
    areas = tabulate(findings["area_hotspots"], "es")
    assert places
    assert areas
    assert [row.target for row in places.rows] == [f"place-{i + 1}" for i in range(len(places.rows))]
    assert {row.target for row in areas.rows} == {"area-01", "area-02"}


def test_an_area_that_delivers_nothing_has_no_row(findings: dict[str, Finding]) -> None:
    finding = findings["area_hotspots"]
    blind = replace(finding, areas=finding.areas.assign(observed=[True, False]))
    table = tabulate(blind, "es")
    assert table
    assert [row.target for row in table.rows] == ["area-01"]


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("count", 11_237, "11,237"),
        ("q", 0.00001, "< 0.001"),
        ("q", 0.0321, "0.032"),
        ("share", 0.1234, "12.3 %"),
        ("decimal", 0.125, "0.12"),
        ("number", 1234.5, "1,234"),
        ("count", float("nan"), "–"),
        ("number", None, "–"),
    ],
)
def test_a_value_is_written_as_people_read_it(form: Any, value: Any, text: str) -> None:
    assert write_cell(form, value, {}, "es").text == text
