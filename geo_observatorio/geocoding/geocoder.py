"""Find addresses as people write them: a place with a stated certainty, or candidates and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import Final

import geopandas as gpd

from geo_observatorio.geocoding.answers import Answer, Candidate, Parse
from geo_observatorio.geocoding.calibration import Calibration, read_calibration
from geo_observatorio.geocoding.choices import Choice, Mention
from geo_observatorio.geocoding.choosing import Chosen, choose
from geo_observatorio.geocoding.embedded import Fix, find_fix
from geo_observatorio.geocoding.evidence import Evidence
from geo_observatorio.geocoding.gazetteer import Entry, Gazetteer
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.mentions import Reader
from geo_observatorio.geocoding.reading import ReadText, TextReader
from geo_observatorio.geocoding.similarity import SimilarNames
from geo_observatorio.geocoding.stated import StatedArea, find_stated
from geo_observatorio.geocoding.vocabulary import Vocabulary, read_vocabulary

MOST_CANDIDATES: Final = 8
NEAR_BORDER: Final = 200.0  # metres
CACHE: Final = 20_000  # texts that are remembered; then it starts afresh
LEAST_SHARE: Final = 0.6  # of a long street within one area, to answer with that area
LEAST_TRUST: Final = 0.8  # less is no answer but a candidate: keeps errors beyond 3 km below 4 %
COORDINATE_SCORE: Final = 0.9


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
        self._texts = TextReader(self.gazetteer)
        self._nothing = self._texts.read("")
        self._middle = self.ground.to_degrees(*self.ground.middle)
        self._answers: dict[tuple[str, str, str], Answer] = {}

    def find(self, text: str, *, barrio: str = "", stated: str = "") -> Answer:
        """Find an address; `barrio` is what its row says beside it, `stated` the code of the corregimiento it names."""
        key = (text, barrio, stated)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= CACHE:
                self._forget()
            answer = self._answers[key] = self._find(text, barrio, stated if stated in self.ground else "")
        return answer

    def _forget(self) -> None:
        """Start afresh: memory has a bound, however many texts a file has."""
        self._answers.clear()
        self._similar.forget()
        self._texts.forget()

    def _find(self, text: str, barrio: str, stated: str) -> Answer:
        fix = find_fix(text, self.ground, self._middle)
        if fix is not None:
            return self._answer_fix(text, fix, stated)
        told = self._texts.read(text)
        beside = self._texts.read(barrio) if barrio else self._nothing
        if told.says_nothing and beside.says_nothing:
            return self._answer_area(StatedArea(stated, False), told, "empty", ())
        mentions = [] if told.says_nothing else self._list_mentions(told)
        area = find_stated(stated, told.words, told.spans, mentions, self.ground)
        mentions = [mention for mention in mentions if not area.covers(mention)]
        if not beside.says_nothing:
            mentions += [_as_barrio(mention) for mention in self._list_mentions(beside)]
        chosen = choose(mentions, area, self.ground)
        return self._answer(chosen, area, told)

    def _list_mentions(self, read: ReadText) -> list[Mention]:
        mentions = Reader(self.gazetteer, self._similar, read.words, read.spans).read()
        for mention in mentions:
            for choice in mention.choices:
                if choice.is_point and not choice.area:
                    middle = self.ground.area_of_point(choice.x, choice.y)
                    choice.area = middle or self.gazetteer.areas[choice.positions[0]]
        return mentions

    def _answer(self, chosen: Chosen, area: StatedArea, told: ReadText) -> Answer:
        candidates = tuple(map(self._describe, chosen.rivals[:MOST_CANDIDATES]))
        choice = chosen.choice
        if choice is None:
            reason = "area" if area.code else "several" if chosen.rivals else "unknown"
            return self._answer_area(area, told, reason, candidates, outside=chosen.outside)
        if not choice.is_point and not area.code and choice.share <= LEAST_SHARE:
            listed = (self._describe(choice), *candidates)
            return Answer(
                kind="none", candidates=listed, reason="long_street", flags=("ask_crossing",), parse=told.parse
            )
        return self._answer_choice(choice, chosen, area, told, candidates)

    def _answer_choice(
        self, choice: Choice, chosen: Chosen, area: StatedArea, told: ReadText, candidates: tuple[Candidate, ...]
    ) -> Answer:
        code = self._code_of(choice, area)
        evidence = self._weigh(choice, chosen, area, told)
        score = self._calibration.score(evidence)
        doubtful = choice.reason != "reviewed" and self._calibration.trust(evidence) < LEAST_TRUST
        if choice.is_point and doubtful:
            return self._answer_unsure(choice, candidates, area, told, evidence)
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
            radius=self._calibration.radius(evidence) if choice.is_point else evidence.radius,
            score=score,
            candidates=candidates,
            reason=choice.reason,
            flags=tuple(flag for flag, is_so in flags.items() if is_so),
            parse=told.parse,
            evidence=evidence,
        )

    def _code_of(self, choice: Choice, area: StatedArea) -> str:
        """Return the area of an answer: the stated one, unless only a name tells it and the choice lies beyond it."""
        beyond = area.soft and choice.is_point and not self.ground.holds(area.code, choice.x, choice.y)
        return choice.area if beyond else area.code or choice.area

    def _answer_unsure(
        self, choice: Choice, candidates: tuple[Candidate, ...], area: StatedArea, told: ReadText, evidence: Evidence
    ) -> Answer:
        """Answer with the area that is stated, or nothing, and what was found as the first candidate."""
        first = replace(self._describe(choice), score=self._calibration.trust(evidence))
        answer = self._answer_area(area, told, "unsure", (first, *candidates)[:MOST_CANDIDATES])
        return answer if area.code else replace(answer, evidence=evidence)

    def _weigh(self, choice: Choice, chosen: Chosen, area: StatedArea, told: ReadText) -> Evidence:
        code = self._code_of(choice, area)
        border = self.ground.to_border(choice.area, choice.x, choice.y) if choice.is_point and choice.area else 0.0
        radius = choice.radius if choice.is_point else self.ground.radius_of(code)
        naming, covered = self._find_naming(chosen, choice, area, told)
        return Evidence(
            reason=choice.reason,
            zone=self.ground.zone_of(code),
            radius=radius,
            border=border,
            similarity=choice.similarity,
            words=len(naming),
            covered=covered,
            common=self._similar.commonness(naming),
            loose=choice.loose,
            partial=choice.partial,
            confirmed=choice.confirmed,
            housed=told.tells_house,
            related=bool(chosen.mention and chosen.mention.relation),
            elsewhere=choice.elsewhere,
            spelled=told.spelled,
            chosen=chosen.by_context,
            agrees=chosen.agrees,
            conflicts=chosen.conflicts,
            stated=bool(area.code) and not area.soft,
            named=area.soft and code == area.code,
            outside=area.soft and code != area.code,
        )

    def _find_naming(self, chosen: Chosen, choice: Choice, area: StatedArea, told: ReadText) -> tuple[list[str], float]:
        """Return the telling words that name a choice, and which share of all that the text says names anything."""
        mention = chosen.mention
        if mention is None or mention.beside:
            name = self._texts.read(choice.name)
            return [name.words[i] for i in name.telling], 1.0
        said = [i for i in told.telling if not area.start <= i < area.end]
        naming = [told.words[i] for i in said if mention.start <= i < mention.end]
        return naming, sum(i in chosen.explained for i in said) / max(len(said), 1)

    def _answer_area(
        self,
        area: StatedArea,
        told: ReadText,
        reason: str,
        candidates: tuple[Candidate, ...],
        *,
        outside: bool = False,
    ) -> Answer:
        """Answer with an area only, or with nothing."""
        flags = ("outside_stated",) if outside else ("area_by_name",) if area.soft else ()
        if not area.code:
            return Answer(kind="none", candidates=candidates, reason=reason, flags=flags, parse=told.parse)
        radius = self.ground.radius_of(area.code)
        evidence = Evidence(
            reason="area",
            zone=self.ground.zone_of(area.code),
            radius=radius,
            stated=not area.soft,
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
    mention.beside = True
    for choice in mention.choices:
        if choice.kind == "landmark":
            choice.kind, choice.reason = "barrio", choice.reason.replace("landmark", "barrio")
    return mention
