"""The gazetteer in memory: what has a name, by the words of its names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geo_observatorio.geocoding.grammar import Span, parse_words
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.streets import Piece, StreetIndex, StreetName, is_generic, street_name
from geo_observatorio.geocoding.vocabulary import Vocabulary
from geo_observatorio.geocoding.words import key_of, split_words
from geo_observatorio.names import plain_text

BARRIO_KINDS: Final = frozenset(
    ("barrio", "barriada", "lugar poblado", "urbanizacion", "residencial", "sector", "neighbourhood", "locality")
)
STREET_KINDS: Final = frozenset(("calle", "avenida", "via", "street", "road", "highway", "carretera"))
CORES: Final = frozenset(("landmark", "words", "barrio", "building"))
REVIEWED: Final = "revision"  # the kind of a text that a person placed


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Entry:
    """A place, street, crossing or barrio of the gazetteer, in degrees.

    Attributes
    ----------
    kind
        As in the gazetteer: `calle`, `cruce`, `barrio`, `escuela` ...; `revision` for a text that a person placed.
    radius
        How far from the point an incident said to be there may be (metres).
    shape
        The line of a street or the polygon of a barrio; None where only a point is known.
    coarse
        The position is rounded to whole minutes: it tells which of two is meant, it places nothing.
    """

    id: int
    name: str
    kind: str
    longitude: float
    latitude: float
    radius: float = 100.0
    aliases: tuple[str, ...] = ()
    source: str = ""
    shape: shapely.Geometry | None = None
    coarse: bool = False


class Gazetteer:
    """Entries by the keys of their names; streets and crossings apart.

    Attributes
    ----------
    names
        Key of a name to the positions of the entries that bear it.
    x, y, areas
        Where each entry lies: metres, and the code of its corregimiento.
    """

    def __init__(self, entries: Sequence[Entry], ground: Ground, vocabulary: Vocabulary) -> None:
        self.entries = entries
        self.vocabulary = vocabulary
        self._ground = ground
        longitude = np.array([entry.longitude for entry in entries], dtype=np.float64)
        latitude = np.array([entry.latitude for entry in entries], dtype=np.float64)
        self.x, self.y = ground.to_metres(longitude, latitude)
        self.areas = ground.locate(self.x, self.y)
        self.kinds = [_kind_of(entry) for entry in entries]
        self.names: dict[str, list[int]] = defaultdict(list)
        self.streets = StreetIndex(ground, vocabulary)
        self.word_counts: Counter[str] = Counter()
        self._cores: list[tuple[str, int]] = []
        self._reserved = {key_of(name.split()) for name in ground.by_name}
        for position, entry in enumerate(entries):
            for name in (entry.name, *entry.aliases):
                self._add(position, name)
        self._add_cores()
        self.streets.close()
        for name in (*ground.by_name, *self.streets.known_words()):
            self.word_counts.update(name.split())
        self.longest = max((key.count(" ") + 1 for key in self.names), default=0)

    def _add(self, position: int, name: str) -> None:
        """Index one name of an entry as a street, as a crossing or as words."""
        words = split_words(clean_name(name, self.vocabulary), self.vocabulary)
        self.word_counts.update(word for word in words if word.isalpha())
        spans = parse_words(words, self.vocabulary)
        streets = [street_name(span, words, self.vocabulary) for span in spans if span.role == "street"]
        covered = bool(spans) and len(streets) == len(spans)
        entry = self.entries[position]
        if covered and len(streets) == 2 and self.kinds[position] != "barrio":
            self.streets.add_crossing(
                streets[0], streets[1], position, (float(self.x[position]), float(self.y[position]))
            )
        elif covered and len(streets) == 1 and self.kinds[position] != "barrio":
            self._add_street(streets[0], position, entry)
        elif self.kinds[position] == "street" and not streets and words:
            self._add_street(StreetName("", key_of(words), numbered=False), position, entry)
        reviewed = entry.kind == REVIEWED
        if reviewed or not self._says_nothing(words, spans):
            self._add_name(key_of(words), position, reviewed=reviewed)
        core = [
            span for span in spans if span.role in CORES and key_of(words[span.start : span.end]) not in self._reserved
        ]
        if len(core) == 1 and len(spans) > 1 and not streets and not self._says_nothing(words, core):
            self._cores.append((key_of(words[core[0].start : core[0].end]), position))

    def _add_name(self, key: str, position: int, *, reviewed: bool = False) -> None:
        dumb = key in self._reserved or key in self.vocabulary.empty
        if key and (reviewed or not dumb) and position not in self.names[key]:
            self.names[key].append(position)

    def _add_cores(self) -> None:
        """Let a whole address that names one thing teach that thing, where nothing else bears the name."""
        for key, position in self._cores:
            if key not in self.names or all(self.entries[p].kind == REVIEWED for p in self.names[key]):
                self._add_name(key, position)

    def _add_street(self, name: StreetName, position: int, entry: Entry) -> None:
        if is_generic(name):
            return
        point = shapely.Point(self.x[position], self.y[position])
        shape = point if entry.shape is None else self._ground.shape_to_metres(entry.shape)
        self.streets.add(name, Piece(position, shape, entry.name, entry.radius))

    def _says_nothing(self, words: Sequence[str], spans: Sequence[Span]) -> bool:
        """Tell whether a name is a type alone, a number, or a plain street: those are looked up otherwise."""
        return self._is_dumb(words) or (len(spans) == 1 and spans[0].role == "street")

    def _is_dumb(self, words: Sequence[str]) -> bool:
        telling = [word for word in words if not self.vocabulary.role_of(word)]
        if any(word.isalpha() and len(word) > 1 for word in telling):
            return False
        return not _has_number_name(words, self.vocabulary)


def _has_number_name(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a landmark is told by a number: Super 99."""
    return any(word.isdigit() for word in words) and vocabulary.role_of(words[0]) == "landmark"


def _kind_of(entry: Entry) -> str:
    plain = plain_text(entry.kind)
    if plain in BARRIO_KINDS:
        return "barrio"
    return "street" if plain in STREET_KINDS else "crossing" if plain == "cruce" else "landmark"


def clean_name(name: str, vocabulary: Vocabulary) -> str:
    """Return a name without what its source adds: `Villa Rey-I` is Villa Rey."""
    bare = name.replace("_", " ")
    for ornament in vocabulary.ornaments:
        bare = ornament.sub("", bare)
    return bare.strip() or name


def cluster(points: Iterable[tuple[float, float]], gap: float) -> list[list[int]]:
    """Return groups of positions: points of a group are linked by steps of at most ``gap`` metres."""
    groups: list[list[int]] = []
    xy = list(points)
    for i, (x, y) in enumerate(xy):
        near = [g for g in groups if any((x - xy[j][0]) ** 2 + (y - xy[j][1]) ** 2 <= gap * gap for j in g)]
        merged = [i] + [j for g in near for j in g]
        groups = [g for g in groups if g not in near] + [sorted(merged)]
    return sorted(groups)
