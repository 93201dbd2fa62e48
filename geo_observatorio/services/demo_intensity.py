"""How likely each address of the demo city is to be the place of an incident, and the hotspots planted in it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_observatorio.services.demo_calibration import read_calibration, weigh_commerce
from geo_observatorio.services.demo_city import City

Floats = NDArray[np.float64]

SETTINGS = ("vivienda", "comercio")
APART = 2_000.0  # metres between two planted hotspots, so that each can be told from the others
BUSY = 0.5  # a focus is planted on the busier half of the addresses: ten times next to nothing is nothing


def weigh_addresses(city: City, setting: str) -> Floats:
    """Return the chance that an incident of a setting falls on each address (sums to 1).

    `vivienda` follows the residents times a lognormal factor of the corregimiento; `comercio` follows the published
    parts of the complaints. Within a corregimiento: residents of the barrio times its pull, then the address's.
    """
    persons = city.areas["persons"].to_numpy(dtype=np.float64)
    if setting == "comercio":
        by_area = weigh_commerce(city.areas["code"].tolist(), persons, read_calibration())
    else:
        by_area = persons * city.areas["pull"].to_numpy()
    barrios = city.barrios
    by_barrio = _share(by_area, barrios["area"].to_numpy(), (barrios["persons"] * barrios["pull"]).to_numpy())
    weights = _share(by_barrio, city.addresses["barrio"].to_numpy(), city.addresses["pull"].to_numpy())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def plant_foci(city: City, templates: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Choose where each planted hotspot lies: busy addresses, far from each other; a tiny city gets fewer of them.

    Returns
    -------
    GeoDataFrame
        The columns of the templates, ``name`` (what it is, in words), ``area`` (code of its corregimiento) and a disc.
    """
    xy = city.addresses[["x", "y"]].to_numpy()
    centres = _choose_centres(xy, _busy_around(city, xy), len(templates), rng)
    templates = templates.head(len(centres))
    code, name = (city.areas[column].to_numpy(dtype=object) for column in ("code", "name"))
    area = city.barrios["area"].to_numpy()[city.addresses["barrio"].to_numpy()[centres]]
    discs = gpd.points_from_xy(*xy[centres].T, crs=city.areas.crs).buffer(templates["radius"].to_numpy())
    table = templates.assign(area=code[area])
    table["name"] = [_describe(row, name[where]) for row, where in zip(table.itertuples(), area, strict=True)]
    return gpd.GeoDataFrame(table, geometry=discs, crs=city.areas.crs)


def multiply(weights: Floats, city: City, foci: gpd.GeoDataFrame) -> Floats:
    """Return the chances with the addresses inside each focus multiplied, summing to 1 again."""
    tree = cKDTree(city.addresses[["x", "y"]].to_numpy())
    raised = weights.copy()
    for focus in foci.itertuples():
        centre = focus.geometry.centroid
        raised[tree.query_ball_point((centre.x, centre.y), focus.radius)] *= focus.multiplier
    return np.asarray(raised / raised.sum(), dtype=np.float64)


def _share(total: Floats, group: NDArray[np.int64], weight: Floats) -> Floats:
    """Divide the total of each group among its members by weight."""
    sums = np.bincount(group, weight, minlength=len(total))
    return np.asarray(total[group] * weight / sums[group], dtype=np.float64)


def _busy_around(city: City, xy: Floats) -> Floats:
    """Return the chance of any incident within 300 m of each address, both settings together."""
    weights = np.sum([weigh_addresses(city, setting) for setting in SETTINGS], axis=0)
    near = cKDTree(xy).query_ball_point(xy[::10], 300.0)  # every tenth address may become a centre
    busy = np.zeros(len(xy))
    busy[::10] = [weights[members].sum() for members in near]
    return busy


def _choose_centres(xy: Floats, busy: Floats, n: int, rng: np.random.Generator) -> list[int]:
    """Choose up to n busy addresses, far from each other as long as the city is large enough."""
    possible = np.flatnonzero(busy >= np.quantile(busy[busy > 0], BUSY))
    chosen: list[int] = []
    for candidate in rng.permutation(possible):
        gaps = np.hypot(*(xy[chosen] - xy[candidate]).T)
        if len(chosen) < n and (gaps >= APART).all():
            chosen.append(int(candidate))
    rest = [int(candidate) for candidate in possible if candidate not in chosen]
    return chosen + rest[: n - len(chosen)]


def _describe(row: object, area: str) -> str:
    title, times = row.title, f"{row.multiplier:g}"  # type: ignore[attr-defined]  # a row of the templates
    period = f"{row.since:%d/%m/%Y} a {row.until:%d/%m/%Y}"  # type: ignore[attr-defined]
    return f"Foco plantado en {area}: {title}, {times} veces lo de su entorno, {period}"
