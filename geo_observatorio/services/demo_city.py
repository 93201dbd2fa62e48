"""The demo city: where people live, their streets, addresses and landmarks, inside whatever limits are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PERSONS_PER_BARRIO = 4_000
PERSONS_PER_KM2 = 9_000  # where people live; the rest of a corregimiento is forest, mangrove, airport
PERSONS_PER_ADDRESS = 25
MOST_BARRIOS = 24  # of one corregimiento
MOST_INHABITED = 0.75  # share of a corregimiento that its barrios may cover
REACH = 4_000.0  # metres: how far the pull of other people goes when a barrio chooses its ground
NEW_GROUND = 0.002  # weight of a place far from every barrio, beside exp(-gap/radius)
STREET = 90.0  # metres between parallel streets


@dataclass(frozen=True, kw_only=True, eq=False)
class City:
    """Everything that stands still, in metres.

    Attributes
    ----------
    areas
        Observed corregimientos: ``code, name, persons, pull`` (lognormal factor), geometry.
    barrios
        ``name, area`` (position in areas), ``x, y, radius, turn`` (of its streets, radians), ``persons``, ``pull``
        (lognormal local factor).
    addresses
        ``x, y, barrio`` (position), ``street`` (number in the barrio; negative: avenues), ``pull`` (lognormal; repeat
        places far above 1).
    """

    areas: gpd.GeoDataFrame
    barrios: pd.DataFrame
    addresses: pd.DataFrame


def build_city(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> City:
    """Settle the persons of each observed area in barrios, and give these streets and addresses.

    Parameters
    ----------
    areas
        In metres, ordered by code: ``code, name, observed, persons``, geometry.
    """
    observed = gpd.GeoDataFrame(areas[areas["observed"]].reset_index(drop=True))
    observed["pull"] = rng.lognormal(0.0, 0.35, len(observed))
    barrios = settle_barrios(observed, areas, rng)
    return City(areas=observed, barrios=barrios, addresses=place_addresses(barrios, observed, rng))


def settle_barrios(observed: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put the barrios of each area on the ground to which the people around pull them, apart from each other."""
    everywhere = _representative_points(areas), areas["persons"].to_numpy(dtype=np.float64)
    parts = [
        _settle(position, geometry, float(persons), everywhere, rng)
        for position, (geometry, persons) in enumerate(zip(observed.geometry, observed["persons"], strict=True))
    ]
    barrios = pd.concat(parts, ignore_index=True)
    number = barrios.groupby("area").cumcount() + 1
    names = "Barrio " + number.astype(str) + " de " + observed["name"].to_numpy(dtype=object)[barrios["area"]]
    barrios["name"] = names
    barrios["turn"] = rng.uniform(0, np.pi / 2, len(barrios))
    barrios["pull"] = rng.lognormal(0.0, 0.6, len(barrios))
    return barrios


def place_addresses(barrios: pd.DataFrame, observed: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put addresses on the streets of each barrio; a few of them are repeat places."""
    wanted = np.maximum(20, (barrios["persons"] / PERSONS_PER_ADDRESS).to_numpy(dtype=np.int64))
    barrio = np.repeat(np.arange(len(barrios)), wanted)
    reach = barrios["radius"].to_numpy()[barrio]
    distance, angle = reach * np.sqrt(rng.random(len(barrio))), rng.uniform(0, 2 * np.pi, len(barrio))
    along, across = distance * np.cos(angle), distance * np.sin(angle)
    avenue = rng.random(len(barrio)) < 0.5
    street = np.rint(np.where(avenue, along, across) / STREET).astype(np.int64)
    along = np.where(avenue, street * STREET, along)
    across = np.where(avenue, across, street * STREET)
    x, y = turn_streets(barrios, barrio, along, across)
    frame = pd.DataFrame({"x": x, "y": y, "barrio": barrio, "street": number_streets(street, avenue)})
    frame = frame[_inside(observed, barrios["area"].to_numpy()[barrio], x, y)].reset_index(drop=True)
    return frame.assign(pull=_draw_pull(len(frame), rng))


def _draw_pull(n: int, rng: np.random.Generator) -> Floats:
    """Draw how much each address attracts: lognormal, and for 4 in 1,000 a repeat place, ten to sixty times that."""
    pull = rng.lognormal(0.0, 0.8, n)
    repeat = rng.random(n) < 0.004
    return np.asarray(np.where(repeat, np.minimum(10 * (1 + rng.pareto(2.5, n)), 60.0), pull), dtype=np.float64)


def number_streets(street: Ints, avenue: NDArray[np.bool_]) -> Ints:
    """Number streets 1, 2, 3 ... from the middle outwards, and avenues -1, -2, -3 ..."""
    number = np.where(street > 0, 2 * street, 1 - 2 * street)
    return np.where(avenue, -number, number)


def _settle(
    position: int, geometry: Any, persons: float, everywhere: tuple[Floats, Floats], rng: np.random.Generator
) -> pd.DataFrame:
    n = int(np.clip(round(persons / PERSONS_PER_BARRIO), 2, MOST_BARRIOS))
    inhabited = min(persons / PERSONS_PER_KM2 * 1e6, MOST_INHABITED * geometry.area)
    radius = float(np.sqrt(inhabited / n / np.pi))
    candidates = draw_inside(geometry, 400 + 40 * n, rng)
    chosen = _grow(candidates, _potential(candidates, *everywhere), n, radius, rng)
    sizes = rng.dirichlet(np.full(n, 4.0))
    return pd.DataFrame(
        {"area": position, "x": chosen[:, 0], "y": chosen[:, 1], "radius": radius, "persons": persons * sizes}
    )


def draw_inside(geometry: Any, n: int, rng: np.random.Generator) -> Floats:
    """Draw n uniform points inside a polygon, (n, 2)."""
    west, south, east, north = geometry.bounds
    shapely.prepare(geometry)
    found = np.empty((0, 2))
    while len(found) < n:
        trial = rng.uniform((west, south), (east, north), (4 * n, 2))
        found = np.concatenate([found, trial[shapely.contains_xy(geometry, trial)]])
    return np.asarray(found[:n], dtype=np.float64)


def _potential(at: Floats, centres: Floats, persons: Floats) -> Floats:
    distance = np.hypot(*(at[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
    nearest = distance.min(axis=1, keepdims=True)  # far from everybody the pull must not vanish to zero
    return np.asarray(np.exp(-nearest[:, 0] / REACH) * (np.exp((nearest - distance) / REACH) @ persons), dtype=float)


def _grow(candidates: Floats, pull: Floats, n: int, radius: float, rng: np.random.Generator) -> Floats:
    """Choose n candidates one after the other, as a town grows: beside what is there, seldom on new ground."""
    chosen = [int(rng.choice(len(candidates), p=pull / pull.sum()))]
    gap = np.full(len(candidates), np.inf)
    while len(chosen) < n:
        gap = np.minimum(gap, np.hypot(*(candidates - candidates[chosen[-1]]).T))
        beside = np.exp(-gap / radius) + NEW_GROUND
        weight = pull * beside * np.where(gap >= 1.6 * radius, 1.0, 1e-6)  # 1.6: neighbours touch, hardly overlap
        weight[chosen] = 0.0
        chosen.append(int(rng.choice(len(candidates), p=weight / weight.sum())))
    return candidates[chosen]


def turn_streets(barrios: pd.DataFrame, barrio: Ints, along: Floats, across: Floats) -> tuple[Floats, Floats]:
    """Return x and y of places told along and across the streets of their barrio (metres from its middle)."""
    x, y, turn = (barrios[name].to_numpy()[barrio] for name in ("x", "y", "turn"))
    return x + along * np.cos(turn) - across * np.sin(turn), y + along * np.sin(turn) + across * np.cos(turn)


def _inside(observed: gpd.GeoDataFrame, area: Ints, x: Floats, y: Floats) -> NDArray[np.bool_]:
    geometries = observed.geometry.to_numpy()
    shapely.prepare(geometries)
    return np.asarray(shapely.contains_xy(geometries[area], x, y), dtype=bool)


def _representative_points(areas: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(areas.geometry.to_numpy())), dtype=np.float64)
