import csv
import io
import json
import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image

from analysis.errors import GridTooLargeError
from geo_observatorio.reports import tables
from geo_observatorio.reports.picture import foot_line, to_png
from geo_observatorio.reports.tables import to_csv, to_geojson, to_geopackage, to_json, to_text

STATISTICS = ("density", "hotspots", "area_hotspots", "area_totals")


@pytest.mark.parametrize("name", STATISTICS)
def test_json_holds_the_table_to_the_last_digit(findings, name):
    finding = findings[name]
    document = json.loads(to_json(finding, "es"))
    assert document["finding"] == finding.provenance.key
    assert len(document["table"]) == len(finding.result.table)
    value = finding.result.view.value
    for row, expected in zip(document["table"], finding.result.table[value].tolist(), strict=True):
        assert row[value] == expected or (row[value] is None and math.isnan(expected))


@pytest.mark.parametrize("name", STATISTICS)
def test_csv_has_a_row_for_each_row(findings, name):
    rows = list(csv.reader(io.StringIO(to_csv(findings[name]))))
    assert len(rows) == len(findings[name].result.table) + 1


def test_a_text_that_a_spreadsheet_would_run_is_disarmed_and_a_number_is_not(findings):
    finding = findings["area_totals"]
    table = finding.result.table.copy()
    table["name"] = ["=cmd|' /C calc'!A0", "-79.5"]
    table["count"] = [-79.5, 12.0]
    rows = to_csv(replace(finding, result=replace(finding.result, table=table)))
    assert "'=cmd" in rows
    assert ",-79.5," in rows


def test_geojson_is_in_degrees(findings):
    frame = gpd.GeoDataFrame.from_features(json.loads(to_geojson(findings["hotspots"]))["features"])
    left, bottom, right, top = frame.total_bounds
    assert -80 < left < right < -79
    assert 8 < bottom < top < 10


def test_a_geopackage_carries_the_places_as_a_layer(findings, tmp_path):
    path = tmp_path / "finding.gpkg"
    path.write_bytes(to_geopackage(findings["hotspots"]))
    assert set(gpd.list_layers(path)["name"]) == {"hotspots", "places", "placing", "finding"}
    assert gpd.read_file(path, layer="hotspots").crs.to_epsg() == findings["hotspots"].result.crs


@pytest.mark.parametrize("name", STATISTICS)
def test_the_picture_is_a_picture(findings, name):
    image = Image.open(io.BytesIO(to_png(findings[name], "es")))
    assert image.format == "PNG"
    assert len(image.convert("RGB").getcolors(maxcolors=1_000_000)) > 20


def test_the_foot_says_that_data_are_synthetic_and_limits_a_scheme(findings):
    line = foot_line(findings["hotspots"], "es")
    assert "DATOS SINTÉTICOS" in line
    assert "no son límites oficiales" in line
    assert findings["hotspots"].provenance.key in line


def test_the_text_begins_with_the_reading(findings):
    assert to_text(findings["hotspots"], "es").startswith("Del 01/01/2024 al 31/12/2024")


def test_shapes_of_a_density_leave_out_cells_of_nothing_and_the_table_has_them_all(findings):
    finding = findings["density"]
    values = finding.result.table["density"].to_numpy()
    features = json.loads(to_geojson(finding))["features"]
    told = [feature["properties"]["density"] for feature in features]
    assert len(to_csv(finding).splitlines()) == len(values) + 1
    assert sum(value or 0 for value in told) == pytest.approx(np.nansum(values), rel=0.01)
    assert json.loads(to_json(finding, "es"))["cells_of_nothing"] == len(values) - len(told)


def test_more_shapes_than_memory_bears_are_refused(findings, monkeypatch):
    monkeypatch.setattr(tables, "MOST_SHAPES", 3)
    with pytest.raises(GridTooLargeError):
        to_geopackage(findings["density"])
