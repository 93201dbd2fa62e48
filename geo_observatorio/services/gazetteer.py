"""Add places to the gazetteer: named points and shapes, each once, with the other spellings of its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from sqlalchemy import Connection

from geo_observatorio.db.areas import STORED_SRID, find_boundaries, load_areas, load_window
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.db.places import DEFAULT_RADIUS, Place, list_places, save_places
from geo_observatorio.db.selections import find_level
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.names import plain_text
from geo_observatorio.services.place_files import PlaceFile, read_places

NEAR = 500.0  # metres beyond the observed areas: what is there still names what happens inside
LONGEST_NAME = 200  # characters
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, kw_only=True)
class GazetteerRequest:
    """How the rows of a file become places of one kind.

    Attributes
    ----------
    aliases
        Fields with other names; several in one field are separated by a bar or a semicolon.
    latitude, longitude
        Fields of a CSV; empty: those with a usual name.
    radius
        How far from the place an incident said to be there may be (metres). Places of one name nearer than this to
        each other are one place.
    """

    municipality: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    latitude: str = ""
    longitude: str = ""
    radius: float = DEFAULT_RADIUS
    source: str = ""
    layer: str | None = None


@dataclass(frozen=True, kw_only=True)
class GazetteerReport:
    """What became of the rows: read = kept + merged + outside + without_name + without_place."""

    kind: str
    source: str
    changed: bool
    read: int
    kept: int
    merged: int
    outside: int
    without_name: int
    without_place: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def add_places(conn: Connection, path: Path, request: GazetteerRequest) -> GazetteerReport:
    """Read the places of a file and keep those in or near the observed areas, instead of the file's former ones.

    Raises
    ------
    LayerRefusedError
        The file cannot be read, or none of its places lies in or near the municipality.
    NotFoundError
        There is no such municipality, or it has no areas yet.
    """
    municipality = find_municipality(conn, request.municipality)
    file = read_places(path, request.name, request.aliases, (request.latitude, request.longitude), layer=request.layer)
    boundaries = find_boundaries(conn, municipality.code, find_level(conn, municipality.code))
    window = load_window(load_areas(conn, boundaries, municipality.metric_srid))
    named = _clean_names(file)
    inside = _take_near(named, window, municipality.metric_srid)
    if inside.empty:
        found = phrase("{n} lugares, todos fuera", n=len(named))
        raise refuse_layer(path.name, phrase("lugares dentro de {name} o cerca", name=municipality.name), found)
    places = merge_places(inside, request.radius)
    lock_municipality(conn, municipality.code)
    source = request.source or path.name
    changed = list_places(conn, municipality.code, request.kind, source) != places
    if changed:
        save_places(conn, municipality.code, request.kind, source, places)
    return GazetteerReport(
        kind=request.kind,
        source=source,
        changed=changed,
        read=file.rows,
        kept=len(places),
        merged=len(inside) - len(places),
        outside=len(named) - len(inside),
        without_name=len(file.frame) - len(named),
        without_place=file.rows - len(file.frame),
    )


def merge_places(rows: gpd.GeoDataFrame, radius: float) -> list[Place]:
    """Make one place of the rows whose plain names are equal and that lie within ``radius`` of each other.

    Parameters
    ----------
    rows
        Columns ``name``, ``aliases`` and geometry, in metres.

    Returns
    -------
    list
        In EPSG:4326, ordered by name and position: the shape nearest to the middle of its group, the most frequent
        spelling, the other spellings and the other names as aliases.
    """
    keyed = rows.assign(
        plain=rows["name"].map(plain_text), point=shapely.get_coordinates(rows.representative_point()).tolist()
    )
    places = []
    for _, alike in sorted(keyed.groupby("plain"), key=lambda item: str(item[0])):
        xy = np.array(alike["point"].tolist())
        near = KDTree(xy).sparse_distance_matrix(KDTree(xy), radius, output_type="coo_matrix")
        # A distance of zero is a stored zero, which counts as no link: ones link all that are near.
        near.data = np.ones_like(near.data)
        groups, label = connected_components(near, directed=False)
        places += [_join(alike[label == group], xy[label == group], radius) for group in range(groups)]
    return [replace(place, geometry=_to_stored(place.geometry, rows.crs)) for place in places]


def _join(group: gpd.GeoDataFrame, xy: np.ndarray, radius: float) -> Place:
    middle = np.hypot(*(xy - xy.mean(axis=0)).T).argmin()
    spellings = group["name"].value_counts()
    name = min(spellings.index[spellings == spellings.max()])
    others = set(group["name"]).union(*group["aliases"]) - {name}
    return Place(name=name, geometry=group.geometry.iloc[middle], radius=radius, aliases=tuple(sorted(others)))


def _to_stored(geometry: shapely.Geometry, crs: Any) -> shapely.Geometry:
    stored: shapely.Geometry = gpd.GeoSeries([geometry], crs=crs).to_crs(STORED_SRID).iloc[0]
    return stored


def _clean_names(file: PlaceFile) -> gpd.GeoDataFrame:
    """Tidy names and aliases; leave out the rows whose name says nothing."""
    frame = file.frame.assign(
        name=file.frame["name"].map(clean_name),
        aliases=[tuple(filter(plain_text, map(clean_name, names))) for names in file.frame["aliases"]],
    )
    return frame[frame["name"].map(plain_text) != ""].reset_index(drop=True)


def clean_name(text: str) -> str:
    """Return a name in composed letters, without control characters and doubled blanks, not longer than 200."""
    return " ".join(CONTROLS.sub(" ", unicodedata.normalize("NFC", text)).split())[:LONGEST_NAME]


def _take_near(rows: gpd.GeoDataFrame, window: shapely.Geometry, srid: int) -> gpd.GeoDataFrame:
    measured = rows.to_crs(srid)
    shapes = measured.geometry.to_numpy()
    finite = np.isfinite(measured.bounds.to_numpy()).all(axis=1)
    shapely.prepare(window)
    return measured[finite & shapely.dwithin(window, np.where(finite, shapes, None), NEAR)].reset_index(drop=True)
