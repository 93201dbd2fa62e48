"""Local Geary by cells: where a cell differs less, or more, from its neighbours than chance makes it.

Exact conditional permutation of the squared differences, Benjamini-Hochberg. Formula, assumptions and reading guide:
docs/handbook/local_geary.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.gaps import GEARY_CLASSES, classify_gaps, local_geary_c
from analysis.grids import Floats, Ints
from analysis.lattices import Lattice, LatticeParams, count_classes, lay_lattice
from analysis.multiple_testing import CORRECTIONS, adjust, passes
from analysis.neighbours import Neighbourhood
from analysis.params import option
from analysis.permutation import exact_gap_p
from analysis.result import Result, View
from analysis.scene import Scene, require_points
from analysis.sides import SIDES, TWO, sided_p
from analysis.weights import ROWS, STYLES


@dataclass(frozen=True, kw_only=True)
class LocalGearyParams(LatticeParams):
    """Options of `local_geary`, each with a default that one can defend (handbook/local_geary.md)."""

    longest_band: ClassVar[float] = 3.0

    order: int = option(1, low=1, high=3)  # the sums of squares of more neighbours take too many values
    values: str = option("stabilised", choices=("stabilised", "counts"))
    weights: str = option(ROWS, choices=STYLES)  # of c alone: the p is the same
    sides: str = option(TWO, choices=SIDES)
    correction: str = option("bh", choices=CORRECTIONS)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Gaps:
    """Local Geary of each cell (n,)."""

    lags: Floats
    geary: Floats
    expected: Floats
    p: Floats
    q: Floats
    classes: NDArray[np.object_]


def local_geary(scene: Scene, params: LocalGearyParams) -> Result:
    """Tell for each cell whether it differs less from its neighbours than chance makes it, or more.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``score`` (what is compared), ``lag`` (mean score of the neighbours),
        ``geary`` (c; NaN without neighbours), ``expected`` (of c, the cell's own score held), ``p`` (exact), ``q`` and
        ``class``: geary_hh, geary_ll, geary_alike (alike, but neither both high nor both low), geary_unlike or none.
        ``tables["classes"]``: cells, km² and incidents of each. A map of equal scores has no c and no class.

    Raises
    ------
    NotEnoughDataError
        Fewer than nine cells, or no incident in them.
    BelowGateError
        Too few incidents have a point, in every area.
    ParameterError
        Raw counts so large or so many that their exact distribution would take too long.
    """
    require_points(scene.points, at_least=1)
    lattice = lay_lattice(scene, params)
    scores = lattice.values(params.values)
    found = find_gaps(scores, lattice.near, params)
    return Result(
        params=params,
        table=_tabulate(lattice, scores, found),
        view=View(kind="cells", value="class", scale="geary", unit=""),
        crs=scene.crs,
        n_observations=int(lattice.counts.sum()),
        grid=lattice.study.grid,
        tables={
            "classes": count_classes(lattice, found.classes, GEARY_CLASSES),
            "placing": lattice.ground.placing,
        },
        chosen=params.chosen,
        left_out=lattice.left_out,
        reading={**_read(lattice, scores, found, params), "gate": lattice.ground.read()},
    )


def find_gaps(scores: Ints, near: Neighbourhood, params: LocalGearyParams) -> Gaps:
    """Compute local Geary on a lattice, with the exact p of dealing the other cells' scores."""
    sums, sizes = near.sums(scores), near.sizes()
    gaps = sizes * scores**2 - 2 * scores * sums + near.sums(scores**2)
    upper, lower = exact_gap_p(scores, gaps, sizes)
    p = sided_p(lower, upper, sides=params.sides)  # a small c is alike
    q = adjust(p, method=params.correction)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
    geary, expected = local_geary_c(scores, gaps, sizes, by_rows=params.weights == ROWS)
    classes = classify_gaps(scores, means, geary < expected)
    return Gaps(
        lags=means,
        geary=geary,
        expected=expected,
        p=p,
        q=q,
        classes=np.where(passes(q, params.level), classes, "none"),
    )


def _tabulate(lattice: Lattice, scores: Ints, found: Gaps) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": lattice.study.cells,
            "count": lattice.counts,
            "score": scores,
            "lag": found.lags,
            "geary": found.geary,
            "expected": found.expected,
            "p": found.p,
            "q": found.q,
            "class": found.classes,
        }
    )


def _read(lattice: Lattice, scores: Ints, found: Gaps, params: LocalGearyParams) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    counted = {name: int(np.sum(found.classes == name)) for name in GEARY_CLASSES}
    return {
        "cells": len(scores),
        "incidents": int(lattice.counts.sum()),
        **counted,
        "nothing_distinguishable": not any(counted.values()),
        "no_variation": bool(np.all(scores == scores[0])),
        "islands": int(np.sum(np.isnan(found.lags))),
        "below_level_before_correction": int(np.sum(passes(found.p, params.level))),
        "by_chance": float(params.level * len(scores)),
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
        "smallest_p": float(found.p.min()),
    }
