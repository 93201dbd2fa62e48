"""Error rates of the relative risk under chance: how often contours and the whole-map test find what is not there.

python -m benchmarks.risk_errors [--maps 300]
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


def main() -> None:
    """Print a table for the handbook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=300)
    maps = parser.parse_args().maps
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
