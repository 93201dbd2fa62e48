"""Kernels along a network that share themselves out at every node: equal-split discontinuous and continuous.

Okabe, Satoh & Sugihara (2009), International Journal of Geographical Information Science 23:7-32. A piece gets the
integral of the kernel over it, not a value at its middle: so the mass of an incident is one to the last digit. The
kernel is the quartic along a line, 15 / (16 h) (1 - (x/h)²)².
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.street_network import Network, Pieces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Split = Literal["discontinuous", "continuous"]

LEAST: Final = {"discontinuous": 1e-3, "continuous": 0.02}  # share of a kernel below which a way is not followed
MOST_NODES: Final = 60  # along one way
WORKERS: Final = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """What the kernels of all incidents come to.

    Attributes
    ----------
    mass
        Incidents on each piece.
    cut
        Incidents, or parts of them, on ways that were not followed to their end.
    """

    mass: Floats
    cut: float


def spread_along(
    network: Network, pieces: Pieces, edge: Ints, offset: Floats, *, bandwidth: float, split: Split
) -> Spread:
    """Spread incidents, each at an offset from the start of its edge (metres), over the pieces of the network.

    At a dead end the kernel turns back.
    """
    spots, counts = np.unique(np.column_stack([edge, offset]), axis=0, return_counts=True)
    edge, offset = spots[:, 0].astype(np.int64), np.ascontiguousarray(spots[:, 1])
    times = counts.astype(np.float64)
    used, first = np.unique(edge, return_index=True)
    first = np.append(first, len(edge)).astype(np.int64)
    graph = (network.length, network.ends, network.first, network.leaving)
    cells = (pieces.first, pieces.width)
    rule = (bandwidth, LEAST[split], split == "continuous")

    def work(part: slice) -> tuple[Floats, float]:
        bounds = first[part.start : part.stop + 1]
        mass = np.zeros(pieces.first[-1])
        cut = _spread(mass, used[part], (bounds, offset, times), graph, cells, rule)
        return mass, cut

    middle = int(np.searchsorted(first, len(edge) / 2))
    with ThreadPoolExecutor(WORKERS) as pool:
        (mass, cut), (more, more_cut) = pool.map(work, [slice(0, middle), slice(middle, len(used))])
    return Spread(mass=mass + more, cut=cut + more_cut)


@numba.njit(cache=True, nogil=True)
def half_mass(distance: float, bandwidth: float) -> float:
    """Return the integral of the kernel from 0 to a distance; one half from the bandwidth on."""
    u = min(distance / bandwidth, 1.0)
    return 0.9375 * (u - u**3 * 2 / 3 + u**5 / 5)


@numba.njit(cache=True, nogil=True)
def _spread(
    mass: Floats,
    used: Ints,
    events: tuple[Ints, Floats, Floats],
    graph: tuple[Floats, Ints, Ints, Ints],
    cells: tuple[Ints, Floats],
    rule: tuple[float, float, bool],
) -> float:
    first, offset, times = events
    length, bandwidth, cut = graph[0], rule[0], 0.0
    for i in range(len(used)):
        edge = used[i]
        here, often = offset[first[i] : first[i + 1]], times[first[i] : first[i + 1]]
        _fill_own(mass[cells[0][edge] : cells[0][edge + 1]], (here, often), cells[1][edge], bandwidth)
        onwards = (length[edge] - here[::-1], often[::-1])  # ascending, as the others
        cut += _walk(mass, 2 * edge, onwards, graph, cells, rule)
        cut += _walk(mass, 2 * edge + 1, (here, often), graph, cells, rule)
    return cut


@numba.njit(cache=True, nogil=True)
def _fill_own(mass: Floats, spots: tuple[Floats, Floats], width: float, bandwidth: float) -> None:
    """Add what incidents leave on the pieces of their own edge."""
    for k in range(len(mass)):
        for t, times in zip(*spots):  # noqa: B905  # not known to numba
            low, high = k * width - t, (k + 1) * width - t
            part = np.sign(high) * half_mass(abs(high), bandwidth) - np.sign(low) * half_mass(abs(low), bandwidth)
            mass[k] += times * part


@numba.njit(cache=True, nogil=True)
def _walk(
    mass: Floats,
    source: int,
    spots: tuple[Floats, Floats],
    graph: tuple[Floats, Ints, Ints, Ints],
    cells: tuple[Ints, Floats],
    rule: tuple[float, float, bool],
) -> float:
    """Follow all ways from the head of a direction; incidents lie at ascending distances from it, so many in each."""
    length, ends, first, leaving = graph
    bandwidth, least, continuous = rule
    ahead = spots[0]
    if ahead[0] >= bandwidth:
        return 0.0
    cut = 0.0
    ways, far, weight, nodes = np.empty(64, np.int64), np.empty(64), np.empty(64), np.empty(64, np.int64)
    ways[0], far[0], weight[0], nodes[0], waiting = source, -length[source // 2], 1.0, 0, 1
    while waiting:
        waiting -= 1
        way, start, share, passed = ways[waiting], far[waiting], weight[waiting], nodes[waiting]
        if passed:
            _fill(mass, way, (start, share), spots, cells, bandwidth)
        end = start + length[way // 2]
        if ahead[0] + end >= bandwidth:
            continue
        node = ends[way // 2, 1 - way % 2]
        degree = first[node + 1] - first[node]
        if waiting + degree > len(ways):
            ways, far = np.append(ways, np.empty_like(ways)), np.append(far, np.empty_like(far))
            weight, nodes = np.append(weight, np.empty_like(weight)), np.append(nodes, np.empty_like(nodes))
        for k in range(first[node], first[node + 1]):
            onward = leaving[k]
            part = _share(degree, onward == way ^ 1, continuous) * share
            if part == 0.0:
                continue
            if abs(part) < least or passed >= MOST_NODES:
                cut += abs(part) * _left_over(spots, end, bandwidth)
                continue
            ways[waiting], far[waiting], weight[waiting], nodes[waiting] = onward, end, part, passed + 1
            waiting += 1
    return cut


@numba.njit(cache=True, nogil=True)
def _share(degree: int, back: bool, continuous: bool) -> float:
    """Return what part of a kernel that reaches a node goes on along one direction, or back where it came from."""
    if degree == 1:
        return 1.0  # a dead end: all of it turns back
    if continuous:
        return 2 / degree - 1 if back else 2 / degree
    return 0.0 if back else 1 / (degree - 1)


@numba.njit(cache=True, nogil=True)
def _fill(
    mass: Floats,
    way: int,
    begun: tuple[float, float],
    spots: tuple[Floats, Floats],
    cells: tuple[Ints, Floats],
    bandwidth: float,
) -> None:
    """Add what reaches the pieces of an edge that begins at a distance beyond the head of the source, with a share."""
    (start, share), edge = begun, way // 2
    low, high, width = cells[0][edge], cells[0][edge + 1], cells[1][edge]
    for k in range(high - low):
        near, total = start + k * width, 0.0
        if spots[0][0] + near >= bandwidth:
            break
        for t, times in zip(*spots):  # noqa: B905  # not known to numba
            if t + near >= bandwidth:
                break
            total += times * (half_mass(t + near + width, bandwidth) - half_mass(t + near, bandwidth))
        mass[low + k if way % 2 == 0 else high - 1 - k] += share * total


@numba.njit(cache=True, nogil=True)
def _left_over(spots: tuple[Floats, Floats], end: float, bandwidth: float) -> float:
    """Return how much of the kernels lies beyond a distance."""
    total = 0.0
    for t, times in zip(*spots):  # noqa: B905  # not known to numba
        if t + end >= bandwidth:
            break
        total += times * (0.5 - half_mass(t + end, bandwidth))
    return total
