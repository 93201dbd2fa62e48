"""Error rates and power of the relative risk: how often it finds what is not there, and a place that was planted.

python -m benchmarks.risk_errors [--maps 300] [--power]
"""

from __future__ import annotations

import argparse

import numpy as np
import shapely

from analysis.relative_risk import RelativeRiskParams, relative_risk
from analysis.scene import Scene, points_at

CITY = shapely.box(0, 0, 10_000, 8_000).difference(shapely.box(4_000, 3_000, 6_000, 4_000))
CENTRES = np.array([(2_000, 2_000), (7_500, 6_000), (8_000, 1_500), (3_000, 6_500)])
FOUND = 0.05
PLACE = (5_000.0, 6_000.0)  # between the centres
NEAR = 600.0


def draw(n: int, rng: np.random.Generator, *, clustered: bool) -> np.ndarray:
    """Draw points in the city, evenly or around four centres."""
    xy = rng.uniform((0, 0), (10_000, 8_000), (3 * n + 100, 2))
    if clustered:
        xy = CENTRES[rng.integers(0, 4, 6 * n + 100)] + rng.normal(0, 900, (6 * n + 100, 2))
    return xy[shapely.contains_xy(CITY, *xy.T)][:n]


def scene_of(xy: np.ndarray) -> Scene:
    """Make a scene of bare points."""
    return Scene(crs=32617, points=points_at(*xy.T), months=12.0, window=CITY, mask=CITY)


def measure(n: tuple[int, int], *, clustered: bool, tolerance: str, maps: int) -> dict[str, float]:
    """Return the mean share of the area inside the contours, and how often the whole-map test finds something."""
    params = RelativeRiskParams(relabellings=99, tolerance=tolerance, bandwidth=700.0)
    rows = []
    for number in range(maps):
        rng = np.random.default_rng(number)
        sides = [scene_of(draw(size, rng, clustered=clustered)) for size in n]
        facts = relative_risk(*sides, params).reading
        rows.append((facts["up_share"], facts["down_share"], float(facts["p_global"] <= FOUND)))
    up, down, whole = np.mean(rows, axis=0)
    return {"more": up, "less": down, "whole": whole}


def find_planted(extra: int, *, bandwidth: float | None, maps: int) -> dict[str, float]:
    """Plant more incidents in one place of the later of two like periods; return how often it is found, and where.

    ``found``: the whole-map test; ``there``: its strongest cell within 600 m of the place.
    """
    params = RelativeRiskParams(relabellings=99, bandwidth=bandwidth)
    rows = []
    for number in range(maps):
        rng = np.random.default_rng(10_000 + number)
        before, after = (draw(1_000, rng, clustered=True) for _ in range(2))
        planted = rng.normal(PLACE, 200, (extra, 2))
        facts = relative_risk(scene_of(before), scene_of(np.vstack([after, planted])), params).reading
        spot = facts["up"]
        near = spot is not None and np.hypot(spot["x"] - PLACE[0], spot["y"] - PLACE[1]) < NEAR
        rows.append((float(facts["p_global"] <= FOUND), float(near)))
    found, there = np.mean(rows, axis=0)
    return {"found": found, "there": there}


def print_power(maps: int) -> None:
    """Print how often a planted place is found, by its size and the bandwidth."""
    print("| plantados entre 1,000 | σ | p global ≤ 0.05 | y en su lugar |")
    print("| --- | --- | --- | --- |")
    for extra in (10, 20, 40, 80):
        for bandwidth in (300.0, 700.0, None):
            found = find_planted(extra, bandwidth=bandwidth, maps=maps)
            name = "por omisión" if bandwidth is None else f"{bandwidth:.0f} m"
            print(f"| {extra} | {name} | {100 * found['found']:.0f} % | {100 * found['there']:.0f} % |", flush=True)


def main() -> None:
    """Print a table for the handbook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=300)
    parser.add_argument("--power", action="store_true", help="plant a place and count how often it is found")
    asked = parser.parse_args()
    maps = asked.maps
    if asked.power:
        print_power(maps)
        return
    print("| reparto | antes / después | p | dentro de 0.05, más | dentro de 0.05, menos | p global ≤ 0.05 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for clustered in (False, True):
        for n in ((400, 400), (1_000, 200)):
            for tolerance in ("monte_carlo", "asymptotic"):
                found = measure(n, clustered=clustered, tolerance=tolerance, maps=maps)
                name = "agrupado" if clustered else "parejo"
                shares = " | ".join(f"{100 * value:.1f} %" for value in found.values())
                print(f"| {name} | {n[0]} / {n[1]} | {tolerance} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
