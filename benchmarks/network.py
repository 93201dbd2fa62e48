"""Density along streets beside a walk in plain Python; prints a markdown table.

python -m benchmarks.network [--incidents 100000] [--streets 100]

A city of square blocks of 95 m, twice as many streets as asked: 19,800 edges by default. The plain walk follows the
same rule, one incident after the other, but only counts the edges it would fill: it integrates nothing.
Its time is that of its first incidents, times their number.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import shapely

from analysis.equal_splits import Split, spread_along
from analysis.street_network import Network, build_network, cut_into_pieces, draw_pieces, snap

BLOCK = 95.0
FIRST = 40  # incidents by which the plain walk is judged


def build_city(streets: int) -> Network:
    far = BLOCK * (streets - 1)
    across = [shapely.LineString([(0, BLOCK * k), (far, BLOCK * k)]) for k in range(streets)]
    up = [shapely.LineString([(BLOCK * k, 0), (BLOCK * k, far)]) for k in range(streets)]
    names = np.array([f"{k}" for k in range(2 * streets)], dtype=object)
    return build_network(np.array(across + up, dtype=object), names, shapely.box(-1, -1, far + 1, far + 1))


def walk_plainly(network: Network, edge: int, offset: float, bandwidth: float, split: Split) -> int:
    """Follow every way of one incident as the rule says; return how many edges were filled."""
    filled, ways = 0, [(2 * edge, network.length[edge] - offset, 1.0), (2 * edge + 1, offset, 1.0)]
    while ways:
        way, far, share = ways.pop()
        if far >= bandwidth:
            continue
        node = network.ends[way // 2, 1 - way % 2]
        leaving = network.leaving[network.first[node] : network.first[node + 1]]
        for onward in leaving:
            n, back = len(leaving), onward == way ^ 1
            if split == "continuous":
                part = share * (2 / n - 1 if back else 2 / n)
            else:
                part = share * (float(n == 1) if back else 1 / max(n - 1, 1))
            if abs(part) > 0:
                filled += 1
                ways.append((int(onward), far + network.length[onward // 2], part))
    return filled


def clock(work) -> tuple[float, object]:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    value = work()
    return time.perf_counter() - begun, value


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--streets", type=int, default=100)
    asked = parser.parse_args()
    seconds, network = clock(lambda: build_city(asked.streets))
    pieces = cut_into_pieces(network, 50.0)
    far = BLOCK * (asked.streets - 1)
    x, y = np.random.default_rng(1).uniform(0, far, (2, asked.incidents))
    shaped, _ = clock(lambda: draw_pieces(network, pieces))
    snapped, at = clock(lambda: snap(x, y, network, 50.0))
    print(f"{len(network.lines):,} edges, {network.length.sum() / 1000:,.0f} km, {asked.incidents:,} incidents")
    print(f"network {seconds:.2f} s, shapes {shaped:.2f} s, incidents brought to a street {snapped:.2f} s\n")
    print("| split | bandwidth (m) | ours (s) | plain walk (s) | times | not followed | mass lost |")
    print("|---|---|---|---|---|---|---|")
    for split in ("discontinuous", "continuous"):
        for bandwidth in (200.0, 300.0) if split == "continuous" else (200.0, 300.0, 500.0):
            spread_along(network, pieces, at.edge[:5], at.offset[:5], bandwidth=bandwidth, split=split)
            ours, found = clock(
                lambda h=bandwidth, rule=split: spread_along(
                    network, pieces, at.edge, at.offset, bandwidth=h, split=rule
                )
            )
            few = range(FIRST if bandwidth < 400 else 2)
            slow, _ = clock(
                lambda h=bandwidth, rule=split, some=few: [
                    walk_plainly(network, int(at.edge[i]), float(at.offset[i]), h, rule) for i in some
                ]
            )
            plain = slow / len(few) * asked.incidents
            lost = 1 - found.mass.sum() / asked.incidents
            cut = f"{100 * found.cut / asked.incidents:.3f} % | {lost:.1e}"
            print(f"| {split} | {bandwidth:g} | {ours:.2f} | {plain:,.0f} | {plain / ours:,.0f} | {cut} |", flush=True)


if __name__ == "__main__":
    main()
