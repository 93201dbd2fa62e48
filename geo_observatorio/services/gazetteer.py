"""Add places to the gazetteer: named points and shapes, each once, with the other spellings of its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import GeometryType
from sqlalchemy import Connection

from geo_observatorio.db.areas import STORED_SRID, find_boundaries, load_areas, load_window
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.db.places import DEFAULT_RADIUS, Place, list_kinds, list_places, save_places
from geo_observatorio.db.selections import find_level
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.names import plain_text
from geo_observatorio.services.crossings import renew_crossings
from geo_observatorio.services.place_files import PlaceFields, PlaceFile, read_places

NEAR = 500.0  # metres beyond the observed areas: what is there still names what happens inside
LONGEST_NAME = 200  # characters
LEAST_RADIUS, MOST_RADIUS = 1, 10_000  # metres
COARSE_RADIUS = 1300.0  # metres: half a minute to the north and to the east
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, kw_only=True)
class GazetteerRequest:
    """How the rows of a file become places.

    Attributes
    ----------
    kind, radius
        Of the rows whose file does not say it in a field of its own. The radius says how far from the place an incident
        said to be there may be (metres); places of one name nearer than this to each other are one place.
    """

    municipality: str
    fields: PlaceFields
    kind: str = ""
    radius: float = DEFAULT_RADIUS
    source: str = ""
    layer: str | None = None


@dataclass(frozen=True, kw_only=True)
class GazetteerReport:
    """What became of the rows: read = kept + merged + outside + without_name + without_place.

    Attributes
    ----------
    kinds
        Places kept of each kind.
    coarse
        Of the places kept, those whose position is rounded to whole minutes: they place nothing.
    crossings
        Of all streets that the gazetteer now knows as lines.
    """

    kinds: dict[str, int]
    source: str
    changed: bool
    read: int
    kept: int
    merged: int
    outside: int
    without_name: int
    without_place: int
    coarse: int
    crossings: int

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
    file = read_places(path, request.fields, layer=request.layer)
    boundaries = find_boundaries(conn, municipality.code, find_level(conn, municipality.code))
    window = load_window(load_areas(conn, boundaries, municipality.metric_srid))
    named = _clean(file, request)
    inside = take_near(named, window, municipality.metric_srid)
    if inside.empty:
        found = phrase("{n} lugares, todos fuera", n=len(named))
        raise refuse_layer(path.name, phrase("lugares dentro de {name} o cerca", name=municipality.name), found)
    places = {str(kind): merge_places(rows) for kind, rows in inside.groupby("kind")}
    lock_municipality(conn, municipality.code)
    source = request.source or path.name
    changed = _replace(conn, municipality.code, source, places, every_kind=bool(request.fields.kind))
    kept = [place for part in places.values() for place in part]
    return GazetteerReport(
        kinds={kind: len(part) for kind, part in places.items()},
        source=source,
        changed=changed,
        read=file.rows,
        kept=len(kept),
        merged=len(inside) - len(kept),
        outside=len(named) - len(inside),
        without_name=len(file.frame) - len(named),
        without_place=file.rows - len(file.frame),
        coarse=sum(place.coarse for place in kept),
        crossings=renew_crossings(conn, municipality),
    )


def _replace(
    conn: Connection, municipality: str, source: str, places: dict[str, list[Place]], *, every_kind: bool
) -> bool:
    """Keep the places of a source; ``every_kind``: those of kinds that its file no longer has end. Tell of a change."""
    gone = set(list_kinds(conn, municipality, source)) - set(places) if every_kind else set()
    new = [kind for kind, part in places.items() if list_places(conn, municipality, kind, source) != part]
    for kind in [*new, *gone]:
        save_places(conn, municipality, kind, source, places.get(kind, []))
    return bool(new or gone)


def merge_places(rows: gpd.GeoDataFrame) -> list[Place]:
    """Make one place of the rows whose plain names are equal and that lie within their radius of each other.

    Parameters
    ----------
    rows
        Columns ``name``, ``aliases``, ``radius``, ``coarse`` and geometry, in metres.

    Returns
    -------
    list
        In EPSG:4326, ordered by name and position: of lines their union, else the shape nearest to the middle of its
        group; the most frequent spelling, the other spellings and the other names as aliases.
    """
    keyed = rows.assign(
        plain=rows["name"].map(plain_text), point=shapely.get_coordinates(rows.representative_point()).tolist()
    )
    places = []
    for _, alike in sorted(keyed.groupby("plain"), key=lambda item: str(item[0])):
        label = _group_near(alike)
        places += [_join(alike[label == group]) for group in range(label.max() + 1)]
    stored = gpd.GeoSeries([place.geometry for place in places], crs=rows.crs).to_crs(STORED_SRID)
    return [replace(place, geometry=shape) for place, shape in zip(places, stored, strict=True)]


def _group_near(alike: gpd.GeoDataFrame) -> np.ndarray:
    """Number the groups of rows within their largest radius of each other: lines as drawn, others by a point."""
    shapes = alike.geometry.to_numpy()
    lines = _are_lines(shapes)
    points = np.asarray(shapely.points(np.array(alike["point"].tolist())), dtype=object)
    marks = np.where(lines, shapes, points)
    one, other = shapely.STRtree(marks).query(marks, predicate="dwithin", distance=float(alike["radius"].max()))
    same = lines[one] == lines[other]
    links = coo_matrix((np.ones(same.sum()), (one[same], other[same])), shape=(len(marks), len(marks)))
    return np.asarray(connected_components(links, directed=False)[1])


def _are_lines(shapes: np.ndarray) -> np.ndarray:
    return np.isin(shapely.get_type_id(shapes), (GeometryType.LINESTRING, GeometryType.MULTILINESTRING))


def _join(group: gpd.GeoDataFrame) -> Place:
    xy = np.array(group["point"].tolist())
    middle = np.hypot(*(xy - xy.mean(axis=0)).T).argmin()
    shapes = group.geometry.to_numpy()
    spellings = group["name"].value_counts()
    name = min(spellings.index[spellings == spellings.max()], key=lambda text: (text.isupper(), text))
    others = set(group["name"]).union(*group["aliases"]) - {name}
    return Place(
        name=name,
        geometry=shapely.line_merge(shapely.union_all(shapes)) if _are_lines(shapes).all() else shapes[middle],
        radius=float(group["radius"].iloc[middle]),
        aliases=tuple(sorted(others)),
        coarse=bool(group["coarse"].iloc[middle]),
    )


def _clean(file: PlaceFile, request: GazetteerRequest) -> gpd.GeoDataFrame:
    """Tidy names and aliases, leave out the rows whose name says nothing, and fill in kind and radius."""
    frame = file.frame.assign(
        name=file.frame["name"].map(clean_name),
        aliases=[tuple(filter(plain_text, map(clean_name, names))) for names in file.frame["aliases"]],
        kind=[clean_name(kind).lower() or request.kind or "lugar" for kind in file.frame["kind"]],
        radius=_read_radii(file, request),
    )
    return frame[frame["name"].map(plain_text) != ""].reset_index(drop=True)


def _read_radii(file: PlaceFile, request: GazetteerRequest) -> np.ndarray:
    """Read each row's radius, the request's where it says none; coarse positions reach as far as they were rounded."""
    written = pd.to_numeric(file.frame["radius"].replace("", np.nan), errors="coerce").to_numpy(dtype=np.float64)
    wrong = (file.frame["radius"] != "").to_numpy() & ~((written >= LEAST_RADIUS) & (written <= MOST_RADIUS))
    if wrong.any():
        needed = phrase("radios de {low} a {high} metros", low=LEAST_RADIUS, high=MOST_RADIUS)
        raise refuse_layer(file.name, needed, str(file.frame["radius"][wrong].iloc[0])[:20])
    radii = np.where(np.isnan(written), request.radius, written)
    return np.where(file.frame["coarse"], np.maximum(radii, COARSE_RADIUS), radii)


def clean_name(text: str) -> str:
    """Return a name in composed letters, without control characters and doubled blanks, not longer than 200."""
    return " ".join(CONTROLS.sub(" ", unicodedata.normalize("NFC", text)).split())[:LONGEST_NAME]


def take_near(rows: gpd.GeoDataFrame, window: shapely.Geometry, srid: int) -> gpd.GeoDataFrame:
    """Return the rows in or near the window, in metres; of a line the part that is there."""
    measured = rows.to_crs(srid)
    shapes = measured.geometry.to_numpy()
    finite = np.isfinite(measured.bounds.to_numpy()).all(axis=1)
    shapely.prepare(window)
    near = measured[finite & shapely.dwithin(window, np.where(finite, shapes, None), NEAR)].reset_index(drop=True)
    lines = _are_lines(near.geometry.to_numpy())
    if not lines.any():
        return near
    around = shapely.buffer(window, NEAR)
    shapely.prepare(around)
    shapes, cut = near.geometry.to_numpy().copy(), lines & ~shapely.covers(around, near.geometry.to_numpy())
    parts = shapely.intersection(shapes[cut], around)
    shapes[cut] = np.where(shapely.is_empty(parts), shapes[cut], parts)
    return near.set_geometry(shapes, crs=srid)
