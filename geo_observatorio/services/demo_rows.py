"""How the demo city's incidents read in a file: addresses in words, coordinates or none; still without faults."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo_observatorio.services.demo_city import City
from geo_observatorio.services.demo_incidents import Drawn
from geo_observatorio.services.demo_places import Gazetteer, main_street

Texts = NDArray[np.object_]
Ints = NDArray[np.int64]

COLUMNS = ("caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud")
GPS = 8.0  # metres: standard error of a device on each axis
ADDRESS_ONLY = {"landmark": 0.16, "street": 0.07, "barrio": 0.05, "corregimiento": 0.02}  # 30 % without coordinates
BESIDE = ("Frente a", "Al lado de", "Detrás de", "Diagonal a")
HOUR_UNKNOWN = 0.08


def tell_incidents(
    city: City, gazetteer: Gazetteer, drawn: Drawn, names: dict[str, str], rng: np.random.Generator
) -> pd.DataFrame:
    """Write each incident as a row of text, without faults; ``names`` gives the offence's name by code."""
    precision = rng.choice(
        ["coordinate", *ADDRESS_ONLY], len(drawn), p=[1 - sum(ADDRESS_ONLY.values()), *ADDRESS_ONLY.values()]
    )
    area = city.barrios["area"].to_numpy()[city.addresses["barrio"].to_numpy()[drawn.address]]
    latitude, longitude = _tell_coordinates(city, drawn.address, rng)
    placed = precision == "coordinate"
    columns = {
        "caso": _number_cases(drawn.day),
        "fecha": _tell_days(drawn.day),
        "hora": np.where(rng.random(len(drawn)) < HOUR_UNKNOWN, "", _tell_minutes(drawn.minute)),
        "delito": [names[code] for code in drawn.category],
        "direccion": _tell_addresses(city, gazetteer, drawn.address, precision, rng),
        "corregimiento": city.areas["name"].to_numpy(dtype=object)[area],
        "latitud": np.where(placed, latitude, ""),
        "longitud": np.where(placed, longitude, ""),
    }
    return pd.DataFrame(columns, dtype=object)


def tell_points(xy: NDArray[np.float64], srid: int) -> tuple[Texts, Texts]:
    """Return latitudes and longitudes of points in metres (n, 2) as text with six decimals."""
    longitude, latitude = Transformer.from_crs(srid, 4326, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return _decimals(latitude), _decimals(longitude)


def _tell_coordinates(city: City, address: Ints, rng: np.random.Generator) -> tuple[Texts, Texts]:
    """Return where a device says that it happened: the address, a few metres off."""
    xy = city.addresses[["x", "y"]].to_numpy()[address] + rng.normal(0.0, GPS, (len(address), 2))
    return tell_points(xy, city.areas.crs.to_epsg())


def _decimals(values: NDArray[np.float64]) -> Texts:
    return np.array([f"{value:.6f}" for value in values], dtype=object)


def _number_cases(day: NDArray[np.datetime64]) -> list[str]:
    """Number the cases of each year from 1, as an institution would."""
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    first = np.searchsorted(year, year)  # days come in order
    return [f"DEMO-{one}-{number:06d}" for one, number in zip(year, np.arange(len(day)) - first + 1, strict=True)]


def _tell_days(day: NDArray[np.datetime64]) -> Texts:
    known, position = np.unique(day, return_inverse=True)
    return np.array([f"{one:%d/%m/%Y}" for one in known.astype(object)], dtype=object)[position]


def _tell_minutes(minute: Ints) -> Texts:
    return np.array([f"{one // 60:02d}:{one % 60:02d}" for one in range(1440)], dtype=object)[minute]


def _tell_addresses(
    city: City, gazetteer: Gazetteer, address: Ints, precision: NDArray[np.str_], rng: np.random.Generator
) -> list[str]:
    """Write the address of each row as precisely as its kind is: street, landmark, barrio or nothing."""
    used, row_of = np.unique(address, return_inverse=True)
    chosen = city.addresses.iloc[used]
    barrio = city.barrios["name"].to_numpy(dtype=object)[chosen["barrio"]].tolist()
    street = chosen["street"].to_numpy().tolist()
    landmark = _nearest_names(gazetteer, chosen[["x", "y"]].to_numpy())
    beside = rng.choice(BESIDE, len(address))
    house = (used % 90 + 1).tolist()

    def tell(kind: str, one: int, where: str) -> str:
        if kind == "coordinate":
            return f"{_name_street(street[one], barrio[one])}, casa {house[one]}"
        if kind == "landmark":
            return f"{where} {landmark[one]}"
        if kind == "street":
            return _name_street(1 if street[one] > 0 else -1, barrio[one])
        return f"{barrio[one]}, casa {house[one]}" if kind == "barrio" else ""

    return [tell(*row) for row in zip(precision.tolist(), row_of.tolist(), beside.tolist(), strict=True)]


def _name_street(number: int, barrio: str) -> str:
    return main_street("Avenida" if number < 0 else "Calle", barrio, abs(number))


def _nearest_names(gazetteer: Gazetteer, xy: NDArray[np.float64]) -> Texts:
    landmarks = gazetteer.landmarks
    at = np.column_stack([landmarks.geometry.x, landmarks.geometry.y])
    _, nearest = cKDTree(at).query(xy)
    return np.asarray(landmarks["name"].to_numpy(dtype=object)[nearest])
