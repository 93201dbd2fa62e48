"""The labelled set of the geocoder's benchmark: names of the gazetteer written as people write them.

Four sources know parts of one city: bus stops, schools, telecom sites, places of Who's On First. An address is made of
an entry of one source and asked of a gazetteer that holds the three others (and the curated list). Nothing here comes
from a real incident.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.addresses.writer import Writer
from geo_observatorio.geocoding.gazetteer import Entry, clean_name
from geo_observatorio.geocoding.grammar import parse_words
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.vocabulary import read_vocabulary
from geo_observatorio.geocoding.words import key_of, split_words
from geo_observatorio.resources import data_dir

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
METRIC = 32617
SOURCES = ("paradas", "colegios", "torres", "wof")
CURATED = "conocidos"
RELATIONS = ("Frente a", "Detrás de", "Al lado de", "Cerca de", "Diagonal a", "Fte. a", "a 100 m de", "Contiguo a")
HOUSES = ("casa", "lote", "Calle 4 casa")
REACH = 80.0  # metres: how far from the thing that names it an incident is, with a relation
WRONG_AREA = 0.08  # share of stated corregimientos that are a neighbour instead


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """An address with the truth: where it is, in metres, and in which corregimiento."""

    text: str
    stated: str
    x: float
    y: float
    area: str
    source: str
    style: str
    entry: int
    name: str  # the two stops of one name are one thing: never in two halves or two folds
    tune: bool


def load_ground() -> tuple[Ground, gpd.GeoDataFrame]:
    """Return the 35 corregimientos of the official layer."""
    path = SHARED / "layers" / "corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    areas = gpd.read_file(path).to_crs(METRIC)
    areas = areas.rename(columns={"CODIGO": "code", "CORR_NOMB": "name"})[["code", "name", "geometry"]]
    with (data_dir("layers") / "corregimiento_aliases.csv").open(encoding="utf-8", newline="") as text:
        aliases = {row["alias"]: row["code"] for row in csv.DictReader(text)}
    return Ground(areas, aliases), areas


def load_entries(ground: Ground) -> list[Entry]:
    """Return the entries of all sources that lie in the areas."""
    rows = [*_stops(), *_schools(), *_sites(), *_places(), *_curated()]
    entries = [replace(entry, id=number) for number, entry in enumerate(rows, start=1)]
    return [entry for entry in entries if ground.area_at(entry.longitude, entry.latitude)]


def is_coarse(longitude: float, latitude: float) -> bool:
    """Tell whether a position is rounded to whole minutes."""
    return all(abs(value * 60 - round(value * 60)) < 2e-3 for value in (longitude, latitude))


def _entry(name: str, kind: str, lon: float, lat: float, source: str) -> Entry:
    coarse = is_coarse(lon, lat)
    radius = 300.0 if kind == "barrio" else 100.0
    return Entry(id=0, name=name, kind=kind, longitude=lon, latitude=lat, radius=radius, source=source, coarse=coarse)


def _rows(name: str) -> list[dict[str, str]]:
    with (SHARED / "gazetteer" / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _stops() -> Iterator[Entry]:
    for row in _rows("panatrans_stops.csv"):
        yield _entry(row["stop_name"], "parada", float(row["stop_lon"]), float(row["stop_lat"]), "paradas")


def _features(name: str) -> list[dict[str, object]]:
    features = json.loads((SHARED / "gazetteer" / name).read_text(encoding="utf-8"))["features"]
    return [feature["properties"] for feature in features if feature["properties"]["PROV_ID"] == "08"]


def _schools() -> Iterator[Entry]:
    for row in _features("colegios.geojson"):
        yield _entry(str(row["Escuela"]), "escuela", float(row["Longitud"]), float(row["Latitud"]), "colegios")


def _sites() -> Iterator[Entry]:
    for row in _features("torres_mitad.geojson"):
        yield _entry(str(row["Sitio Tran"]), "sitio", float(row["Lon_Dec"]), float(row["Lat_Dec"]), "torres")


def _places() -> Iterator[Entry]:
    for row in _rows("wof_panama_places.csv"):
        if row["placetype"] in {"locality", "neighbourhood"}:
            others = tuple(name for name in (row["name_spa"], *row["variants"].split("|")) if name)
            entry = _entry(row["name"], "barrio", float(row["lon"]), float(row["lat"]), "wof")
            yield replace(entry, aliases=others)


def _curated() -> Iterator[Entry]:
    path = data_dir("layers") / "gazetteer" / "panama_conocidos.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            shape = shapely.from_wkt(row["wkt"]) if row["wkt"] else shapely.Point(float(row["lon"]), float(row["lat"]))
            point = shapely.point_on_surface(shape)
            yield Entry(
                id=0,
                name=row["name"],
                kind=row["kind"],
                longitude=point.x,
                latitude=point.y,
                radius=float(row["radius"]),
                aliases=tuple(filter(None, row["aliases"].split("|"))),
                source=CURATED,
                shape=None if shape.geom_type == "Point" else shape,
            )


class SetMaker:
    """Makes labelled addresses; every random choice comes of the seed."""

    def __init__(self, entries: Sequence[Entry], ground: Ground, areas: gpd.GeoDataFrame, seed: int) -> None:
        self.entries = entries
        self.ground = ground
        self.rng = np.random.default_rng(seed)
        self.writer = Writer(self.rng)
        self.neighbours = _neighbours(areas)
        self.names = [clean_name(entry.name, read_vocabulary()) for entry in entries]
        self.telling = [_is_name(name) for name in self.names]
        self.streets = [is_street(name) for name in self.names]
        self.xy = np.column_stack(
            ground.to_metres(np.array([e.longitude for e in entries]), np.array([e.latitude for e in entries]))
        )

    def make(self, *, each: int = 2) -> list[Labelled]:
        """Return for each entry its name written ``each`` times, what lies near it, and the crossing nearest to it."""
        made: list[Labelled] = []
        for i, entry in enumerate(self.entries):
            if entry.source in SOURCES and not entry.coarse and self.telling[i]:
                made += [self.name_it(i) for _ in range(each)]
                made += [one for one in (self.point_to_near(i), self.name_crossing(i)) if one is not None]
        return made

    def name_it(self, i: int) -> Labelled:
        """Write the name of the entry itself: as a barrio with a house, or as a place."""
        if self.entries[i].kind == "barrio" or self.rng.random() < 0.15:
            return self.label(i, self.house_in(self.names[i]), "barrio", 200.0)
        relation = f"{self.rng.choice(RELATIONS)} " if self.rng.random() < 0.6 else ""
        return self.label(i, relation + self.writer.write(self.names[i]), "name", REACH if relation else 20.0)

    def point_to_near(self, i: int) -> Labelled | None:
        """Write the nearest thing that another source names, within 250 m."""
        near = self.nearest(i, 250.0, self.telling)
        if not near:
            return None
        if self.entries[near[0]].kind == "barrio" or self.rng.random() < 0.25:
            return self.label(i, self.house_in(self.names[near[0]]), "house near", 0.0)
        relation = f"{self.rng.choice(RELATIONS)} " if self.rng.random() < 0.6 else ""
        return self.label(i, relation + self.writer.write(self.names[near[0]]), "near", 0.0)

    def house_in(self, name: str) -> str:
        """Write a house of a barrio of that name."""
        kind, house = self.rng.choice(("", "Barriada ", "Urb. ", "Bda. ", "sector ")), self.rng.choice(HOUSES)
        return f"{kind}{self.writer.write(name)}, {house} {self.rng.integers(1, 200)}"

    def name_crossing(self, i: int) -> Labelled | None:
        """Write the two nearest streets that another source names, within 300 m."""
        near = self.nearest(i, 300.0, self.streets)
        names = list(dict.fromkeys(self.names[j] for j in near))[:2]
        if len(names) < 2:
            return None
        joint = self.rng.choice((" con ", " y ", " esquina con ", " / ", ", "))
        return self.label(i, joint.join(self.writer.write(name) for name in names), "crossing", 0.0)

    def nearest(self, i: int, reach: float, wanted: Sequence[bool]) -> list[int]:
        gap = np.hypot(*(self.xy - self.xy[i]).T)
        entry = self.entries[i]
        return [
            int(j)
            for j in np.argsort(gap)
            if gap[j] <= reach and wanted[j] and self.entries[j].source != entry.source and not self.entries[j].coarse
        ]

    def label(self, i: int, text: str, style: str, reach: float) -> Labelled:
        """Put the truth near the entry and say the corregimiento in its column, in the text, or not at all."""
        entry = self.entries[i]
        x, y = self.xy[i] + self.rng.normal(0.0, reach / 1.5, 2)
        area = self.ground.area_of_point(x, y)
        if not area:
            (x, y), area = self.xy[i], self.ground.area_of_point(*self.xy[i])
        wrong = self.neighbours[area] if self.rng.random() < WRONG_AREA else []
        named = str(self.rng.choice(wrong)) if wrong else area
        told = self.rng.random()
        return Labelled(
            text=f"{text}, {self.ground.names[named]}" if told > 0.8 else text,
            stated=named if told < 0.4 else "",
            x=float(x),
            y=float(y),
            area=area,
            source=entry.source,
            style=style,
            entry=entry.id,
            name=self.names[i],
            tune=zlib.crc32(f"{entry.source}/{self.names[i]}".encode()) % 2 == 0,
        )


def is_street(name: str) -> bool:
    """Tell whether a name is that of a street and no more."""
    spans = parse_words(split_words(name, read_vocabulary()), read_vocabulary())
    return len(spans) == 1 and spans[0].role == "street"


def _is_name(name: str) -> bool:
    """Tell whether a name is one that people say: with a word of four letters, no code of a site."""
    words = key_of(split_words(name, read_vocabulary())).split()
    return any(word.isalpha() and len(word) > 3 and not read_vocabulary().role_of(word) for word in words)


def _neighbours(areas: gpd.GeoDataFrame) -> dict[str, list[str]]:
    first, second = areas.sindex.query(areas.geometry, predicate="intersects")
    codes = areas["code"].to_numpy()
    pairs = [(codes[a], codes[b]) for a, b in zip(first, second, strict=True) if a != b]
    return {code: [b for a, b in pairs if a == code] for code in codes}
