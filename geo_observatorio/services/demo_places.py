"""The gazetteer of the demo city: places with invented names that say what they are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_observatorio.db.places import SEGMENT
from geo_observatorio.services.demo_city import STREET, City, number_streets, turn_streets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCE = "Datos de demostración (sintéticos)"
LANDMARK_RADIUS = 100.0  # metres
STREET_RADIUS = 200.0
OF_EACH_BARRIO = {
    "escuela": "Escuela",
    "iglesia": "Iglesia",
    "parada": "Parada",
    "parque": "Parque",
    "abarroteria": "Abarrotería",
}
OF_EACH_AREA = {"mercado": "Mercado", "salud": "Centro de salud", "policia": "Estación de policía"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Gazetteer:
    """Places in metres: ``name, kind, area`` (position in the city's areas), ``radius``, geometry."""

    places: gpd.GeoDataFrame

    @property
    def landmarks(self) -> gpd.GeoDataFrame:
        """Return the places that an address may be told by."""
        kinds = [*OF_EACH_BARRIO, *OF_EACH_AREA]
        return self.places[self.places["kind"].isin(kinds)].reset_index(drop=True)

    @property
    def stations(self) -> Floats:
        """Return the police station of each area (n, 2): where lazy systems put what has no coordinates."""
        chosen = self.places[self.places["kind"] == "policia"].sort_values("area")
        return np.asarray(shapely.get_coordinates(chosen.geometry.array), dtype=np.float64)


def make_gazetteer(city: City, rng: np.random.Generator) -> Gazetteer:
    """Name barrios, their two main streets, and landmarks that stand at addresses of the city."""
    named = [_barrios(city), _main_streets(city), _barrio_landmarks(city, rng), _area_landmarks(city, rng)]
    parts = [*named, _other_streets(city)]
    places = pd.concat(parts, ignore_index=True)
    return Gazetteer(places=gpd.GeoDataFrame(places, geometry="geometry", crs=city.areas.crs))


def _frame(name: object, kind: object, area: object, radius: object, geometry: object) -> pd.DataFrame:
    return pd.DataFrame({"name": name, "kind": kind, "area": area, "radius": radius, "geometry": geometry})


def _barrios(city: City) -> pd.DataFrame:
    barrios = city.barrios
    discs = shapely.buffer(shapely.points(barrios["x"], barrios["y"]), barrios["radius"].to_numpy())
    inside = shapely.intersection(discs, city.areas.geometry.to_numpy()[barrios["area"]])
    return _frame(barrios["name"], "barrio", barrios["area"], barrios["radius"], inside)


def _main_streets(city: City) -> pd.DataFrame:
    """Return the first street and the first avenue of each barrio, inside its corregimiento."""
    barrios = city.barrios
    parts = []
    for title, quarter in (("Calle", 0.0), ("Avenida", np.pi / 2)):
        turn = barrios["turn"].to_numpy() + quarter
        reach = barrios["radius"].to_numpy()[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        centre = barrios[["x", "y"]].to_numpy()
        lines = shapely.linestrings(np.stack([centre - reach, centre + reach], axis=1))
        inside = shapely.intersection(lines, city.areas.geometry.to_numpy()[barrios["area"]])
        name = [main_street(title, barrio) for barrio in barrios["name"]]
        parts.append(_frame(name, "calle", barrios["area"], STREET_RADIUS, inside))
    return pd.concat(parts, ignore_index=True)


def _other_streets(city: City) -> pd.DataFrame:
    """Return all other streets on which addresses lie: lines that carry a density, and no address can be told by."""
    barrio, number = _list_streets(city)
    reach = np.sqrt(city.barrios["radius"].to_numpy()[barrio] ** 2 - (number * STREET) ** 2)
    parts = []
    for title, avenue in (("Calle", False), ("Avenida", True)):
        ends = [(number * STREET, side * reach) if avenue else (side * reach, number * STREET) for side in (-1, 1)]
        corners = [np.column_stack(turn_streets(city.barrios, barrio, *end)) for end in ends]
        lines = shapely.linestrings(np.stack(corners, axis=1))
        area = city.barrios["area"].to_numpy()[barrio]
        inside = shapely.intersection(lines, city.areas.geometry.to_numpy()[area])
        numbers = number_streets(number, np.zeros(len(number), dtype=bool)).tolist()
        told = zip(numbers, city.barrios["name"].to_numpy(dtype=object)[barrio], strict=True)
        names = [main_street(title, where, one) for one, where in told]
        parts.append(_frame(names, SEGMENT, area, STREET_RADIUS, inside))
    streets = pd.concat(parts, ignore_index=True)
    return streets[~shapely.is_empty(streets["geometry"].to_numpy())]


def _list_streets(city: City) -> tuple[Ints, Ints]:
    """Return barrio and place in it, 0 in the middle, of all streets of one direction but the main one."""
    most = ((city.barrios["radius"].to_numpy() - 1) // STREET).astype(np.int64)
    barrio = np.repeat(np.arange(len(most)), 2 * most + 1)
    number = np.concatenate([np.arange(-one, one + 1) for one in most])
    return barrio[number != 0], number[number != 0]


def main_street(title: str, barrio: str, number: int = 1) -> str:
    """Return the name of a street: Calle 1, Barrio 2 de Betania."""
    return f"{title} {number}, {barrio}"


def _barrio_landmarks(city: City, rng: np.random.Generator) -> pd.DataFrame:
    barrio, area = city.addresses["barrio"].to_numpy(), city.barrios["area"].to_numpy()
    number = city.barrios.groupby("area").cumcount().to_numpy() + 1
    names = city.areas["name"].to_numpy(dtype=object)
    parts = []
    for kind, title in OF_EACH_BARRIO.items():
        settled, at = _one_each(barrio, rng)
        name = [f"{title} {number[one]} de {names[area[one]]}" for one in settled]
        parts.append(_frame(name, kind, area[settled], LANDMARK_RADIUS, _points(city, at)))
    return pd.concat(parts, ignore_index=True)


def _area_landmarks(city: City, rng: np.random.Generator) -> pd.DataFrame:
    area = city.barrios["area"].to_numpy()[city.addresses["barrio"].to_numpy()]
    names = city.areas["name"].to_numpy(dtype=object)
    parts = []
    for kind, title in OF_EACH_AREA.items():
        settled, at = _one_each(area, rng)
        name = [f"{title} de {names[one]}" for one in settled]
        parts.append(_frame(name, kind, settled, LANDMARK_RADIUS, _points(city, at)))
    return pd.concat(parts, ignore_index=True)


def _one_each(group: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose one address of each group; return the groups that have any, and the chosen positions."""
    order = rng.permutation(len(group))
    found, first = np.unique(group[order], return_index=True)
    return found, order[first]


def _points(city: City, at: NDArray[np.int64]) -> NDArray[np.object_]:
    chosen = city.addresses.iloc[at]
    return np.asarray(shapely.points(chosen["x"], chosen["y"]), dtype=object)
