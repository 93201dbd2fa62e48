"""Find addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import sqrt

import geopandas as gpd
import numpy as np
import shapely

from geo_observatorio.geocoding.answers import Answer, Candidate, Parse
from geo_observatorio.geocoding.gazetteer import Entry
from geo_observatorio.names import plain_text


class Geocoder:
    """Places of one municipality by the words of addresses.

    Parameters
    ----------
    entries
        What has a name.
    areas
        The corregimientos in metres: ``code``, ``name``, geometry.
    """

    def __init__(self, entries: Sequence[Entry], areas: gpd.GeoDataFrame) -> None:
        self._areas = areas.set_index("code")
        points = gpd.GeoSeries.from_xy([e.longitude for e in entries], [e.latitude for e in entries], crs=4326)
        self._area_of = dict(zip([e.id for e in entries], self._locate(points.to_crs(areas.crs)), strict=True))
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for name in {plain_text(entry.name), *map(plain_text, entry.aliases)}:
                self._by_name[name].append(entry)
        self._answers: dict[tuple[str, str, str], Answer] = {}

    def find(self, text: str, *, barrio: str = "", stated: str = "") -> Answer:
        """Find an address; `barrio` is what its row says beside it, `stated` the code of the corregimiento it names."""
        key = (plain_text(text), plain_text(barrio), stated)
        if key not in self._answers:
            self._answers[key] = self._find(key[0] or key[1], stated)
        return self._answers[key]

    def _find(self, plain: str, stated: str) -> Answer:
        parse = Parse(text=plain)
        found = [e for e in self._by_name.get(plain, []) if not stated or self._area_of[e.id] == stated]
        if len(found) == 1:
            one = self._describe(found[0])
            return Answer(
                kind=one.kind,
                place_ids=(found[0].id,),
                area=one.area,
                longitude=one.longitude,
                latitude=one.latitude,
                radius=one.radius,
                score=one.score,
                reason="landmark",
                parse=parse,
            )
        candidates = tuple(map(self._describe, found))
        if not stated:
            return Answer(kind="none", candidates=candidates, reason="several" if found else "unknown", parse=parse)
        radius = sqrt(self._areas.geometry[stated].area / np.pi)
        return Answer(kind="corregimiento", area=stated, radius=radius, score=0.9, reason="area", parse=parse)

    def _describe(self, entry: Entry) -> Candidate:
        return Candidate(
            kind="landmark",
            name=entry.name,
            area=self._area_of[entry.id],
            place=entry.id,
            longitude=entry.longitude,
            latitude=entry.latitude,
            radius=entry.radius,
            score=0.8,
        )

    def _locate(self, points: gpd.GeoSeries) -> list[str]:
        tree = shapely.STRtree(self._areas.geometry.to_numpy())
        point, area = tree.query(points.to_numpy(), predicate="intersects")
        codes = np.full(len(points), "", dtype=object)
        codes[point] = self._areas.index.to_numpy()[area]
        return list(codes)
