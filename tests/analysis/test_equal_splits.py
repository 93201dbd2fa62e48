"""Kernels on small networks against the rule written out, one way after the other."""

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from scipy.integrate import quad

from analysis.equal_splits import half_mass, spread_along
from analysis.street_network import build_network, cut_into_pieces, snap

EVERYWHERE = shapely.box(-1e5, -1e5, 1e5, 1e5)
SPLITS = ("discontinuous", "continuous")


def network_of(*lines):
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    return build_network(shapes, np.full(len(lines), "", dtype=object), EVERYWHERE)


T = network_of([(-500, 0), (0, 0)], [(0, 0), (0, 500)], [(0, 0), (0, -500)])
CROSS = network_of([(-500, 0), (500, 0)], [(0, -500), (0, 500)])
GRID = network_of(*([(0, 70 * k), (350, 70 * k)] for k in range(6)), *([(70 * k, 0), (70 * k, 350)] for k in range(6)))
LOOP = network_of([(0, 0), (100, 0)], [(100, 0), (160, 40), (160, -40), (100, 0)])
NETWORKS = {"T": T, "crossing": CROSS, "grid": GRID, "loop": LOOP}


def kernel(x, h):
    return 15 / (16 * h) * (1 - (x / h) ** 2) ** 2 if abs(x) < h else 0.0


def spread(network, x, y, *, bandwidth, split, longest=10.0):
    pieces = cut_into_pieces(network, longest)
    at = snap(np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(y, dtype=float)), network, 1.0)
    found = spread_along(network, pieces, at.edge, at.offset, bandwidth=bandwidth, split=split)
    middles = [
        shapely.line_interpolate_point(network.lines[e], (k + 0.5) * pieces.width[e])
        for e in range(len(network.lines))
        for k in range(pieces.first[e + 1] - pieces.first[e])
    ]
    return found, found.mass / pieces.width[pieces.edge], shapely.get_coordinates(middles)


def slow(network, edge, offset, to, at, *, bandwidth, split):
    """The value at a place, by walking every way there is, as Okabe, Satoh and Sugihara write it."""

    def walk(way, done, share):
        e = way // 2
        total = 0.0
        if e == to:
            total += share * kernel(done + (at if way % 2 == 0 else network.length[e] - at), bandwidth)
        done += network.length[e]
        return total + (spread_on(network.ends[e, 1 - way % 2], way, done, share) if done < bandwidth else 0.0)

    def spread_on(node, way, done, share):
        leaving = [2 * e + s for e, ends in enumerate(network.ends) for s in (0, 1) if ends[s] == node]
        n, total = len(leaving), 0.0
        for onward in leaving:
            if n == 1:
                part = 1.0
            elif split == "continuous":
                part = 2 / n - 1 if onward == way ^ 1 else 2 / n
            else:
                part = 0.0 if onward == way ^ 1 else 1 / (n - 1)
            total += walk(onward, done, share * part) if part else 0.0
        return total

    value = kernel(at - offset, bandwidth) if to == edge else 0.0
    for side, ahead in ((0, network.length[edge] - offset), (1, offset)):
        if ahead < bandwidth:
            value += spread_on(network.ends[edge, 1 - side], 2 * edge + side, ahead, 1.0)
    return value


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_piece_holds_the_integral_of_the_rule_written_out(name, split):
    network = NETWORKS[name]
    rng = np.random.default_rng(1)
    pieces = cut_into_pieces(network, 60.0)
    edge = rng.integers(0, len(network.lines), 3)
    offset = rng.uniform(0, network.length[edge])
    got = spread_along(network, pieces, edge, offset, bandwidth=170.0, split=split).mass
    for piece in rng.choice(pieces.first[-1], 6, replace=False):
        to, width = pieces.edge[piece], pieces.width[pieces.edge[piece]]
        low = (piece - pieces.first[to]) * width
        total = 0.0
        for one, t in zip(edge, offset, strict=True):
            where = {"to": to, "bandwidth": 170.0, "split": split}
            total += quad(lambda s: slow(network, one, t, at=s, **where), low, low + width, limit=80)[0]  # noqa: B023
        assert got[piece] == pytest.approx(total, abs=2e-6)


def test_a_t_junction_on_paper():
    x, h = 40.0, 100.0  # forty metres before the junction
    for split, ahead, back in (("discontinuous", 1 / 2, 0.0), ("continuous", 2 / 3, -1 / 3)):
        _, density, at = spread(T, -x, 0.0, bandwidth=h, split=split, longest=0.5)
        beyond = (at[:, 0] == 0) & (at[:, 1] > 0)
        gap = x + at[beyond, 1]
        assert_allclose(density[beyond], [ahead * kernel(d, h) for d in gap], atol=1e-5)
        near = (at[:, 1] == 0) & (at[:, 0] > -30)
        expected = [kernel(a + x, h) + back * kernel(x - a, h) for a in at[near, 0]]
        assert_allclose(density[near], expected, atol=1e-5)


def test_a_crossing_on_paper():
    for split, ahead in (("discontinuous", 1 / 3), ("continuous", 1 / 2)):
        _, density, at = spread(CROSS, -20.0, 0.0, bandwidth=100.0, split=split, longest=0.5)
        north = (at[:, 0] == 0) & (at[:, 1] > 0)
        assert_allclose(density[north], [ahead * kernel(20 + d, 100.0) for d in at[north, 1]], atol=1e-5)


def test_on_a_cycle_a_kernel_meets_itself():
    ring = network_of([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    for split in SPLITS:
        found, density, at = spread(ring, 50.0, 0.0, bandwidth=250.0, split=split, longest=1.0)
        across = np.abs(at - [50.0, 100.0]).sum(axis=1).argmin()  # 200 m away, both ways round
        gap = 199.5
        assert density[across] == pytest.approx(kernel(gap, 250) + kernel(400 - gap, 250), abs=1e-6)
        assert found.mass.sum() == pytest.approx(1.0, abs=1e-9)


def test_the_continuous_kernel_does_not_jump_at_a_crossing_and_the_other_does():
    jumps = {}
    for split in SPLITS:
        _, density, at = spread(CROSS, -20.0, 0.0, bandwidth=100.0, split=split, longest=0.25)
        around = density[np.hypot(*at.T) < 0.2]
        jumps[split] = around.max() - around.min()
    assert jumps["continuous"] < 1e-4
    assert jumps["discontinuous"] > 0.005


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", NETWORKS)
def test_mass_is_kept_at_crossings_dead_ends_and_loops(name, split):
    network = NETWORKS[name]
    rng = np.random.default_rng(2)
    edge = rng.integers(0, len(network.lines), 40)
    pieces = cut_into_pieces(network, 25.0)
    found = spread_along(network, pieces, edge, rng.uniform(0, network.length[edge]), bandwidth=160.0, split=split)
    assert found.cut == 0.0
    assert found.mass.sum() == pytest.approx(40.0, abs=1e-9)
    assert found.mass.min() >= -1e-12


def test_where_every_place_is_alike_the_mean_is_alike_which_the_simple_kernel_gets_wrong():
    rng = np.random.default_rng(3)
    edge = rng.choice(len(GRID.lines), 20_000, p=GRID.length / GRID.length.sum())
    offset = rng.uniform(0, GRID.length[edge])
    pieces = cut_into_pieces(GRID, 35.0)
    for split in SPLITS:
        mass = spread_along(GRID, pieces, edge, offset, bandwidth=100.0, split=split).mass
        assert_allclose(mass / mass.mean(), 1.0, atol=0.15)
    simple = sum(kernel(x, 100.0) for x in range(-99, 100))  # a street, and the street that crosses it
    assert simple == pytest.approx(1.0, abs=0.01)
    assert 2 * simple > 1.9  # so near a crossing an incident counts for almost two


def test_ways_too_thin_to_follow_are_told():
    fan = [[(0, 0), (np.cos(a) * 10, np.sin(a) * 10)] for a in np.linspace(0, 6, 40)]
    star = network_of(*fan, *([[(p[1][0], p[1][1]), (p[1][0] * 2, p[1][1] * 2 + 0.1)] for p in fan]))
    edge, offset = np.zeros(1, dtype=np.int64), np.array([5.0])
    found = spread_along(star, cut_into_pieces(star, 5.0), edge, offset, bandwidth=500.0, split="discontinuous")
    assert found.cut > 0.01
    assert found.mass.sum() + found.cut == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("split", SPLITS)
def test_nothing_depends_on_the_order_of_incidents_or_the_way_a_street_was_drawn(split):
    x, y = np.array([30.0, 140.0, 215.0]), np.array([70.0, 33.0, 0.0])
    streets = [list(line.coords) for line in shapely.get_parts(shapely.line_merge(shapely.union_all(GRID.lines)))]
    told = []
    for lines, order in ((streets, [0, 1, 2]), ([line[::-1] for line in streets[::-1]], [2, 0, 1])):
        _, density, at = spread(network_of(*lines), x[order], y[order], bandwidth=150.0, split=split)
        told.append(density[np.lexsort(np.round(at, 3).T)])
    assert_allclose(*told, atol=1e-12)


@pytest.mark.parametrize("distance", [0.0, 30.0, 100.0, 250.0])
def test_the_integral_of_the_kernel_is_its_integral(distance):
    assert half_mass(distance, 100.0) == pytest.approx(quad(lambda x: kernel(x, 100.0), 0, distance)[0], abs=1e-6)
