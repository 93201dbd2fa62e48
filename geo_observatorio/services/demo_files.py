"""The demo city as files of an institution: one CSV a quarter, in the layout of the source `demo`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo_observatorio.services.demo_calibration import read_category_names, read_foci
from geo_observatorio.services.demo_city import City, build_city
from geo_observatorio.services.demo_faults import Rows, spoil
from geo_observatorio.services.demo_incidents import FIRST_DAY, draw_incidents
from geo_observatorio.services.demo_intensity import plant_foci
from geo_observatorio.services.demo_places import Gazetteer, make_gazetteer
from geo_observatorio.services.demo_rows import tell_incidents, tell_points

INCIDENTS = 50_000  # in 24 months: 25,000 a year, what the national rate of complaints means for the district
SEED = 20240101


@dataclass(frozen=True, kw_only=True, eq=False)
class Demo:
    """A synthetic city with all that happened in it; ``rows`` come as files would bring them."""

    city: City
    gazetteer: Gazetteer
    foci: gpd.GeoDataFrame
    rows: Rows


def make_demo(areas: gpd.GeoDataFrame, *, incidents: int = INCIDENTS, seed: int = SEED) -> Demo:
    """Make the city, its places, its planted hotspots and its incidents inside the limits given; pure.

    Parameters
    ----------
    areas
        In metres, ordered by code: ``code, name, observed, persons``, geometry.
    """
    rng = np.random.default_rng(seed)
    city = build_city(areas, rng)
    gazetteer = make_gazetteer(city, rng)
    foci = plant_foci(city, read_foci(), rng)
    drawn = draw_incidents(city, foci, n=incidents, rng=rng)
    clean = tell_incidents(city, gazetteer, drawn, read_category_names(), rng)
    busiest = int(city.areas["persons"].to_numpy().argmax())
    station = tell_points(gazetteer.stations[[busiest]], city.areas.crs.to_epsg())
    rows = spoil(clean, _quarters(drawn.day), (station[0][0], station[1][0]), rng)
    return Demo(city=city, gazetteer=gazetteer, foci=foci, rows=rows)


def write_demo_files(folder: Path, demo: Demo) -> list[Path]:
    """Write one CSV a quarter into a folder; return the files in the order in which they are delivered."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for quarter in range(int(demo.rows.quarter.max(initial=0)) + 1):
        path = folder / f"demo-{FIRST_DAY.year + quarter // 4}-T{quarter % 4 + 1}.csv"
        chosen = demo.rows.table[demo.rows.quarter == quarter]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(chosen.columns)
            writer.writerows(chosen.to_numpy(dtype=object).tolist())
        paths.append(path)
    return paths


def _quarters(day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return how many quarters after the first each day lies."""
    months = day.astype("datetime64[M]") - np.datetime64(FIRST_DAY, "M")
    return np.asarray(months.astype(np.int64) // 3, dtype=np.int64)
