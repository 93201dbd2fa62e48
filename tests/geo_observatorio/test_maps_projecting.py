from __future__ import annotations

import numpy as np
import pytest
from pyproj import Transformer

from geo_observatorio.maps.projecting import DEGREES, MERCATOR, fit_projection, transform_bounds

CITIES = {
    "Panama": (32617, (620_000.0, 960_000.0, 760_000.0, 1_060_000.0)),
    "Mexico City": (32614, (460_000.0, 2_100_000.0, 520_000.0, 2_180_000.0)),
}


@pytest.mark.parametrize("city", CITIES)
def test_a_polynomial_stands_for_the_projection_to_the_centimetre(city: str) -> None:
    srid, bounds = CITIES[city]
    mercator = transform_bounds(srid, MERCATOR, bounds)
    rng = np.random.default_rng(0)
    x, y = rng.uniform(mercator[0], mercator[2], 5000), rng.uniform(mercator[1], mercator[3], 5000)
    ours = fit_projection(MERCATOR, srid, mercator)(x, y)
    exact = Transformer.from_crs(MERCATOR, srid, always_xy=True).transform(x, y)
    np.testing.assert_allclose(ours, exact, atol=0.01)


def test_the_way_back_lands_where_it_started() -> None:
    srid, bounds = CITIES["Panama"]
    there, back = fit_projection(srid, DEGREES, bounds), Transformer.from_crs(DEGREES, srid, always_xy=True)
    x, y = np.array([650_000.0, 700_000.0]), np.array([990_000.0, 1_000_000.0])
    np.testing.assert_allclose(back.transform(*there(x, y)), (x, y), atol=0.01)


def test_a_lattice_is_the_same_as_its_points_one_by_one() -> None:
    srid, bounds = CITIES["Panama"]
    fit = fit_projection(srid, DEGREES, bounds)
    x, y = np.linspace(bounds[0], bounds[2], 7), np.linspace(bounds[1], bounds[3], 5)
    one_by_one = fit(*np.meshgrid(x, y))
    np.testing.assert_allclose(fit.on_lattice(x, y), one_by_one, rtol=1e-12)
