"""Local Moran with exact p beside esda (999 permutations) and pygeoda (999); prints a markdown table.

    python -m benchmarks.local_moran [--cells 10000 100000 1000000] [--patience 300]

Same scores (stabilised negative binomial counts), same queen neighbours; the weights are built beforehand for all.
Times are the median of the runs (one for the peers), after a small map to compile. Before the table, our I is held
against esda's: exit status 1 where they differ by more than 1e-9, or where the exact p is not 40 times faster than
esda's 999 permutations at 100,000 cells.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pygeoda
from esda import Moran_Local
from libpysal.graph import Graph
from scipy import sparse

from analysis.local_geary import LocalGearyParams, find_gaps
from analysis.local_moran import LocalMoranParams, find_alike
from benchmarks.hotspots import PERMUTATIONS, Map, Peer, make_map, table

ASKED, RATIO = 100_000, 40.0


def ours(city: Map, *, counts: bool = False) -> Callable[[], object]:
    """Prepare I, its conditional z, exact p, q and classes."""
    values = city.counts if counts else city.scores
    return lambda: find_alike(values, city.near, LocalMoranParams())


def geary(city: Map) -> Callable[[], object]:
    """Prepare local Geary with exact p."""
    return lambda: find_gaps(city.scores, city.near, LocalGearyParams())


def esda(city: Map) -> Callable[[], Any]:
    """Prepare esda, row-standardised, one process."""
    indptr, indices = city.near.to_csr()
    n = len(city.counts)
    graph = Graph.from_sparse(sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=(n, n)))
    values = city.scores.astype(float)

    def run() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Moran_Local(values, graph, transformation="r", permutations=PERMUTATIONS, n_jobs=1, seed=1)

    return run


def geoda(city: Map) -> Callable[[], object]:
    """Prepare pygeoda with its lookup table, one thread."""
    cells = np.arange(len(city.counts))
    layer = pygeoda.open(gpd.GeoDataFrame({"score": city.scores.astype(float)}, geometry=city.grid.polygons(cells)))
    weights, values = pygeoda.queen_weights(layer), layer["score"]
    return lambda: pygeoda.local_moran(
        weights, values, permutations=PERMUTATIONS, permutation_method="lookup-table", cpu_threads=1
    )


def largest_difference(city: Map) -> float:
    """Return how far our I lies from esda's at most."""
    found = find_alike(city.scores, city.near, LocalMoranParams())
    return float(np.abs(found.moran - esda(city)().Is).max())


def main() -> int:
    """Measure every tool on every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--patience", type=float, default=300.0)
    options = parser.parse_args()
    peers = [
        Peer(name="**local Moran, z + exact p + BH**", prepare=ours),
        Peer(name="the same on raw counts", prepare=lambda city: ours(city, counts=True), runs=3),
        Peer(name="local Geary, exact p + BH", prepare=geary, runs=3),
        Peer(name="esda Moran_Local, 999 permutations, n_jobs=1", prepare=esda, runs=1),
        Peer(name="pygeoda local_moran, 999, lookup table", prepare=geoda, runs=1),
    ]
    small = make_map(400)
    difference = largest_difference(small)
    print(f"largest difference of I from esda on {len(small.counts)} cells: {difference:.1e}\n")
    maps = [make_map(n) for n in sorted(options.cells)]
    for peer in peers:
        peer.prepare(small)()
        for city in maps:
            peer.measure(city, patience=options.patience)
    print(table(peers, [len(city.counts) for city in maps]))
    slow = any(peers[3].seconds[n] < RATIO * peers[0].seconds[n] for n in peers[3].seconds if 0.9 < n / ASKED < 1.1)
    return int(difference > 1e-9 or slow)


if __name__ == "__main__":
    sys.exit(main())
