import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.concentration import ConcentrationParams, concentration, deal_incidents, resample_cells
from analysis.errors import NotEnoughDataError
from analysis.lorenz import generalised_gini
from analysis.scene import Scene, points_at

SIZE = 250.0


def scene_of(counts):
    """Return a square city whose cells hold so many incidents, row by row from the south."""
    counts = np.asarray(counts)
    side = int(np.sqrt(len(counts)))
    ground = shapely.box(0, 0, side * SIZE, side * SIZE)
    cell = np.repeat(np.arange(len(counts)), counts)
    points = points_at((cell % side + 0.5) * SIZE, (cell // side + 0.5) * SIZE)
    return Scene(crs=32617, points=points, months=12, window=ground, mask=ground)


def ask(counts, **options):
    return concentration(scene_of(counts), ConcentrationParams(resamples=199, **options))


def test_a_case_small_enough_to_do_on_paper():
    counts = [10, 8, 2] + [0] * 13
    result = ask(counts)
    assert result.table["class"].tolist().count("core") == 1
    shares = result.tables["shares"].set_index("share")
    assert shares["cells"].tolist() == [1, 1, 2, 2, 3]
    assert shares.loc[0.5, "area_share"] == pytest.approx(1 / 16)
    assert result.table["cumulative"].max() == 1.0
    assert result.reading["generalised_gini"] == pytest.approx(generalised_gini(np.array(counts)))


def test_the_cells_drawn_hold_at_least_the_share_and_one_less_would_not():
    counts = np.random.default_rng(1).negative_binomial(0.3, 0.1, 400)
    for share in (0.25, 0.5, 0.75, 0.9):
        table = ask(counts, share=share).table
        core = table[table["class"] == "core"]
        assert core["count"].sum() >= share * counts.sum()
        assert core["count"].sum() - core["count"].min() < share * counts.sum()


def test_incidents_dealt_by_chance_are_as_concentrated_as_chance():
    rng = np.random.default_rng(2)
    below = 0
    for _ in range(60):
        counts = np.bincount(rng.integers(0, 400, 300), minlength=400)
        reading = ask(counts, seed=int(rng.integers(1e6))).reading
        assert reading["area_share"] == pytest.approx(reading["chance_area_share"], abs=0.05)
        below += reading["p"] <= 0.05
    assert below <= 8  # P(more than 8 of 60 at 5 %) < 0.004, less for counts


def test_a_clustered_city_is_told_from_chance():
    counts = np.zeros(400, dtype=int)
    counts[:20] = 15
    reading = ask(counts).reading
    assert reading["p"] == pytest.approx(1 / 200)
    assert reading["area_share"] == pytest.approx(10 / 400)
    assert reading["area_share"] < reading["chance_area_share"] / 4


def test_the_interval_holds_the_truth_of_the_city_that_the_cells_come_from():
    rng = np.random.default_rng(3)
    true = generalised_gini(rng.negative_binomial(0.5, 0.1, 200_000))
    held = []
    for _ in range(60):
        reading = ask(rng.negative_binomial(0.5, 0.1, 400), seed=int(rng.integers(1e6))).reading
        held.append(reading["generalised_low"] <= true <= reading["generalised_high"])
    assert np.mean(held) >= 0.85


def test_nothing_depends_on_the_order_of_the_incidents_or_on_where_the_map_lies():
    counts = np.random.default_rng(4).poisson(1.0, 100)
    result, turned = ask(counts), ask(counts[::-1])
    assert_allclose(result.tables["shares"], turned.tables["shares"])


def test_the_curve_begins_at_nothing_and_ends_with_everything():
    curve = ask(np.random.default_rng(5).poisson(1.0, 100)).tables["lorenz"]
    assert curve.iloc[0].tolist() == [0.0, 0.0, 0.0]
    assert curve.iloc[-1].tolist() == [1.0, 1.0, 1.0]
    assert curve["incident_share"].is_monotonic_increasing


def test_resampled_and_dealt_maps_have_the_cells_and_the_incidents_they_should():
    counts = np.random.default_rng(6).poisson(0.5, 100)
    resampled = resample_cells(counts, np.random.default_rng(0), runs=20)
    dealt = deal_incidents(counts, np.random.default_rng(0), runs=20)
    assert (resampled.copies.sum(axis=1) == 100).all()
    assert (dealt.copies.sum(axis=1) == 100).all()
    assert (dealt.copies @ dealt.values == counts.sum()).all()


def test_an_empty_study_area_is_refused():
    scene = scene_of([1, 0, 0, 0])
    scene.points.x[:] = -9999.0
    with pytest.raises(NotEnoughDataError):
        concentration(scene, ConcentrationParams())
