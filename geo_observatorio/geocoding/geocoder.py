"""Find addresses as people write them: a place with a stated certainty, or candidates and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Final

import geopandas as gpd

from geo_observatorio.geocoding.answers import Answer, Candidate, Parse
from geo_observatorio.geocoding.calibration import Calibration, read_calibration
from geo_observatorio.geocoding.choosing import Chosen, choose
from geo_observatorio.geocoding.embedded import Fix, find_fix
from geo_observatorio.geocoding.evidence import Evidence
from geo_observatorio.geocoding.gazetteer import Entry, Gazetteer
from geo_observatorio.geocoding.grammar import Span, describe_spans, parse_words
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.mentions import Choice, Mention, Reader
from geo_observatorio.geocoding.similarity import SimilarNames
from geo_observatorio.geocoding.spelling import Speller, count_words
from geo_observatorio.geocoding.stated import StatedArea, find_stated, part_streets
from geo_observatorio.geocoding.vocabulary import SMALL_WORDS, Vocabulary, read_vocabulary
from geo_observatorio.geocoding.words import BREAK, SLASH, split_words

MOST_CANDIDATES: Final = 8
NEAR_BORDER: Final = 200.0  # metres
CACHE: Final = 200_000  # texts that are remembered; then it starts afresh
LEAST_SHARE: Final = 0.5  # of a long street within one area, to answer with that area
UNTOLD: Final = frozenset(("house", "floor", "area", "sector"))
LEAST_SCORE: Final = 0.6  # less is no answer but a candidate: keeps errors beyond 3 km below 4 %
COORDINATE_SCORE: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it was understood."""

    words: list[str]
    spans: list[Span]
    parse: Parse
    spelled: bool


class Geocoder:
    """Places of one municipality by the words of addresses.

    Parameters
    ----------
    entries
        What has a name.
    areas
        The corregimientos in metres: ``code``, ``name``, geometry.
    aliases
        Other spellings of corregimientos to their codes.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        areas: gpd.GeoDataFrame,
        *,
        aliases: Mapping[str, str] | None = None,
        vocabulary: Vocabulary | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.vocabulary = vocabulary or read_vocabulary()
        self.ground = Ground(areas, aliases)
        self.gazetteer = Gazetteer(entries, self.ground, self.vocabulary)
        self._calibration = calibration or read_calibration()
        self._similar = SimilarNames(self.gazetteer.names, self.ground.by_name, self.vocabulary)
        self._speller = Speller(count_words([list(self.gazetteer.word_counts.elements())], self.vocabulary.known))
        self._middle = self.ground.to_degrees(*self.ground.middle)
        self._answers: dict[tuple[str, str, str], Answer] = {}

    def find(self, text: str, *, barrio: str = "", stated: str = "") -> Answer:
        """Find an address; `barrio` is what its row says beside it, `stated` the code of the corregimiento it names."""
        key = (text, barrio, stated)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= CACHE:
                self._answers.clear()
            answer = self._answers[key] = self._find(text, barrio, stated if stated in self.ground else "")
        return answer

    def parse(self, text: str) -> Parse:
        """Take an address apart, without finding it."""
        return self._read(text).parse

    def _find(self, text: str, barrio: str, stated: str) -> Answer:
        fix = find_fix(text, self.ground, self._middle)
        if fix is not None:
            return self._answer_fix(text, fix, stated)
        told = self._read(text)
        beside = self._read(barrio)
        if self._says_nothing(told) and self._says_nothing(beside):
            return self._answer_area(StatedArea(stated, False), told, "empty", ())
        mentions = [] if self._says_nothing(told) else self._list_mentions(told)
        area = find_stated(stated, told.words, told.spans, mentions, self.ground)
        mentions = [mention for mention in mentions if not area.covers(mention)]
        if not self._says_nothing(beside):
            mentions += [_as_barrio(mention) for mention in self._list_mentions(beside)]
        chosen = choose(mentions, area.code, self.ground)
        return self._answer(chosen, area, told)

    def _read(self, text: str) -> _Read:
        words, changed = self._speller.correct(split_words(text, self.vocabulary))
        spans = part_streets(parse_words(words, self.vocabulary), words, self.gazetteer.streets, self.vocabulary)
        notes = tuple(("spelling", f"{written} → {read}") for written, read in changed)
        parse = Parse(text=" ".join(words), parts=describe_spans(spans, words), notes=notes)
        return _Read(words, spans, parse, spelled=bool(changed))

    def _says_nothing(self, read: _Read) -> bool:
        """Tell whether every piece of a text is one of those that say nothing."""
        pieces: list[list[str]] = [[]]
        for word in read.words:
            if word == BREAK:
                pieces.append([])
            elif word != SLASH:
                pieces[-1].append(word)
        return all(self._is_empty(piece) for piece in pieces)

    def _is_empty(self, piece: list[str]) -> bool:
        plain = " ".join(word for word in piece if word not in {"de", "del", "la", "el"})
        if plain in self.vocabulary.empty or " ".join(piece) in self.vocabulary.empty:
            return True
        return not any(word.isalpha() and len(set(word)) > 1 for word in piece)

    def _list_mentions(self, read: _Read) -> list[Mention]:
        mentions = Reader(self.gazetteer, self._similar, read.words, read.spans).read()
        for mention in mentions:
            for choice in mention.choices:
                if choice.is_point and not choice.area:
                    choice.area = self.ground.area_of_point(choice.x, choice.y)
        return mentions

    def _answer(self, chosen: Chosen, area: StatedArea, told: _Read) -> Answer:
        candidates = tuple(map(self._describe, chosen.rivals[:MOST_CANDIDATES]))
        choice = chosen.choice
        if choice is None:
            shared = _shared_area(chosen.rivals)
            reason = "area" if area.code else "several" if chosen.rivals else "unknown"
            if shared and not area.code:
                return self._answer_area(StatedArea(shared, False), told, "several", candidates)
            return self._answer_area(area, told, reason, candidates, outside=chosen.outside)
        if not choice.is_point and not area.code and choice.share < LEAST_SHARE:
            listed = (self._describe(choice), *candidates)
            return Answer(
                kind="none", candidates=listed, reason="long_street", flags=("ask_crossing",), parse=told.parse
            )
        return self._answer_choice(choice, chosen, area, told, candidates)

    def _answer_choice(
        self, choice: Choice, chosen: Chosen, area: StatedArea, told: _Read, candidates: tuple[Candidate, ...]
    ) -> Answer:
        code = area.code or choice.area
        evidence = self._weigh(choice, chosen, area, told)
        score = self._calibration.score(evidence)
        if score < LEAST_SCORE and not area.code:
            listed = (replace(self._describe(choice), score=score), *candidates)
            return Answer(kind="none", candidates=listed, reason="unsure", parse=told.parse, evidence=evidence)
        longitude, latitude = self.ground.to_degrees(choice.x, choice.y) if choice.is_point else (nan, nan)
        flags = {
            "ask_crossing": choice.reason == "long_street",
            "several": chosen.by_context,
            "spelling": told.spelled,
            "coarse_place": choice.coarse,
            "area_by_name": area.soft,
            "near_border": choice.is_point and evidence.border < NEAR_BORDER,
        }
        return Answer(
            kind=choice.kind,
            place_ids=tuple(self.gazetteer.entries[p].id for p in choice.positions),
            area=code,
            longitude=longitude,
            latitude=latitude,
            radius=self._calibration.radius(evidence, score) if choice.is_point else evidence.radius,
            score=score,
            candidates=candidates,
            reason=choice.reason,
            flags=tuple(flag for flag, is_so in flags.items() if is_so),
            parse=told.parse,
            evidence=evidence,
        )

    def _weigh(self, choice: Choice, chosen: Chosen, area: StatedArea, told: _Read) -> Evidence:
        code = area.code or choice.area
        border = self.ground.to_border(choice.area, choice.x, choice.y) if choice.is_point and choice.area else 0.0
        radius = choice.radius if choice.is_point else self.ground.radius_of(code)
        said, naming = self._telling_words(told, area), []
        if chosen.mention is not None:
            naming = [i for i in said if chosen.mention.start <= i < chosen.mention.end]
        return Evidence(
            reason=choice.reason,
            zone=self.ground.zone_of(code),
            radius=radius,
            border=border,
            similarity=choice.similarity,
            words=len(naming),
            covered=len(naming) / max(len(said), 1),
            common=self._similar.commonness(told.words[i] for i in naming),
            loose=choice.loose,
            spelled=told.spelled,
            chosen=chosen.by_context,
            agrees=chosen.agrees,
            conflicts=chosen.conflicts,
            stated=bool(area.code) and not area.soft,
            named=area.soft,
        )

    def _telling_words(self, told: _Read, area: StatedArea) -> list[int]:
        """Return the positions of the words of a text that tell a place: no types, no houses, no corregimiento."""
        dumb = {i for span in told.spans if span.role in UNTOLD for i in range(span.start, span.end)}
        return [
            i
            for i, word in enumerate(told.words)
            if i not in dumb
            and not area.start <= i < area.end
            and word not in SMALL_WORDS
            and word not in {BREAK, SLASH}
            and not self.vocabulary.role_of(word)
        ]

    def _answer_area(
        self,
        area: StatedArea,
        told: _Read,
        reason: str,
        candidates: tuple[Candidate, ...],
        *,
        outside: bool = False,
    ) -> Answer:
        """Answer with an area only, or with nothing."""
        flags = ("outside_stated",) if outside else ("area_by_name",) if area.soft else ()
        if not area.code:
            return Answer(kind="none", candidates=candidates, reason=reason, flags=flags, parse=told.parse)
        zone, radius = self.ground.zone_of(area.code), self.ground.radius_of(area.code)
        stated = not area.soft and reason != "several"
        evidence = Evidence(
            reason="area" if reason == "empty" else reason,
            zone=zone,
            radius=radius,
            stated=stated,
            named=area.soft,
            outside=outside,
        )
        return Answer(
            kind="corregimiento",
            area=area.code,
            radius=radius,
            score=self._calibration.score(evidence),
            candidates=candidates,
            reason=reason,
            flags=flags,
            parse=told.parse,
            evidence=evidence,
        )

    def _answer_fix(self, text: str, fix: Fix, stated: str) -> Answer:
        area = self.ground.area_at(fix.longitude, fix.latitude)
        return Answer(
            kind="coordinate",
            area=area,
            longitude=fix.longitude,
            latitude=fix.latitude,
            radius=fix.radius,
            score=COORDINATE_SCORE if stated in {"", area} else 1 - COORDINATE_SCORE,
            reason=fix.reason,
            flags=() if stated in {"", area} else ("outside_stated",),
            parse=Parse(text=text, notes=((fix.reason, fix.written),)),
        )

    def _describe(self, choice: Choice) -> Candidate:
        longitude, latitude = self.ground.to_degrees(choice.x, choice.y) if choice.is_point else (nan, nan)
        return Candidate(
            kind=choice.kind,
            name=choice.name,
            area=choice.area,
            place=self.gazetteer.entries[choice.positions[0]].id if choice.positions else None,
            longitude=longitude,
            latitude=latitude,
            radius=choice.radius,
            score=choice.similarity * choice.share,
        )


def _as_barrio(mention: Mention) -> Mention:
    """Return what the column of barrios names, as an extent: never a point."""
    for choice in mention.choices:
        if choice.kind == "landmark":
            choice.kind, choice.reason = "barrio", choice.reason.replace("landmark", "barrio")
    return mention


def _shared_area(choices: Sequence[Choice]) -> str:
    """Return the area in which all choices lie, '' where they do not or where one of them is vague."""
    codes = {choice.area for choice in choices}
    vague = any(choice.coarse or choice.common or choice.similarity < 1 for choice in choices)
    return codes.pop() if len(codes) == 1 and not vague else ""
