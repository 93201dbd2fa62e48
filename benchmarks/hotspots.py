"""Gi* with exact p beside esda (999 permutations) and pygeoda (999, complete and lookup); prints a markdown table.

    python benchmarks/hotspots.py [--cells 10000 100000 1000000] [--patience 300]

Same counts (negative binomial), same queen neighbours and the cell itself; the weights are built beforehand for all.
Times are the median of the runs (one for the peers), after a small map to compile. A peer that would need more than
the patience (seconds) for a size, by its time on the size before, is not run.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import geopandas as gpd
import numpy as np
import pygeoda
from esda.getisord import G_Local
from libpysal.graph import Graph
from scipy import sparse

from analysis.gi import gi_star_z
from analysis.grids import Floats, Grid, Ints
from analysis.hot_cells import HotspotsParams, find_hot_cells, stabilise
from analysis.neighbours import Neighbourhood, neighbours_by_order
from analysis.permutation import exact_p
from analysis.resampling import bootstrap_share

PERMUTATIONS = 999


@dataclass(frozen=True, kw_only=True, eq=False)
class Map:
    """Counts on a square lattice, with the weights each tool wants."""

    counts: Ints
    scores: Ints
    grid: Grid
    near: Neighbourhood


@dataclass(kw_only=True)
class Peer:
    """A way to compute the same, prepared for a map, and how long it took on the size before."""

    name: str
    prepare: Callable[[Map], Callable[[], object]]
    runs: int = 5
    most: int = 10_000_000  # cells
    seconds: dict[int, float] = field(default_factory=dict)

    def measure(self, city: Map, *, patience: float) -> None:
        """Time it, unless the size before says that it takes too long."""
        n = len(city.counts)
        if n > self.most or any(took * n / size > patience for size, took in self.seconds.items()):
            return
        run = self.prepare(city)
        self.seconds[n] = median(time_once(run) for _ in range(self.runs))


def time_once(run: Callable[[], object]) -> float:
    """Return the seconds one run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def make_map(n: int) -> Map:
    """Make about n cells in a square, with overdispersed counts."""
    side = round(n**0.5)
    counts = np.random.default_rng(n).negative_binomial(0.3, 0.3 / 1.3, side * side)
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=250.0, rows=side, columns=side)
    near = neighbours_by_order(grid, np.arange(side * side))
    return Map(counts=counts, scores=stabilise(counts), grid=grid, near=near)


def ours(city: Map) -> Callable[[], tuple[Floats, tuple[Floats, Floats]]]:
    """Prepare z and both exact tails, sums included."""

    def run() -> tuple[Floats, tuple[Floats, Floats]]:
        sums, sizes = city.near.sums(city.scores) + city.scores, city.near.sizes() + 1
        return gi_star_z(city.scores, sums, sizes), exact_p(city.scores, sums, sizes)

    return run


def ours_whole(city: Map) -> Callable[[], object]:
    """Prepare the whole procedure: z, p, q, 199 shuffles of the map, focos."""
    rng = np.random.default_rng(1)
    return lambda: find_hot_cells(city.counts, city.near, HotspotsParams(), rng)


def ours_resampled(city: Map) -> Callable[[], object]:
    """Prepare the exact test of 99 resamples of the incidents, for the stability of places."""
    return lambda: bootstrap_share(city.counts, city.near, HotspotsParams())


def ours_drawn(city: Map) -> Callable[[], object]:
    """Prepare weights that fall with distance: as many permutations as the correction needs, 99 shuffled maps."""
    params = HotspotsParams(weights="decay", shuffles=99)
    return lambda: find_hot_cells(city.counts, city.near, params, np.random.default_rng(1))


def esda(city: Map) -> Callable[[], object]:
    """Prepare esda with binary weights, one process."""
    indptr, indices = city.near.to_csr()
    n = len(city.counts)
    weights = sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=(n, n))
    graph = Graph.from_sparse(weights).assign_self_weight(1)
    values = city.scores.astype(float)

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return G_Local(values, graph, transform="B", star=None, permutations=PERMUTATIONS, n_jobs=1, seed=1)

    return run


def geoda(method: str) -> Callable[[Map], Callable[[], object]]:
    """Prepare pygeoda's local G*, one thread."""

    def prepare(city: Map) -> Callable[[], object]:
        cells = np.arange(len(city.counts))
        frame = gpd.GeoDataFrame({"score": city.scores.astype(float)}, geometry=city.grid.polygons(cells))
        layer = pygeoda.open(frame)
        weights, values = pygeoda.queen_weights(layer), layer["score"]
        return lambda: pygeoda.local_gstar(
            weights, values, permutations=PERMUTATIONS, permutation_method=method, cpu_threads=1
        )

    return prepare


def table(peers: list[Peer], sizes: list[int]) -> str:
    """Write times, and in brackets how many times slower than ours."""
    rows = ["| | " + " | ".join(f"{n:,} cells" for n in sizes) + " |", "| --- |" + " --- |" * len(sizes)]
    for peer in peers:
        cells = [
            f"{1000 * peer.seconds[n]:,.1f} ms ({peer.seconds[n] / peers[0].seconds[n]:,.1f}x)"
            if n in peer.seconds
            else "no run"
            for n in sizes
        ]
        rows.append(f"| {peer.name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> None:
    """Measure every tool on every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    peers = [
        Peer(name="**z + exact p**", prepare=ours),
        Peer(name="whole procedure with 199 map shuffles", prepare=ours_whole, runs=3),
        Peer(name="stability of places, 99 resamples", prepare=ours_resampled, runs=3),
        Peer(name="Monte Carlo, 20 permutations a cell", prepare=ours_drawn, runs=1, most=100_000),
        Peer(name="esda G_Local, 999 permutations, n_jobs=1", prepare=esda, runs=1),
        Peer(name="pygeoda local_gstar, 999, lookup table", prepare=geoda("lookup-table"), runs=1),
        Peer(name="pygeoda local_gstar, 999, complete", prepare=geoda("complete"), runs=1),
    ]
    parser.add_argument("--patience", type=float, default=300.0)
    options = parser.parse_args()
    maps = [make_map(n) for n in sorted(options.cells)]
    small = make_map(400)
    for peer in peers:
        peer.prepare(small)()
        for city in maps:
            peer.measure(city, patience=options.patience)
    print(table(peers, [len(city.counts) for city in maps]))


if __name__ == "__main__":
    main()
