"""Tests of a whole map, told together: value, what chance would give, z, analytic and permutation p, correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.autocorrelation import Moments, geary, general_g, moran
from analysis.deals import dealt_p, fewest_deals, observe_and_deal, require_deals
from analysis.joins import JOINS, TURNS, join_moments, joins_from_sums
from analysis.multiple_testing import adjust, passes
from analysis.result import finite
from analysis.sides import sided_p

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

ALIKE: Final = "tends_alike"
UNLIKE: Final = "tends_unlike"
NEITHER: Final = "tends_neither"
UNKNOWN: Final = "tends_unknown"


class Tested(Protocol):
    """Options that say how a whole map is tested."""

    @property
    def permutations(self) -> int:
        """Dealt maps."""

    @property
    def sides(self) -> str:
        """``two``, ``positive`` (like beside like) or ``negative``."""

    @property
    def correction(self) -> str:
        """``bh``, ``by`` or ``none``, over the tests told together."""

    @property
    def level(self) -> float:
        """Level at which a test is said to tell something."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MapTest:
    """One test of a map.

    Attributes
    ----------
    turn
        1 where a high value says that like lies beside like, -1 where a low one does.
    dealt
        The statistic on dealt maps (runs,).
    """

    measure: str
    moments: Moments
    observed: float
    dealt: Floats
    turn: float = 1.0


def try_values(values: Floats, weights: Any, rng: np.random.Generator, *, runs: int) -> list[MapTest]:
    """Test Moran's I, Geary's C and the General G of one variable on the same dealt maps.

    Raises
    ------
    NoVariationError
        All values are equal.
    NotEnoughDataError
        Fewer than four units, nobody has a neighbour, or a value is negative.
    """
    x = np.asarray(values, dtype=np.float64)
    told = {"moran": moran(x, weights), "geary": geary(x, weights), "general_g": general_g(x, weights)}
    z, mean, total = x - x.mean(), float(x.mean()), float(weights.sum())
    observed, dealt = observe_and_deal(z, weights, rng, runs=runs)
    square, pairs = float(z @ z), float(x.sum() ** 2 - x @ x)

    def measure(sums: Floats) -> dict[str, Floats]:
        products = sums[..., 0] + mean * sums[..., 1] + mean**2 * total
        return {
            "moran": len(x) / (total * square) * sums[..., 0],
            "geary": (len(x) - 1) / (2 * total * square) * (sums[..., 2] - 2 * sums[..., 0]),
            "general_g": products / pairs,
        }

    now, then = measure(observed), measure(dealt)
    turns = {"moran": 1.0, "geary": -1.0, "general_g": 1.0}
    return [
        MapTest(measure=name, moments=told[name], observed=float(now[name]), dealt=then[name], turn=turn)
        for name, turn in turns.items()
    ]


def try_moran(measure: str, values: Floats, weights: Any, rng: np.random.Generator, *, runs: int) -> MapTest:
    """Test Moran's I alone."""
    z = np.asarray(values, dtype=np.float64) - np.mean(values)
    told = moran(z, weights)
    observed, dealt = observe_and_deal(z, weights, rng, runs=runs)
    unit = len(z) / (float(weights.sum()) * float(z @ z))
    return MapTest(measure=measure, moments=told, observed=float(observed[0]) * unit, dealt=dealt[:, 0] * unit)


def try_joins(marked: Booleans, weights: Any, rng: np.random.Generator, *, runs: int) -> list[MapTest]:
    """Test the three join counts on the same dealt maps."""
    told = join_moments(marked, weights)
    observed, dealt = observe_and_deal(np.asarray(marked, dtype=np.float64), weights, rng, runs=runs)
    total = float(weights.sum())
    now, then = joins_from_sums(observed, total), joins_from_sums(dealt, total)
    return [
        MapTest(measure=name, moments=told[name], observed=float(now[k]), dealt=then[:, k], turn=TURNS[name])
        for k, name in enumerate(JOINS)
    ]


def require_enough(params: Tested, tests: int) -> None:
    """Raise ParameterError where so few dealt maps could not let one of the tests pass the correction."""
    require_deals(
        params.permutations,
        fewest_deals(tests, level=params.level, sides=params.sides, method=params.correction),
    )


def tabulate_tests(tests: Sequence[MapTest], missing: Sequence[str], params: Tested) -> pd.DataFrame:
    """Return one row per test; those that have no answer (``missing``) are told as unknown and take no part in q."""
    rows = [_row(test, params) for test in tests]
    q = adjust(np.array([row["p"] for row in rows], dtype=np.float64), method=params.correction)
    for row, test, one in zip(rows, tests, q, strict=True):
        above = test.turn * (test.moments.value - test.moments.expected) > 0
        told = (ALIKE if above else UNLIKE) if bool(passes(np.asarray(one), params.level)) else NEITHER
        row |= {"q": float(one), "tells": told}
    blank = dict.fromkeys(("value", "expected", "variance", "z", "p_analytic", "p", "q"), np.nan)
    rows += [{"measure": name, **blank, "tells": UNKNOWN} for name in missing]
    return pd.DataFrame(rows)


def tell_tests(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of `tabulate_tests` as plain facts."""
    return [
        {str(key): value if isinstance(value, str) else finite(value) for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def tabulate_deals(test: MapTest, *, bins: int = 40) -> pd.DataFrame:
    """Return how the statistic is spread over dealt maps: ``value`` and the share of the ``maps`` near it.

    The values reach as far as that of the map itself, so that both can be drawn together.
    """
    ends = np.append(test.dealt, test.observed)
    counts, edges = np.histogram(test.dealt, bins=bins, range=(float(ends.min()), float(ends.max())))
    return pd.DataFrame({"value": (edges[1:] + edges[:-1]) / 2, "maps": counts / max(1, len(test.dealt))})


def _row(test: MapTest, params: Tested) -> dict[str, Any]:
    moments = test.moments
    along = test.turn * (moments.value - moments.expected) / moments.variance**0.5 if np.isfinite(moments.z) else np.nan
    upper, lower = np.asarray(stats.norm.sf(along)), np.asarray(stats.norm.cdf(along))
    return {
        "measure": test.measure,
        "value": moments.value,
        "expected": moments.expected,
        "variance": moments.variance,
        "z": moments.z,
        "p_analytic": float(sided_p(upper, lower, sides=params.sides)),
        "p": dealt_p(test.observed, test.dealt, sides=params.sides, turn=test.turn),
    }
