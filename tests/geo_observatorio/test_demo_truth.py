"""Whether what was planted is found: the demo's own hotspots, asked of the statistic."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.hotspots import HotspotsParams, hotspots
from analysis.masks import outline, study_cells
from analysis.result import Result
from analysis.scene import Scene, points_at
from geo_observatorio.services.demo_calibration import read_category_names
from geo_observatorio.services.demo_files import INCIDENTS, Demo, make_demo
from geo_observatorio.services.demo_layer import make_schematic_layer


@pytest.fixture(scope="module")
def demo() -> Demo:
    return make_demo(make_schematic_layer())


@pytest.fixture(scope="module")
def incidents(demo: Demo) -> pd.DataFrame:
    """Return the incidents with sound coordinates and dates, in metres."""
    rows = demo.rows.table[:INCIDENTS]
    sound = (
        rows["latitud"].str.match(r"[89]\.") & rows["longitud"].str.match(r"-79\.") & ~rows["fecha"].str.match("31/02")
    )
    rows = rows[sound]
    at = gpd.GeoSeries.from_xy(rows["longitud"].astype(float), rows["latitud"].astype(float), crs=4326)
    xy = shapely.get_coordinates(at.to_crs(demo.foci.crs).array)
    day = pd.to_datetime(rows["fecha"], format="%d/%m/%Y")
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "day": day, "offence": rows["delito"]}).reset_index(drop=True)


def find_hot(incidents: pd.DataFrame, chosen: pd.DataFrame, demo: Demo) -> Result:
    window = shapely.union_all(demo.city.areas.geometry.to_numpy())
    mask = outline(*study_cells(incidents["x"].to_numpy(), incidents["y"].to_numpy(), window))
    points = points_at(chosen["x"].to_numpy(), chosen["y"].to_numpy())
    return hotspots(Scene(crs=32617, points=points, months=24, window=window, mask=mask), HotspotsParams())


def touches(found: Result, focus: shapely.Polygon) -> bool:
    assert found.grid is not None
    hot = found.table["class"].astype(str).str.startswith("hot").to_numpy() | found.table["foco"].to_numpy(dtype=bool)
    centres = found.grid.centres(found.table["cell"].to_numpy()[hot])
    return bool(shapely.contains_xy(focus, centres).any())


def select(incidents: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    names = [read_category_names()[code] for code in categories]
    return incidents[incidents["offence"].isin(names)]


def test_the_planted_hotspots_that_last_are_found(demo: Demo, incidents: pd.DataFrame) -> None:
    lasting = demo.foci[(demo.foci["since"] == "2024-01-01") & (demo.foci["until"] == "2025-12-31")]
    assert len(lasting) == 8
    missed = []
    for _, same in lasting.groupby(lasting["categories"].str.join(" ")):
        found = find_hot(incidents, select(incidents, same["categories"].iloc[0]), demo)
        missed += [focus.name for focus in same.itertuples() if not touches(found, focus.geometry)]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("code", ["F09", "F10", "F11", "F12"])
def test_a_planted_hotspot_that_starts_or_stops_shows_in_its_own_year_alone(
    demo: Demo, incidents: pd.DataFrame, code: str
) -> None:
    focus = demo.foci.set_index("code").loc[code]
    chosen = select(incidents, focus["categories"])
    active = (chosen["day"] >= focus["since"]) & (chosen["day"] <= focus["until"])
    inside = shapely.contains_xy(focus["geometry"], chosen[["x", "y"]].to_numpy())
    assert touches(find_hot(incidents, chosen[active], demo), focus["geometry"])
    assert np.sum(inside & active) > 3 * np.sum(inside & ~active)
