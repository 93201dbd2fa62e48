"""The ground of a municipality: its corregimientos in metres, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi, sqrt
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo_observatorio.names import plain_text

Floats = NDArray[np.float64]
STORED_SRID: Final = 4326
BESIDE: Final = 150.0  # metres beyond a limit within which a place still counts as in the area
CENTRE_KM2: Final = 6.0  # corregimientos smaller than this are the dense centre
SUBURB_KM2: Final = 40.0  # up to this the suburbs, above it the outskirts


class Ground:
    """Areas by code, name and place.

    Parameters
    ----------
    areas
        Columns ``code``, ``name`` and polygons in metres.
    aliases
        Other spellings of an area to its code.
    """

    def __init__(self, areas: gpd.GeoDataFrame, aliases: Mapping[str, str] | None = None) -> None:
        self.srid = int(areas.crs.to_epsg())
        self.codes: list[str] = [str(code) for code in areas["code"]]
        self.names: dict[str, str] = dict(zip(self.codes, map(str, areas["name"]), strict=True))
        self._shapes = areas.geometry.to_numpy()
        self._position = {code: i for i, code in enumerate(self.codes)}
        self._size = areas.geometry.area.to_numpy()
        self._tree = shapely.STRtree(self._shapes)
        self._edges = shapely.boundary(shapely.simplify(self._shapes, 5.0))
        shapely.prepare(self._shapes)
        self._to_metres = Transformer.from_crs(STORED_SRID, self.srid, always_xy=True)
        self._to_degrees = Transformer.from_crs(self.srid, STORED_SRID, always_xy=True)
        self.by_name = _name_codes(self.names, aliases or {})

    def __contains__(self, code: object) -> bool:
        return code in self._position

    def to_metres(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return degrees as metres."""
        x, y = self._to_metres.transform(longitude, latitude)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Return metres as degrees."""
        longitude, latitude = self._to_degrees.transform(x, y)
        return float(longitude), float(latitude)

    def shape_to_metres(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return a shape in degrees in metres."""
        moved: shapely.Geometry = shapely.transform(
            shape, lambda xy: np.column_stack(self.to_metres(xy[:, 0], xy[:, 1]))
        )
        return moved

    def locate(self, x: Floats, y: Floats) -> list[str]:
        """Return the code of the smallest area that holds each point, '' for none."""
        point, area = self._tree.query(shapely.points(x, y), predicate="intersects")
        codes = [""] * len(x)
        for one, position in sorted(zip(point.tolist(), area.tolist(), strict=True), key=lambda p: -self._size[p[1]]):
            codes[one] = self.codes[position]
        return codes

    def area_at(self, longitude: float, latitude: float) -> str:
        """Return the code of the area that holds a point in degrees, '' for none."""
        return self.locate(*self.to_metres(np.array([longitude]), np.array([latitude])))[0]

    def area_of_point(self, x: float, y: float) -> str:
        """Return the code of the area that holds a point in metres, '' for none."""
        return self.locate(np.array([x]), np.array([y]))[0]

    def holds(self, code: str, x: float, y: float, *, beside: float = BESIDE) -> bool:
        """Tell whether a point lies in an area or just beside it."""
        return bool(shapely.dwithin(self._shapes[self._position[code]], shapely.Point(x, y), beside))

    def part_inside(self, shape: shapely.Geometry, code: str) -> shapely.Geometry:
        """Return the part of a shape that lies in an area or just beside it."""
        wide = shapely.buffer(self._shapes[self._position[code]], BESIDE)
        inside: shapely.Geometry = shapely.intersection(shape, wide)
        return inside

    def touched(self, shape: shapely.Geometry) -> dict[str, float]:
        """Return the areas that a shape touches, with the share of its length (of its points) in each."""
        found: dict[str, float] = {}
        for position in self._tree.query(shape, predicate="intersects").tolist():
            inside = shapely.intersection(shape, self._shapes[position])
            found[self.codes[position]] = float(shapely.length(inside) or shapely.get_num_coordinates(inside))
        total = sum(found.values()) or 1.0
        return {code: share / total for code, share in sorted(found.items(), key=lambda item: -item[1])}

    def to_border(self, code: str, x: float, y: float) -> float:
        """Return how far a point is from the limit of an area (metres)."""
        return float(shapely.distance(self._edges[self._position[code]], shapely.Point(x, y)))

    def radius_of(self, code: str) -> float:
        """Return the radius of a circle as large as an area (metres)."""
        return sqrt(float(self._size[self._position[code]]) / pi)

    def zone_of(self, code: str) -> str:
        """Return centre, suburb or outskirts, by the size of an area; '' without one."""
        if code not in self._position:
            return ""
        km2 = float(self._size[self._position[code]]) / 1e6
        return "centre" if km2 < CENTRE_KM2 else "suburb" if km2 < SUBURB_KM2 else "outskirts"

    @property
    def middle(self) -> tuple[float, float]:
        """Return the middle of all areas (metres)."""
        point: Any = shapely.centroid(shapely.union_all(shapely.envelope(self._shapes)))
        return float(point.x), float(point.y)


def _name_codes(names: Mapping[str, str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Return codes by plain name; a name that two areas share tells nothing."""
    codes: dict[str, str] = {}
    repeated: set[str] = set()
    for code, name in names.items():
        plain = plain_text(name)
        if codes.setdefault(plain, code) != code:
            repeated.add(plain)
    codes |= {plain_text(alias): code for alias, code in aliases.items() if code in names}
    return {name: code for name, code in codes.items() if name not in repeated}
