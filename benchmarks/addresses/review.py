"""What reviews teach: the most frequent doubtful texts are decided first, and other incidents of the same places asked.

Incidents fall on the entries by Zipf's law. Each has a text of its own way; those of one half are seen by the reviewer,
those of the other half are only asked, before and after. A decision places the reviewed text where it truly is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from benchmarks.addresses.labelled import SOURCES, Labelled
from geo_observatorio.geocoding.gazetteer import REVIEWED, Entry
from geo_observatorio.geocoding.geocoder import Geocoder

WEAK = 0.6  # below this score a text waits for a person


def simulate(bench, labelled: Sequence[Labelled], reviews: int, seed: int):
    """Return the share of incidents in the right corregimiento before and after: same texts, other texts."""
    rng = np.random.default_rng(seed)
    weight = _frequencies(labelled, rng)
    seen = [one for i, one in enumerate(labelled) if i % 2 == 0]
    others = [one for i, one in enumerate(labelled) if i % 2 == 1]
    before = {source: bench.without(source) for source in SOURCES}
    learned = _review(bench, seen, before, weight, reviews)
    after = {source: bench.without(source, more=learned[source]) for source in SOURCES}
    return [share(texts, coders, weight) for texts in (seen, others) for coders in (before, after)]


def share(labelled: Sequence[Labelled], coders: dict[str, Geocoder], weight: dict[str, float]) -> float:
    """Return the share of incidents that are placed in the right corregimiento."""
    right = total = 0.0
    for one in labelled:
        answer = coders[one.source].find(one.text, stated=one.stated)
        total += weight[_thing(one)]
        right += weight[_thing(one)] * (answer.area == one.area)
    return right / total


def _frequencies(labelled: Sequence[Labelled], rng: np.random.Generator) -> dict[str, float]:
    things = sorted({_thing(one) for one in labelled})
    return dict(zip(rng.permutation(things).tolist(), 1.0 / np.arange(1, len(things) + 1), strict=True))


def _review(bench, seen, coders, weight, reviews):
    """Decide the texts with most incidents of which only the corregimiento is known, or little is sure."""
    waiting = []
    for one in seen:
        answer = coders[one.source].find(one.text, stated=one.stated)
        if answer.kind in {"none", "corregimiento"} or answer.score < WEAK:
            waiting.append(one)
    waiting.sort(key=lambda one: -weight[_thing(one)])
    learned: dict[str, list[Entry]] = defaultdict(list)
    for number, one in enumerate(waiting[:reviews]):
        longitude, latitude = bench.ground.to_degrees(one.x, one.y)
        learned[one.source].append(
            Entry(
                id=-number - 1, name=one.text, kind=REVIEWED, longitude=longitude, latitude=latitude, source="revision"
            )
        )
    return learned


def _thing(one: Labelled) -> str:
    return f"{one.source}/{one.entry}"
