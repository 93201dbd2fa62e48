"""Mentions: finding what of the gazetteer an address names, each with all that it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import hypot
from typing import Final

import numpy as np
import shapely

from geo_observatorio.geocoding.choices import Choice, Mention
from geo_observatorio.geocoding.gazetteer import REVIEWED, Gazetteer, cluster
from geo_observatorio.geocoding.grammar import Span
from geo_observatorio.geocoding.similarity import SimilarNames
from geo_observatorio.geocoding.streets import POINT_RADIUS, Crossing, Street, StreetName, is_generic, street_name
from geo_observatorio.geocoding.vocabulary import DIRECTIONS, SMALL_WORDS
from geo_observatorio.geocoding.words import BREAK, SLASH, key_of

ONE_PLACE: Final = 1000.0  # metres: entries of one name linked by steps of this are one place, as large as they reach
SHORTEST_NAME: Final = 3  # letters
LONGEST_WINDOW: Final = 10  # words of a name
TELLING_WORD: Final = 7  # letters of a word that names a place also before others
RARE_WORD: Final = 9  # and after others, where it may be the last of a person's names
COARSE_REACH: Final = 2500.0  # metres: how far off a position in whole minutes may be, and the place be large
LARGEST_BARRIO: Final = 1500.0  # metres from its middle
LARGEST_POINT: Final = 500.0  # what reaches farther from its middle is no point
LONGEST_BLOCK: Final = 1000.0  # metres between the two crossings of `entre A y B`
MOST_CROSSINGS: Final = 3
SHORT_STREET: Final = 800.0  # metres: a street that reaches farther from its middle is no point
NAMELESS: Final = frozenset(("house", "floor", "kilometre", "sector", "area"))


class Reader:
    """Finds mentions in the words of one address."""

    def __init__(self, gazetteer: Gazetteer, similar: SimilarNames, words: list[str], spans: list[Span]) -> None:
        self.gazetteer = gazetteer
        self.vocabulary = gazetteer.vocabulary
        self.similar = similar
        self.words = words
        self.spans = spans
        self.settled = any(span.role in {"house", "sector"} for span in spans)

    def read(self) -> list[Mention]:
        """Return what the address names: crossings, places, streets, and where nothing else is known, similar names."""
        found = self._read_whole() or self._read_windows()
        streets = [span for span in self.spans if span.role == "street" and not _is_inside(span, found)]
        mentions = self._read_crossings() + found + self._read_streets(streets)
        covered = [span for span in self.spans if _overlaps(span, mentions)]
        return mentions + [m for span in self.spans if span not in covered for m in self._read_similar(span)]

    def _read_whole(self) -> list[Mention]:
        """Return what bears the whole address as a name: a person said so."""
        positions = self.gazetteer.names.get(key_of(self.words), [])
        reviewed = [p for p in positions if self.gazetteer.entries[p].kind == REVIEWED]
        if not reviewed:
            return []
        return [Mention(0, len(self.words), "", self._choose_entries(reviewed, None, loose=False))]

    def _read_windows(self) -> list[Mention]:
        """Return names that stand in the address word by word, the longest first, none over another."""
        telling = self._telling_words()
        taken: set[int] = set()
        found: list[Mention] = []
        most = min(len(telling), self.gazetteer.longest, LONGEST_WINDOW)
        for length in range(most, 0, -1):
            for first in range(len(telling) - length + 1):
                inside = telling[first : first + length]
                if taken.isdisjoint(inside):
                    mention = self._read_window(inside)
                    if mention is not None:
                        taken.update(inside)
                        found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

    def _telling_words(self) -> list[int]:
        """Return the positions of words that may belong to a name."""
        houses = {
            i for span in self.spans if span.role in {"house", "floor", "area"} for i in range(span.start, span.end)
        }
        return [
            i
            for i, word in enumerate(self.words)
            if i not in houses and word not in SMALL_WORDS and word not in {BREAK, SLASH}
        ]

    def _read_window(self, inside: list[int]) -> Mention | None:
        key = " ".join(self.words[i] for i in inside)
        positions = self.gazetteer.names.get(key)
        if not positions:
            return None
        start, end = inside[0], inside[-1] + 1
        span = next((span for span in self.spans if span.start <= start < span.end), None)
        if self._cuts_street(start, end) or (len(inside) == 1 and not self._stands_alone(start, span)):
            return None
        loose = span is not None and self._leaves_out(span, start, end)
        choices = self._choose_entries(positions, span, loose=loose)
        partial = span is not None and self._says_more(span, start, end)
        return Mention(start, end, span.relation if span else "", [replace(c, partial=partial) for c in choices])

    def _cuts_street(self, start: int, end: int) -> bool:
        """Tell whether a window holds a part of a numbered street only, or nothing but a street."""
        for span in self.spans:
            if span.role != "street" or span.end <= start or end <= span.start:
                continue
            whole = start <= span.start and span.end <= end
            if not whole or (start == span.start and end <= span.end):
                return True
        return False

    def _stands_alone(self, at: int, span: Span | None) -> bool:
        """Tell whether a name of one word is telling: all that its part says, or long and not the end of a name."""
        word = self.words[at]
        if not word.isalpha() or self.vocabulary.role_of(word) or span is None or len(word) < SHORTEST_NAME:
            return False
        said = [w for w in self.words[span.start : span.end] if not self.vocabulary.role_of(w) and w not in SMALL_WORDS]
        if said == [word]:
            return True
        return len(word) >= (TELLING_WORD if said and said[0] == word else RARE_WORD)

    def _says_more(self, span: Span, start: int, end: int) -> bool:
        """Tell whether a part has telling words beside a name: Escuela Santa María *de los Ángeles*."""
        beside = [*self.words[span.start : start], *self.words[end : max(span.end, end)]]
        return any(word.isalpha() and word not in SMALL_WORDS and not self.vocabulary.role_of(word) for word in beside)

    def _leaves_out(self, span: Span, start: int, end: int) -> bool:
        """Tell whether a name is said with a type, a number or a direction that the gazetteer does not know it by."""
        drops_type = (
            span.role == "landmark" and start > span.start and bool(self.vocabulary.role_of(self.words[span.start]))
        )
        after = self.words[end] if end < min(span.end, len(self.words)) else ""
        return drops_type or after in DIRECTIONS or after.isdigit()

    def _choose_entries(self, positions: Sequence[int], span: Span | None, *, loose: bool) -> list[Choice]:
        """Return the entries of one name as choices: those near each other are one place."""
        gazetteer = self.gazetteer
        fine = [p for p in positions if not gazetteer.entries[p].coarse] or list(positions)
        groups = cluster(((float(gazetteer.x[p]), float(gazetteer.y[p])) for p in fine), ONE_PLACE)
        merged = self._merge_within_areas([[fine[i] for i in group] for group in groups])
        choices = [self._join(group, span, loose=loose) for group in merged]
        for choice in choices:
            self._compare_coarse(choice, [p for p in positions if p not in choice.positions])
        return choices

    def _merge_within_areas(self, groups: list[list[int]]) -> list[list[int]]:
        """Make one of groups that lie in one corregimiento and not farther apart than a barrio is large."""
        merged: list[list[int]] = []
        for group in groups:
            joined = [*merged[-1], *group] if merged else group
            same = len({self.gazetteer.areas[p] for p in joined}) == 1 and self._reach(joined) <= LARGEST_BARRIO
            merged = [*merged[:-1], joined] if merged and same else [*merged, group]
        return merged

    def _middle(self, group: list[int]) -> tuple[float, float]:
        gazetteer = self.gazetteer
        if len(group) == 1:  # as most are
            return float(gazetteer.x[group[0]]), float(gazetteer.y[group[0]])
        return float(gazetteer.x[group].mean()), float(gazetteer.y[group].mean())

    def _reach(self, group: list[int]) -> float:
        if len(group) == 1:
            return 0.0
        x, y = self._middle(group)
        return float(np.hypot(self.gazetteer.x[group] - x, self.gazetteer.y[group] - y).max())

    def _compare_coarse(self, choice: Choice, others: Sequence[int]) -> None:
        """Note whether coarse positions of the same name speak for a choice or against it."""
        gazetteer = self.gazetteer
        gaps = [
            hypot(float(gazetteer.x[p]) - choice.x, float(gazetteer.y[p]) - choice.y)
            for p in others
            if gazetteer.entries[p].coarse
        ]
        sources = {gazetteer.entries[p].source for p in choice.positions}
        choice.confirmed = len(sources) > 1 or any(gap <= COARSE_REACH for gap in gaps)
        choice.elsewhere = any(gap > COARSE_REACH for gap in gaps)

    def _join(self, group: list[int], span: Span | None, *, loose: bool) -> Choice:
        gazetteer = self.gazetteer
        first = min(group, key=lambda p: gazetteer.entries[p].radius)
        entry = gazetteer.entries[first]
        x, y = self._middle(group if entry.shape is None else [first])
        reach = self._reach(group)
        kind = "barrio" if reach > LARGEST_POINT else self._kind_of(first, span)
        reason = "reviewed" if entry.kind == REVIEWED else kind if kind != "crossing" else "crossing_of_lines"
        return Choice(
            reason=reason,
            kind=kind,
            name=entry.name,
            area=gazetteer.areas[first] if len(group) == 1 else "",
            x=x,
            y=y,
            radius=max(entry.radius, reach),
            positions=tuple(group),
            loose=loose,
            coarse=entry.coarse,
        )

    def _kind_of(self, position: int, span: Span | None) -> str:
        """Return what an entry is in this address: a stop named after a barrio stands for it where a house is told."""
        kind = self.gazetteer.kinds[position]
        if span is not None and kind == "landmark" and not span.relation:
            says_barrio = span.role == "barrio"
            bare = span.role == "words" and self.settled and self.gazetteer.entries[position].kind == "parada"
            return "barrio" if says_barrio or bare else kind
        return kind

    def _read_streets(self, spans: Sequence[Span]) -> list[Mention]:
        found = []
        for name, span in zip(self._name_streets(spans), spans, strict=True):
            if not is_generic(name):
                choices = [c for street in self.gazetteer.streets.find(name) for c in self.describe_street(street)]
                if choices:
                    found.append(Mention(span.start, span.end, span.relation, choices))
        return found

    def _name_streets(self, spans: Sequence[Span]) -> list[StreetName]:
        names: list[StreetName] = []
        family = ""
        for span in spans:
            names.append(street_name(span, self.words, self.vocabulary, family=family))
            family = names[-1].family
        return names

    def describe_street(self, street: Street) -> list[Choice]:
        """Return a street as a point with a radius where it is short, as the areas it runs through where it is long."""
        if street.positions:
            middle = shapely.shortest_line(street.shape, shapely.centroid(street.shape))
            at = shapely.Point(shapely.get_coordinates(middle)[0])
            reach = float(shapely.hausdorff_distance(at, street.shape)) + (0.0 if street.lines else POINT_RADIUS)
            listed = street.areas is not None and len(street.areas) > max(1, len(street.positions)) and not street.lines
            if reach <= SHORT_STREET and not listed:
                area = self.gazetteer.areas[street.positions[0]]
                positions = tuple(street.positions)
                return [
                    Choice("street", "street", street.name, area, at.x, at.y, reach, positions, common=street.common)
                ]
        return [
            Choice("long_street", "corregimiento", street.name, code, positions=tuple(street.positions), share=share)
            for code, share in self.gazetteer.streets.areas_of(street).items()
        ]

    def _read_crossings(self) -> list[Mention]:
        """Return where the first of the streets that meets a later one does so."""
        spans = [span for span in self.spans if span.role == "street" and span.relation != "hacia"]
        names = self._name_streets(spans)
        for first in range(len(spans) - 1):
            found = self._cross(names, first)
            if found:
                return [Mention(spans[first].start, spans[-1].end, "esquina", found)]
        return []

    def _cross(self, names: Sequence[StreetName], first: int) -> list[Choice]:
        """Return where a street meets those after it; where it meets two of them nearby, the middle of the block."""
        meetings = [self.gazetteer.streets.meet(names[first], other)[:MOST_CROSSINGS] for other in names[first + 1 :]]
        known = [found for found in meetings if found]
        if len(known) > 1:
            block = hypot(known[0][0].x - known[1][0].x, known[0][0].y - known[1][0].y)
            if block <= LONGEST_BLOCK:
                return [self._as_choice(known[0][0], known[1][0], block)]
        return [self._as_choice(one, one, 0.0) for one in (known[0] if known else [])]

    def _as_choice(self, one: Crossing, other: Crossing, block: float) -> Choice:
        positions = tuple(dict.fromkeys((*one.positions, *other.positions)))
        return Choice(
            reason="crossing_of_lines" if one.lines and other.lines else "crossing_of_points",
            kind="crossing",
            name=" con ".join(dict.fromkeys(self.gazetteer.entries[p].name for p in positions)),
            area="",
            x=(one.x + other.x) / 2,
            y=(one.y + other.y) / 2,
            radius=max(one.radius, other.radius) + block / 2,
            positions=positions,
        )

    def _read_similar(self, span: Span) -> list[Mention]:
        """Return places whose name is like that of a part which names nothing known."""
        key = key_of(self.words[span.start : span.end])
        if span.role in NAMELESS or span.role == "street" or key in self.vocabulary.empty:
            return []
        choices = []
        for name, similarity in self.similar.find(key):
            for choice in self._choose_entries(self.gazetteer.names[name], span, loose=False):
                choice.similarity = similarity
                choice.reason = f"{choice.reason}_fuzzy" if choice.reason in {"landmark", "barrio"} else choice.reason
                choices.append(choice)
        best = max((choice.similarity for choice in choices), default=0.0)
        near = [choice for choice in choices if choice.similarity >= best - 0.05]
        return [Mention(span.start, span.end, span.relation, near)] if near else []


def _is_inside(span: Span, mentions: Sequence[Mention]) -> bool:
    return any(m.start <= span.start and span.end <= m.end for m in mentions)


def _overlaps(span: Span, mentions: Sequence[Mention]) -> bool:
    return any(m.start < span.end and span.start < m.end for m in mentions)
