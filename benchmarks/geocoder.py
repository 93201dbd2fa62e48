"""How well the geocoder finds addresses: by source held out, by kind of answer, calibration, review, speed.

    python -m benchmarks.geocoder [--seed 1] [--fit]

Every address is written from an entry of one source and asked of a gazetteer without that source. Half of the entries
tune (words, rules, numbers of the calibration), the other half is reported. `--fit` makes
`layers/geocoding/calibracion.toml` of the tuning half. Without the shared data it says so and stops.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.addresses.fit import fit
from benchmarks.addresses.grammar import print_grammar
from benchmarks.addresses.labelled import SHARED, SOURCES, Labelled, SetMaker, load_entries, load_ground
from benchmarks.addresses.review import simulate
from geo_observatorio.geocoding.answers import Answer, Candidate
from geo_observatorio.geocoding.gazetteer import Entry
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.resources import data_dir

WRITINGS = 3  # times that the tuning half is written for a fit


@dataclass(frozen=True)
class Outcome:
    """An address, its answer, whether the corregimiento is right, and how far the point is off (metres; NaN: none)."""

    asked: Labelled
    answer: Answer
    right: bool
    error: float
    far: float  # the same for the first candidate of an unsure answer

    @property
    def first(self) -> str:
        """The corregimiento of the answer, of an unsure one that of its first candidate."""
        unsure = self.answer.reason == "unsure" and not self.answer.area
        return self.answer.candidates[0].area if unsure else self.answer.area


class Bench:
    """The geocoders of the folds, each without one source."""

    def __init__(self, calibration=None) -> None:
        self.ground, self.areas = load_ground()
        self.entries = load_entries(self.ground)
        self.calibration = calibration

    def write(self, seed: int) -> list[Labelled]:
        return SetMaker(self.entries, self.ground, self.areas, seed).make()

    def without(self, source: str, *, more: Sequence[Entry] = ()) -> Geocoder:
        kept = [entry for entry in self.entries if entry.source != source]
        return self.make([*kept, *more])

    def make(self, entries: Sequence[Entry]) -> Geocoder:
        return Geocoder(entries, self.areas, aliases=self.ground.by_name, calibration=self.calibration)

    def judge(self, asked: Labelled, answer: Answer) -> Outcome:
        unsure = answer.reason == "unsure" and not answer.area
        error = self.measure(asked, answer)
        far = self.measure(asked, answer.candidates[0]) if unsure else error
        return Outcome(asked, answer, answer.area == asked.area, error, far)

    def measure(self, asked: Labelled, found: Answer | Candidate) -> float:
        x, y = self.ground.to_metres(np.array([found.longitude]), np.array([found.latitude]))
        return float(np.hypot(x[0] - asked.x, y[0] - asked.y))

    def run(self, labelled: Sequence[Labelled]) -> list[Outcome]:
        outcomes = []
        for source in SOURCES:
            geocoder = self.without(source)
            for asked in (one for one in labelled if one.source == source):
                outcomes.append(self.judge(asked, geocoder.find(asked.text, stated=asked.stated)))
        return outcomes


def table(title: str, outcomes: Sequence[Outcome], group: Callable[[Outcome], str]) -> None:
    """Print a markdown table of outcomes by some grouping, and all."""
    print(f"\n### {title}\n")
    print("| | addresses | placed | right of placed | points | median m | 80 % m | beyond 3 km | in radius | brier |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    groups = sorted({group(one) for one in outcomes})
    for name in [*groups, "all"]:
        row([one for one in outcomes if name == "all" or group(one) == name], name)


def row(outcomes: Sequence[Outcome], name: str) -> None:
    placed = [one for one in outcomes if one.answer.area]
    error = np.array([one.error for one in placed if one.error == one.error])
    inside = [one.error <= one.answer.radius for one in placed if one.error == one.error]
    brier = np.mean([(one.answer.score - one.right) ** 2 for one in placed]) if placed else np.nan
    right = np.mean([one.right for one in placed]) if placed else np.nan
    middle, most = np.percentile(error, [50, 80]) if len(error) else (np.nan, np.nan)
    far = np.mean(error > 3000) if len(error) else np.nan
    held = np.mean(inside) if inside else np.nan
    print(
        f"| {name} | {len(outcomes)} | {len(placed) / len(outcomes):.0%} | {right:.1%} | {len(error)} | {middle:.0f} |"
        f" {most:.0f} | {far:.1%} | {held:.0%} | {brier:.3f} |"
    )


def calibration_error(outcomes: Sequence[Outcome], bins: int = 10) -> float:
    """Return the expected calibration error: bins of equal number, mean gap of score and share that is right."""
    placed = sorted((one for one in outcomes if one.answer.area), key=lambda one: one.answer.score)
    parts = [part for part in np.array_split(np.array(placed, dtype=object), bins) if len(part)]
    gaps = [
        abs(np.mean([o.answer.score for o in part]) - np.mean([o.right for o in part])) * len(part) for part in parts
    ]
    return float(sum(gaps) / max(len(placed), 1))


def print_calibration(outcomes: Sequence[Outcome]) -> None:
    """Print, by kind and by zone, the mean score beside the share that is right."""
    placed = [one for one in outcomes if one.answer.area and one.answer.evidence]
    print("\n### Calibration\n\n| | answers | mean score | right | calibration error |\n|---|---|---|---|---|")
    for name, group in [*_groups(placed, "reason"), *_groups(placed, "zone")]:
        score, right = np.mean([o.answer.score for o in group]), np.mean([o.right for o in group])
        error = calibration_error(group, bins=max(1, min(10, len(group) // 30)))
        print(f"| {name} | {len(group)} | {score:.1%} | {right:.1%} | {error:.3f} |")


def _groups(outcomes: Sequence[Outcome], by: str) -> list[tuple[str, list[Outcome]]]:
    names = sorted({getattr(one.answer.evidence, by) for one in outcomes})
    return [(name, [one for one in outcomes if getattr(one.answer.evidence, by) == name]) for name in names]


def accepted(outcomes: Sequence[Outcome], precision: float = 0.9) -> float:
    """Return the largest share of addresses that can be taken by score with that precision."""
    order = sorted((one for one in outcomes if one.answer.area), key=lambda one: -one.answer.score)
    right = np.cumsum([one.right for one in order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return (int(good[-1]) + 1) / len(outcomes) if len(good) else 0.0


def print_reviews(bench: Bench, labelled: Sequence[Labelled], seed: int) -> None:
    """Print what reviews teach, for several draws of which places are frequent."""
    print("\n### Reviews: share of incidents in the right corregimiento\n")
    print("| reviews | same texts: before | after | other texts of the same places: before | after |")
    print("|---|---|---|---|---|")
    for reviews in (50, 200):
        draws = np.mean([simulate(bench, labelled, reviews, seed + draw) for draw in range(5)], axis=0)
        print(f"| {reviews} | " + " | ".join(f"{share:.1%}" for share in draws) + " |")


def print_speed(bench: Bench, labelled: Sequence[Labelled]) -> None:
    """Print addresses a second, of texts never seen and of texts seen before."""
    start = time.perf_counter()
    geocoder = bench.make(bench.entries)
    made = time.perf_counter() - start
    speeds = []
    for _ in range(2):
        start = time.perf_counter()
        for one in labelled:
            geocoder.find(one.text, stated=one.stated)
        speeds.append(len(labelled) / (time.perf_counter() - start))
    print(
        f"\n{len(bench.entries)} entries read in {made:.2f} s; addresses/s: new {speeds[0]:.0f}, seen {speeds[1]:.0f}"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--tune", action="store_true", help="report the tuning half")
    parser.add_argument("--show", type=int, default=0, help="print that many wrong answers (tuning half only)")
    options = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print(f"The benchmark needs the shared data at {SHARED}.", file=sys.stderr)
        return 1
    bench = Bench()
    if options.fit:
        tuning = [one for draw in range(WRITINGS) for one in bench.write(options.seed + draw) if one.tune]
        numbers = fit(bench.run(tuning))
        (data_dir("layers") / "geocoding" / "calibracion.toml").write_text(numbers, encoding="utf-8")
        return 0
    half = options.tune or options.show > 0
    labelled = [one for one in bench.write(options.seed) if one.tune == half]
    outcomes = bench.run(labelled)
    print(f"{len(labelled)} addresses; entries: {dict(Counter(e.source for e in bench.entries))}")
    table("By source held out", outcomes, lambda one: one.asked.source)
    table("By style", outcomes, lambda one: one.asked.style)
    table("By reason", outcomes, lambda one: one.answer.reason)
    table("By what the row states", outcomes, lambda one: "stated" if one.asked.stated else "not stated")
    print_calibration(outcomes)
    print(f"\ncalibration error {calibration_error(outcomes):.3f}; acceptable at 90 %: {accepted(outcomes):.0%}")
    print_grammar()
    print_reviews(bench, labelled, options.seed)
    print_speed(bench, labelled)
    for one in [o for o in outcomes if not o.right or o.error > 1500][: options.show]:
        print(
            one.asked.text, "|", one.asked.source, one.asked.stated, "|", one.answer.kind, one.answer.reason, one.error
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
