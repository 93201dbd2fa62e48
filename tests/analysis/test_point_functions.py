import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.point_functions import (
    besag_l,
    clark_evans,
    cross_k,
    empty_f,
    kaplan_meier,
    nearest_g,
    nearest_other,
    open_study,
    ripley_k,
)
from analysis.random_points import even_ground
from analysis.region_edges import index_edges

COAST = shapely.union_all([shapely.Point(x, 0).buffer(900) for x in (0, 900, 2200)]).difference(
    shapely.box(-300, -300, 100, 200)
)


def load(shared, name):
    case = json.loads((shared / "reference/k_l_g_f_cross.json").read_text())["cases"][name]
    window = case.get("window", {"xrange": [0, 1], "yrange": [0, 1]})
    region = shapely.box(window["xrange"][0], window["yrange"][0], window["xrange"][1], window["yrange"][1])
    return case, np.array(case["points"]["x"]), np.array(case["points"]["y"]), region


def at_each(distances, region, measure, **options):
    return [measure(open_study(region, step=r, steps=1, **options))[0] for r in distances]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["redwood", "cells"])
@pytest.mark.parametrize(("edge", "column"), [("translation", "trans"), ("isotropic", "iso"), ("border", "border")])
def test_k_agrees_with_the_reference(shared, name, edge, column):
    case, x, y, region = load(shared, name)
    got = at_each(case["K"]["r"][::2], region, lambda study: ripley_k(x, y, study, edge))
    assert_allclose(got, case["K"][column][::2], atol=1e-8)
    if edge == "isotropic":
        assert_allclose(besag_l(np.array(got)), case["L"]["iso"][::2], atol=1e-8)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["redwood", "cells"])
def test_g_f_and_clark_evans_agree_with_the_reference(shared, name):
    case, x, y, region = load(shared, name)
    nearest, border = nearest_other(x, y), index_edges(region).distance(x, y)
    g = at_each(case["G"]["r"], region, lambda study: nearest_g(nearest, border, study))
    assert_allclose(g, case["G"]["km_exact_times"], atol=1e-12)
    f = at_each(case["F"]["r"][::3], region, lambda study: empty_f(x, y, study), tested=256)
    assert_allclose(f, case["F"]["km"][::3], atol=2.5e-3)  # the other program rounds distances to its bins
    assert clark_evans(nearest, region.area) == pytest.approx(case["clark_evans"][0], abs=1e-12)


@pytest.mark.shared
@pytest.mark.parametrize(("first", "other"), [("on", "off"), ("off", "on")])
@pytest.mark.parametrize(("edge", "column"), [("isotropic", "iso"), ("border", "border_direct")])
def test_cross_k_agrees_with_the_reference(shared, first, other, edge, column):
    case, x, y, region = load(shared, "amacrine")
    mark = np.array(case["points"]["m"])
    sides = [(x[mark == kind], y[mark == kind]) for kind in (first, other)]
    expected = case[f"Kcross_{first}_{other}"]
    got = at_each(expected["r"][::2], region, lambda study: cross_k(*sides, study, edge))
    assert_allclose(got, expected[column][::2], atol=1e-8)


@pytest.mark.parametrize("edge", ["translation", "isotropic", "border"])
def test_points_at_random_have_the_k_of_chance_on_a_coast_with_a_hole(edge):
    ground, rng = even_ground(COAST), np.random.default_rng(1)
    study = open_study(COAST, step=50.0, steps=6)
    found = [ripley_k(*ground.draw(120, rng), study, edge) for _ in range(60)]
    error = np.std(found, axis=0) / np.sqrt(60)
    assert (np.abs(np.mean(found, axis=0) - np.pi * study.distances**2) < 4 * error).all()


def test_without_a_correction_the_same_points_would_seem_too_far_apart():
    ground, rng = even_ground(COAST), np.random.default_rng(1)
    study = open_study(COAST, step=300.0, steps=1)
    gaps = []
    for _ in range(20):
        x, y = ground.draw(120, rng)
        near = np.hypot(x[:, None] - x, y[:, None] - y) <= 300.0
        gaps.append(COAST.area * (near.sum() - 120) / (120 * 119))
    assert np.mean(gaps) < 0.87 * np.pi * study.distances[0] ** 2


def test_k_survives_thinning():
    rng = np.random.default_rng(2)
    centres = rng.uniform(0, 5000, (60, 2))[rng.integers(0, 60, 3000)]
    x, y = np.clip(centres + rng.normal(0, 100, (3000, 2)), 0, 5000).T
    study = open_study(shapely.box(0, 0, 5000, 5000), step=100.0, steps=5)
    whole = ripley_k(x, y, study)
    thinned = [ripley_k(x[keep], y[keep], study) for keep in (rng.random(3000) < 0.3 for _ in range(10))]
    assert_allclose(np.mean(thinned, axis=0), whole, rtol=0.03)


def test_moving_turning_and_scaling_everything_changes_nothing_but_the_unit():
    x, y = even_ground(COAST).draw(200, np.random.default_rng(3))
    plain = ripley_k(x, y, open_study(COAST, step=50.0, steps=4), "isotropic")
    moved = shapely.transform(COAST, lambda xy: 2 * xy[:, ::-1] * (1, -1) + 7e5)
    turned = ripley_k(2 * y + 7e5, -2 * x + 7e5, open_study(moved, step=100.0, steps=4), "isotropic")
    assert_allclose(turned, 4 * plain, rtol=1e-6)


def test_a_curve_of_survivors_on_paper():
    times, cut = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 1.5, 5.0, 5.0])
    got = kaplan_meier(times, cut, np.array([0.5, 1.0, 2.9, 3.0, 9.0]))
    assert_allclose(got, [0, 1 / 4, 1 / 4, 1 - 3 / 4 / 2, 1.0])  # the second was cut at 1.5, two are left at 3


def test_the_border_leaves_nothing_to_look_from_far_away():
    study = open_study(shapely.box(0, 0, 100, 100), step=30.0, steps=2)
    k = ripley_k(np.array([50.0, 60.0]), np.array([50.0, 50.0]), study, "border")
    assert np.isfinite(k[0])
    assert np.isnan(k[1])
