import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.scan_statistic import (
    deal_bernoulli,
    deal_poisson,
    find_clusters,
    gumbel_p,
    largest_by_chance,
    make_scan,
    rank_p,
)
from analysis.scan_windows import Model, Units

HIGH = Model(0.0, 0.0, False, True, False)


def lattice(side=20, cases=400, seed=0):
    x, y = np.meshgrid(np.arange(side, dtype=float), np.arange(side, dtype=float))
    units = Units(x.ravel() * 250, y.ravel() * 250, np.ones(side * side))
    counts = np.random.default_rng(seed).multinomial(cases, np.full(side * side, side**-2.0))
    return units, counts.astype(float)


def uneven(seed):
    """Units of unequal base at unequal distances: hardly two circles have the same ratio."""
    rng = np.random.default_rng(seed)
    units = Units(*rng.uniform(0, 1000, (2, 140)), rng.gamma(2.0, 1.0, 140))
    return units, rng.multinomial(150, units.base / units.base.sum()).astype(float)


def p_of(units, counts, *, seed, maps=99, like=HIGH, share=0.1):
    scan = make_scan(units, counts, [share], like=like)
    chance = largest_by_chance(scan, deal_poisson(scan, np.random.default_rng(seed), maps=maps))[-1, :maps]
    return rank_p(find_clusters(scan, share=share, most=1)[0].ratio, chance)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ny_floor_lonlat_10pct", "ny_floor_xy_50pct", "ny_fractional_xy_50pct"])
def test_leukemia_in_new_york_has_the_clusters_that_are_published(shared, name: str):
    told = json.loads((shared / "reference/scan_poisson_bernoulli.json").read_text())
    data, case = told["header"]["data"], told["cases"][name]
    columns = ("lon", "lat") if case["coordinates"] == "lonlat" else ("x", "y")
    units = Units(*(np.array(data[column], dtype=float) for column in (*columns, "population")))
    scan = make_scan(units, np.array(data[case["case_column"]]), [case["max_share_of_population"]], like=HIGH)
    clusters = find_clusters(scan, share=case["max_share_of_population"], most=3)
    assert_allclose([one.ratio for one in clusters], [one["llr"] for one in case["clusters"]], atol=1e-10)
    assert [sorted(one.members.tolist()) for one in clusters] == [one["members"] for one in case["clusters"]]
    if "mc_p" in case:
        chance = largest_by_chance(scan, deal_poisson(scan, np.random.default_rng(1), maps=999))[-1, :999]
        for one, p in zip(clusters, case["mc_p"]["p"], strict=True):
            assert rank_p(one.ratio, chance) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 999) + 0.002)
    if name == "ny_floor_lonlat_10pct":  # SaTScan's own
        assert [round(one.ratio, 6) for one in clusters[:2]] == [11.577255, 9.019716]


@pytest.mark.shared
def test_cases_and_controls_have_the_clusters_of_the_reference(shared):
    case = json.loads((shared / "reference/scan_poisson_bernoulli.json").read_text())["cases"]["bernoulli_140"]
    units = Units(np.array(case["x"], dtype=float), np.array(case["y"], dtype=float), np.ones(140))
    scan = make_scan(units, np.array(case["case"], dtype=float), [0.5], like=HIGH._replace(bernoulli=True))
    clusters = find_clusters(scan, share=0.5, most=2)
    assert_allclose([one.ratio for one in clusters], [one["llr"] for one in case["clusters"][:2]], atol=1e-10)
    assert [sorted(one.members.tolist()) for one in clusters] == [one["members"] for one in case["clusters"][:2]]


def test_the_next_cluster_is_the_best_that_shares_no_unit():
    units, counts = lattice(cases=300, seed=2)
    scan = make_scan(units, counts, [0.1], like=HIGH)
    first, second, third = find_clusters(scan, share=0.1, most=3)
    members = [set(one.members.tolist()) for one in (first, second, third)]
    assert first.ratio >= second.ratio >= third.ratio
    assert not members[0] & members[1]
    assert not (members[0] | members[1]) & members[2]
    best = 0.0
    for centre in range(400):  # by brute force: the best circle without a unit of the first
        distance = np.hypot(units.x - units.x[centre], units.y - units.y[centre])
        for radius in np.unique(distance):
            inside = distance <= radius * (1 + 1e-12)
            if inside.sum() > 40 or members[0] & set(np.flatnonzero(inside)):
                break
            c, e = counts[inside].sum(), inside.sum() * 300 / 400
            if c > e:
                best = max(best, c * np.log(c / e) + (300 - c) * np.log((300 - c) / (300 - e)))
    assert second.ratio == pytest.approx(best)


def test_a_map_of_chance_has_a_small_p_as_rarely_as_it_says():
    ps = np.array([p_of(*uneven(seed), seed=seed + 1000, share=0.25) for seed in range(300)])
    assert stats.binomtest(int(np.sum(ps <= 0.05)), 300, 0.05).pvalue > 0.01
    assert stats.kstest(ps - 0.005, "uniform").pvalue > 0.01


def test_a_planted_cluster_is_found_where_it_is():
    found = 0
    for seed in range(20):
        units, counts = lattice(20, 400, seed)
        block = (np.abs(units.x - 2500) <= 500) & (np.abs(units.y - 2500) <= 500)
        counts[block] += np.random.default_rng(seed + 50).poisson(2.0, block.sum())
        scan = make_scan(units, counts, [0.1], like=HIGH)
        cluster = find_clusters(scan, share=0.1, most=1)[0]
        found += block[cluster.members].mean() > 0.5 and p_of(units, counts, seed=seed) <= 0.05
    assert found >= 19


def test_nothing_depends_on_the_order_of_the_units_or_on_where_or_how_large_the_map_is():
    units, counts = lattice(15, 200, 7)
    plain = find_clusters(make_scan(units, counts, [0.2], like=HIGH), share=0.2, most=3)
    order = np.random.default_rng(8).permutation(225)
    moved = Units(units.x[order] * 3 + 1e6, units.y[order] * 3 - 1e6, units.base[order] * 7)
    other = find_clusters(make_scan(moved, counts[order], [0.2], like=HIGH), share=0.2, most=3)
    assert_allclose([one.ratio for one in plain], [one.ratio for one in other], atol=1e-9)
    assert other[0].radius == pytest.approx(3 * plain[0].radius)


def test_few_and_many_are_looked_for_on_the_sides_that_are_asked():
    units, counts = lattice(15, 450, 9)
    counts[:40], counts[-30:] = 0, counts[-30:] + 2
    high, low, both = (
        find_clusters(make_scan(units, counts, [0.2], like=HIGH._replace(high=more, low=less)), share=0.2, most=1)[0]
        for more, less in ((True, False), (False, True), (True, True))
    )
    assert both.ratio == max(high.ratio, low.ratio)
    assert counts[low.members].mean() < 2 < counts[high.members].mean()


def test_maps_of_chance_keep_their_totals_and_their_seed():
    units, counts = lattice(10, 130, 1)
    scan = make_scan(units, counts, [0.1], like=HIGH)
    maps = deal_poisson(scan, np.random.default_rng(3), maps=99)
    assert maps.shape == (7, 100, 16)
    assert (maps.sum(axis=1) == 130).all()
    assert (maps == deal_poisson(scan, np.random.default_rng(3), maps=99)).all()
    points = make_scan(Units(units.x, units.y, counts + 2), counts, [0.1], like=HIGH._replace(bernoulli=True))
    labels = deal_bernoulli(points, np.random.default_rng(3), maps=99)
    assert (labels.sum(axis=1) == 130).all()
    assert (labels <= (counts + 2)[None, :, None]).all()


def test_a_wider_circle_never_lowers_the_maximum():
    units, counts = lattice(10, 130, 1)
    scan = make_scan(units, counts, [0.05, 0.1, 0.25, 0.5], like=HIGH)
    maxima = largest_by_chance(scan, deal_poisson(scan, np.random.default_rng(3), maps=99))
    assert (np.diff(maxima, axis=0) >= 0).all()


def test_the_gumbel_p_agrees_with_the_rank_where_the_rank_is_known():
    units, counts = lattice(15, 300, 1)
    scan = make_scan(units, counts, [0.1], like=HIGH)
    maxima = largest_by_chance(scan, deal_poisson(scan, np.random.default_rng(5), maps=4999))[-1, :4999]
    for part in (0.5, 0.2, 0.05, 0.01):
        ratio = float(np.quantile(maxima[999:], 1 - part))
        assert gumbel_p(ratio, maxima[:999]) == pytest.approx(part, rel=0.35)
    assert 0 < gumbel_p(40.0, maxima[:999]) < 1e-6
    assert rank_p(40.0, maxima[:999]) == 0.001
