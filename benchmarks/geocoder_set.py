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

from geo_observatorio.geocoding.gazetteer import Entry, clean_name
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.vocabulary import read_rows, read_vocabulary
from geo_observatorio.geocoding.words import key_of, split_words
from geo_observatorio.resources import data_dir

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
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
    entry: int
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
        yield _entry(str(row["Escuela"]), "escuela", float(row["Longitud"]), float(row["Latitud"]), "colegios")  # type: ignore[arg-type]


def _sites() -> Iterator[Entry]:
    for row in _features("torres_mitad.geojson"):
        yield _entry(str(row["Sitio Tran"]), "sitio", float(row["Lon_Dec"]), float(row["Lat_Dec"]), "torres")  # type: ignore[arg-type]


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
            yield Entry(
                id=0,
                name=row["nombre"],
                kind=row["tipo"],
                longitude=float(row["longitud"]),
                latitude=float(row["latitud"]),
                radius=float(row["radio"]),
                aliases=tuple(filter(None, row["otros_nombres"].split("|"))),
                source=CURATED,
            )


class Writer:
    """Writes names as people do: abbreviated, misspelt, with a relation, with or without the corregimiento."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._short: dict[str, list[str]] = {}
        for row in read_rows("palabras.csv"):
            if row["cuando"] == "siempre" and row["palabra"].isalpha() and row["escrito"].isalpha():
                self._short.setdefault(row["palabra"], []).append(row["escrito"])

    def write(self, name: str, *, relation: bool) -> str:
        """Return one way to write a name."""
        words = [self._shorten(word) for word in name.split()]
        if self._rng.random() < 0.25:
            words = self._misspell(words)
        text = " ".join(words)
        if relation:
            text = f"{self._rng.choice(RELATIONS)} {text}"
        return text.upper() if self._rng.random() < 0.4 else text

    def _shorten(self, word: str) -> str:
        written = self._short.get(word.lower())
        if written is None or self._rng.random() < 0.5:
            return word
        short = str(self._rng.choice(written))
        return f"{short.capitalize()}." if len(short) < 5 else short

    def _misspell(self, words: list[str]) -> list[str]:
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long:
            return words
        i = int(self._rng.choice(long))
        at = int(self._rng.integers(1, len(words[i]) - 1))
        return [*words[:i], self._fault(words[i], at), *words[i + 1 :]]

    def _fault(self, word: str, at: int) -> str:
        sounds = str.maketrans("vbzsVBZS", "bvszBVSZ")
        kind = self._rng.integers(4)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == 2:
            return word[:at] + word[at] + word[at:]
        return word.translate(sounds)


def make_set(
    entries: Sequence[Entry], ground: Ground, areas: gpd.GeoDataFrame, seed: int, *, each: int = 2
) -> list[Labelled]:
    """Return labelled addresses, ``each`` of every entry that has a name; half of the entries are for tuning."""
    rng = np.random.default_rng(seed)
    writer = Writer(rng)
    neighbours = _neighbours(areas)
    made = []
    for entry in entries:
        name = clean_name(entry.name, read_vocabulary())
        if entry.source in SOURCES and not entry.coarse and _is_name(name):
            made += [_write_one(entry, name, ground, writer, rng, neighbours) for _ in range(each)]
    return made


def _write_one(entry, name, ground, writer, rng, neighbours):  # type: ignore[no-untyped-def]
    barrio = entry.kind == "barrio" or rng.random() < 0.15
    relation = not barrio and bool(rng.random() < 0.6)
    text = writer.write(name, relation=relation)
    x, y = (float(v[0]) for v in ground.to_metres(np.array([entry.longitude]), np.array([entry.latitude])))
    reach = 200.0 if barrio else REACH if relation else 20.0
    shift = rng.normal(0.0, reach / 1.5, 2)
    area = ground.area_of_point(x + shift[0], y + shift[1])
    if not area:
        shift, area = np.zeros(2), ground.area_of_point(x, y)
    if barrio:
        kind, house = rng.choice(("", "Barriada ", "Urb. ", "Bda. ", "sector ")), rng.choice(HOUSES)
        text = f"{kind}{text}, {house} {rng.integers(1, 200)}"
    told = rng.random()
    named = area if rng.random() > WRONG_AREA or not neighbours[area] else str(rng.choice(neighbours[area]))
    if told > 0.8:
        text = f"{text}, {ground.names[named]}"
    return Labelled(
        text=text,
        stated=named if told < 0.4 else "",
        x=x + float(shift[0]),
        y=y + float(shift[1]),
        area=area,
        source=entry.source,
        entry=entry.id,
        tune=zlib.crc32(f"{entry.source}/{entry.name.split('-')[0]}".encode()) % 2 == 0,
    )


def _is_name(name: str) -> bool:
    """Tell whether a name is one that people say: with a word of four letters, no code of a site."""
    words = key_of(split_words(name, read_vocabulary())).split()
    return any(word.isalpha() and len(word) > 3 and not read_vocabulary().role_of(word) for word in words)


def _neighbours(areas: gpd.GeoDataFrame) -> dict[str, list[str]]:
    first, second = areas.sindex.query(areas.geometry, predicate="intersects")
    codes = areas["code"].to_numpy()
    pairs = [(codes[a], codes[b]) for a, b in zip(first, second, strict=True) if a != b]
    return {code: [b for a, b in pairs if a == code] for code in codes}
