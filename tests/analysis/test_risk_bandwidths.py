from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.risk_bandwidths import cross_validate_ratio, oversmooth, ratio_error


def scatter(n: int, seed: int, at: tuple[float, float] = (2000.0, 1200.0), wide: float = 1500.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(at, wide, (n, 2))


@pytest.mark.shared
def test_oversmoothing_is_that_of_the_reference(shared: Path) -> None:
    cases = json.loads((shared / "reference/bandwidths.json").read_text())["cases"]
    for name in ("redwood", "longleaf", "nztrees"):
        case = cases[name]
        x, y = (np.array(case["points"][axis], dtype=float) for axis in ("x", "y"))
        assert_allclose(oversmooth(x, y), case["sparr"]["OS"], rtol=1e-10)


def test_oversmoothing_uses_both_coordinates_and_refuses_one_place() -> None:
    x, y = scatter(100, 1).T
    assert_allclose(oversmooth(x, 20 * y), oversmooth(20 * y, x), rtol=1e-12)
    assert oversmooth(x, 20 * y) > 5 * oversmooth(x, y)
    with pytest.raises(NoVariationError):
        oversmooth(np.ones(5), np.ones(5))
    with pytest.raises(NotEnoughDataError):
        oversmooth(np.ones(1), np.ones(1))


def test_the_criterion_by_the_lattice_is_that_by_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    cases, controls = scatter(200, 20), scatter(300, 21)
    exact = ratio_error(cases, controls, 400.0)
    monkeypatch.setattr("analysis.risk_bandwidths.FEW_PAIRS", 0)
    assert_allclose(ratio_error(cases, controls, 400.0), exact, rtol=1e-3)


def test_cross_validation_takes_a_narrower_bandwidth_where_the_pattern_is_finer() -> None:
    controls = scatter(800, 22, wide=2500.0)
    fine = np.vstack([scatter(200, 23, at=(1000 + 1500 * k, 1000), wide=150.0) for k in range(3)])
    narrow = cross_validate_ratio(fine, controls, low=50.0, high=3000.0)
    wide = cross_validate_ratio(scatter(600, 24, wide=2500.0), controls, low=50.0, high=3000.0)
    assert narrow.sigma < 300 < wide.sigma


def test_the_criterion_of_four_points_on_paper() -> None:
    # sigma 1: K(d) = exp(-d² / 2) / 2 pi. Cases at 0 and 1, controls at 0 and 1, all on one line.
    xy = np.array([[0.0, 0.0], [1.0, 0.0]])
    far = np.exp(-0.5) / (2 * np.pi)
    f = (1 / (2 * np.pi) + far) / 2
    assert_allclose(ratio_error(xy, xy, 1.0), f**2 / far - 2 * far, rtol=1e-12)
