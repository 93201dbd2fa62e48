"""Streets: what tells one from another, where they run, and where two of them meet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import shapely

from geo_observatorio.geocoding.grammar import Span, parse_words
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.vocabulary import Vocabulary, read_rows
from geo_observatorio.geocoding.words import key_of, split_words

GENERIC: Final = frozenset(("", "principal", "sin nombre", "central principal", "interna", "vecinal", "publica"))
GAP_OF_NUMBERED: Final = 700.0  # metres: pieces of a numbered street farther apart are two streets of one name
GAP_OF_NAMED: Final = 2500.0
LINES_MEET: Final = 60.0  # metres: lines nearer than this cross
POINTS_MEET: Final = 600.0  # points of two streets nearer than this tell their crossing
CROSSING_RADIUS: Final = 60.0
POINT_RADIUS: Final = 150.0  # how far a street reaches around the one point that is known of it
COMMON: Final = re.compile(r"calle (\d{1,2}|[a-z])( [a-z]| \d)?")
AVENUES_FILE: Final = "avenidas.csv"


@dataclass(frozen=True, slots=True)
class StreetName:
    """What tells a street: its name with number, letter and direction; the family counts where it has a number."""

    family: str
    name: str
    numbered: bool

    @property
    def key(self) -> str:
        """Return the key under which its pieces are kept."""
        return f"{self.family} {self.name}" if self.numbered else self.name


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of a street: its position, its shape in metres, its name as written, its radius."""

    position: int
    shape: shapely.Geometry
    title: str
    radius: float


@dataclass(slots=True)
class Street:
    """The pieces of one street: positions of entries and their shape in metres."""

    name: str
    positions: list[int]
    shape: shapely.Geometry
    lines: bool
    radius: float
    areas: dict[str, float] | None = None  # shares by area; None until somebody asks
    common: bool = False  # one of many of that number: Calle 4 is in every barriada


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two streets meet; ``gap`` is how far apart what is known of them lies."""

    x: float
    y: float
    gap: float
    radius: float
    lines: bool
    positions: tuple[int, ...]


def street_name(span: Span, words: Sequence[str], vocabulary: Vocabulary, *, family: str = "") -> StreetName:
    """Return what tells the street of a span; ``family`` is that of the street before, for a lone number."""
    inside = list(words[span.start : span.end])
    types = [word for word in inside if vocabulary.role_of(word) == "street"][:1]
    own = vocabulary.family_of(types[0]) if types else family
    if types:
        inside.remove(types[0])
    if span.numbered or (inside and inside[0].isdigit()):
        return StreetName(own or "calle", " ".join(word for word in inside if word not in {"de", "num"}), numbered=True)
    return StreetName(own, key_of(inside), numbered=False)


def is_generic(name: StreetName) -> bool:
    """Tell whether a name is no name: calle principal."""
    return name.name in GENERIC


class StreetIndex:
    """Streets by key, with the other names and the corregimientos of long avenues."""

    def __init__(self, ground: Ground, vocabulary: Vocabulary) -> None:
        self._ground = ground
        self._pieces: dict[str, list[Piece]] = defaultdict(list)
        self._crossings: dict[frozenset[str], list[tuple[int, float, float]]] = defaultdict(list)
        self._same: dict[str, str] = {}
        self._with_type: set[str] = set()  # named only together with a type: España alone is no street
        self._avenues: dict[str, tuple[str, list[str]]] = {}
        self._streets: dict[str, list[Street]] = {}
        for row in read_rows(AVENUES_FILE):
            codes = [code for code in row["corregimientos"].split("|") if code in ground]
            if codes:
                self._add_avenue(row["nombre"], row["otros_nombres"].split("|"), codes, vocabulary)

    def _add_avenue(self, name: str, others: Sequence[str], codes: list[str], vocabulary: Vocabulary) -> None:
        texts = [text for text in (name, *others) if text]
        keys = [_key_of_text(text, vocabulary) for text in texts]
        bare = {key_of(split_words(text, vocabulary)) for text in texts}
        self._with_type |= set(keys) - bare
        self._avenues[keys[0]] = (name, codes)
        self._same |= dict.fromkeys(keys[1:], keys[0])

    def known_words(self) -> Iterator[str]:
        """Return the keys of the long avenues and their other names."""
        return iter((*self._avenues, *self._same))

    def add(self, name: StreetName, piece: Piece) -> None:
        """Add a piece of a street."""
        self._pieces[self._canonical(name.key)].append(piece)

    def add_crossing(self, one: StreetName, other: StreetName, position: int, at: tuple[float, float]) -> None:
        """Add a crossing that the gazetteer knows by name; its two orders are one."""
        known = self._crossings[frozenset((self._canonical(one.key), self._canonical(other.key)))]
        if (position, *at) not in known:
            known.append((position, *at))

    def close(self) -> None:
        """Join the pieces of each street; those far from each other are streets of their own."""
        for key, pieces in self._pieces.items():
            gap = GAP_OF_NUMBERED if key.startswith("calle ") and key not in self._avenues else GAP_OF_NAMED
            shapes = [piece.shape for piece in pieces]
            groups = [list(range(len(pieces)))] if key in self._avenues else _group(shapes, gap)
            self._streets[key] = [self._join(key, [pieces[i] for i in group]) for group in groups]

    def _join(self, key: str, pieces: Sequence[Piece]) -> Street:
        shape = shapely.union_all([piece.shape for piece in pieces])
        lines = bool(shapely.length(shape) > 0)
        listed = self._avenues.get(key, ("", []))[1]
        return Street(
            name=pieces[0].title,
            positions=[piece.position for piece in pieces],
            shape=shape,
            lines=lines,
            radius=max(piece.radius for piece in pieces),
            # Few points of a long avenue do not tell where it runs.
            areas={code: 1.0 / len(listed) for code in listed} if listed and not lines else None,
            common=bool(COMMON.fullmatch(key)) and not lines,
        )

    def areas_of(self, street: Street) -> dict[str, float]:
        """Return the areas that a street runs through, with its share in each."""
        if street.areas is None:
            street.areas = self._ground.touched(street.shape)
        return street.areas

    def find(self, name: StreetName) -> list[Street]:
        """Return the streets of that name; of a long avenue of which no piece is known, only its areas."""
        key = self._canonical(name.key)
        found = self._streets.get(key)
        if found is not None:
            return found
        if key in self._avenues:
            title, codes = self._avenues[key]
            areas = {code: 1.0 / len(codes) for code in codes}
            return [Street(title, [], shapely.MultiPoint(), lines=False, radius=0.0, areas=areas)]
        return []

    def is_avenue(self, name: StreetName) -> bool:
        """Tell whether a street is listed as a long avenue."""
        return self._canonical(name.key) in self._avenues

    def is_listed(self, words: Sequence[str]) -> bool:
        """Tell whether words are all the name of a long avenue, told without a type: Transístmica."""
        key = key_of(list(words))
        return (key in self._same or key in self._avenues) and key not in self._with_type

    def longest_name(self, words: Sequence[str], family: str) -> int:
        """Return how many words, from the first, are the name of a known street; 0 where none."""
        for length in range(len(words), 0, -1):
            key = self._canonical(StreetName(family, key_of(list(words[:length])), numbered=False).key)
            if key and (key in self._streets or key in self._avenues):
                return length
        return 0

    def meet(self, one: StreetName, other: StreetName) -> list[Crossing]:
        """Return where two streets meet: as the gazetteer says, where lines cross, or the nearest pair of points."""
        keys = frozenset((self._canonical(one.key), self._canonical(other.key)))
        if len(keys) < 2:
            return []
        known = self._crossings.get(keys)
        if known:
            return [Crossing(x, y, 0.0, CROSSING_RADIUS, True, (position,)) for position, x, y in known]
        pairs = product(self.find(one), self.find(other))
        found = [_meet(a, b) for a, b in pairs if a.positions and b.positions]
        return sorted((c for c in found if c is not None), key=lambda c: (not c.lines, c.gap))

    def _canonical(self, key: str) -> str:
        return self._same.get(key, key)


def _meet(one: Street, other: Street) -> Crossing | None:
    line = shapely.shortest_line(one.shape, other.shape)
    gap = float(shapely.length(line))
    both = one.lines and other.lines
    if gap > (LINES_MEET if both else POINTS_MEET):
        return None
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    radius = max(CROSSING_RADIUS, one.radius, other.radius) if both else POINT_RADIUS + gap / 2
    positions = (one.positions[0], other.positions[0])
    return Crossing(float(middle.x), float(middle.y), gap, radius, both, positions)


def _group(shapes: Sequence[shapely.Geometry], gap: float) -> list[list[int]]:
    """Return groups of positions linked by steps of at most ``gap``."""
    label = list(range(len(shapes)))
    first, second = shapely.STRtree(list(shapes)).query(list(shapes), predicate="dwithin", distance=gap)
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        low, high = sorted((label[a], label[b]))
        if low != high:
            label = [low if one == high else one for one in label]
    groups: dict[int, list[int]] = defaultdict(list)
    for position, one in enumerate(label):
        groups[one].append(position)
    return list(groups.values())


def _key_of_text(text: str, vocabulary: Vocabulary) -> str:
    words = split_words(text, vocabulary)
    spans = [span for span in parse_words(words, vocabulary) if span.role == "street"]
    return street_name(spans[0], words, vocabulary).key if spans else key_of(words)
